#!/usr/bin/env bash
# The measured numbers beside floors, aims and peers: a table, and JSON in $CARGO_TARGET_DIR/bench.json (pages: pages.json). What is shipped is
# measured: the release profile. Arguments go to the program: `--only http`. Peers are measured where they are installed: tests/bench/peers.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
export VATRA_PACKAGES=${VATRA_PACKAGES:-$CARGO_TARGET_DIR/packages}
[[ -f $VATRA_PACKAGES/lookup.wasm && -f $VATRA_PACKAGES/asker.wasm ]] || sh tests/guests/build.sh
cargo build --locked --release -p vatra-cli -p vatra-bench -p vatra-documents-worker
pages() {
  [[ -d tests/bench/pages/node_modules ]] || npm ci --prefix tests/bench/pages --no-audit --no-fund --silent
  VATRA_BIN=$CARGO_TARGET_DIR/release/vatra node tests/bench/pages/measure.mjs --json "$CARGO_TARGET_DIR/pages.json"
}
case "${1:-} ${2:-}" in
  "--only pages") pages ;;
  "--only "*) exec "$CARGO_TARGET_DIR/release/vatra-bench" --json "$CARGO_TARGET_DIR/bench.json" "$@" ;;
  *) "$CARGO_TARGET_DIR/release/vatra-bench" --json "$CARGO_TARGET_DIR/bench.json" "$@" && pages ;;
esac
