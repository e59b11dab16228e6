#!/usr/bin/env bash
# Runs every test, after setting up what they need: Rust (unit, storage on both databases, hosting, guards), documentation examples, browser.
# Goes on after a failure, so that one run tells everything. The last line is the count: `N passed, N failed`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
export VATRA_PACKAGES=${VATRA_PACKAGES:-$CARGO_TARGET_DIR/packages}
export VATRA_BIN=$CARGO_TARGET_DIR/debug/vatra
export VATRA_GALLERY=$CARGO_TARGET_DIR/gallery
export VATRA_SCREENSHOTS=${VATRA_SCREENSHOTS:-$CARGO_TARGET_DIR/screenshots}
logs=$CARGO_TARGET_DIR/test-logs
mkdir -p "$logs"

passed=0
failed=0
# part NAME COMMAND…: runs it, keeps its output, and counts it as a failure when it ends badly without a test that says so.
part() {
  local name=$1 before=$failed status
  shift
  printf '\n== %s\n' "$name"
  "$@" 2>&1 | tee "$logs/$name.log"
  status=${PIPESTATUS[0]}
  count "$logs/$name.log"
  if ((status != 0 && failed == before)); then
    echo "$name ended with $status"
    failed=$((failed + 1))
  fi
  return "$status"
}

# The closing lines of cargo test, nextest and node's runner, without their colours.
count() {
  local plain
  plain=$(sed 's/\x1b\[[0-9;]*m//g' "$1")
  add() { # add PATTERN(passed) PATTERN(failed): the first number of each match
    passed=$((passed + $(grep -oE "$1" <<<"$plain" | grep -oE '[0-9]+' | awk '{ sum += $1 } END { print sum + 0 }')))
    failed=$((failed + $(grep -oE "$2" <<<"$plain" | grep -oE '[0-9]+' | awk '{ sum += $1 } END { print sum + 0 }')))
  }
  plain=$(grep -E '^test result: |^ +Summary \[|^(ℹ|#) (pass|fail|cancelled) ' <<<"$plain")
  add '[0-9]+ passed' '[0-9]+ (failed|timed out)'
  add '(ℹ|#) pass [0-9]+' '(ℹ|#) (fail|cancelled) [0-9]+'
}

finish() {
  printf '\n%s passed, %s failed\n' "$passed" "$failed"
  ((failed == 0 && passed > 0))
  exit
}

rust() {
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --workspace --no-fail-fast --status-level fail --final-status-level fail
  else
    cargo test --locked --workspace --no-fail-fast --lib --bins --tests
  fi
}
# Of the whole workspace, so that what the tests were built with is not built again with fewer features.
program() { cargo build --locked --workspace --bin vatra --example gallery; }
browser() { (cd tests/e2e && npm test --silent); }

VATRA_GUEST=$(bash tests/setup.sh) || { failed=1; finish; }
export VATRA_GUEST

# Without packages the tests of the whole cannot run; without the program those of the browser cannot.
part packages sh sdk/packages.sh || finish
part fixtures sh tests/guests/build.sh || finish
part rust rust
part examples cargo test --locked --workspace --doc --no-fail-fast
part program program && { part gallery "$CARGO_TARGET_DIR/debug/examples/gallery" "$VATRA_GALLERY"; part browser browser; }
finish
