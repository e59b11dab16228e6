#!/usr/bin/env bash
# The measured numbers, as a table and as one line of JSON. Optimised builds of our crates over the optimised dependencies of daily work.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
export VATRA_PACKAGES=${VATRA_PACKAGES:-$CARGO_TARGET_DIR/packages}
export CARGO_PROFILE_DEV_OPT_LEVEL=3
[[ -f $VATRA_PACKAGES/echo.wasm ]] || sh tests/guests/build.sh
cargo build --locked -p vatra-cli -p vatra-bench
exec "$CARGO_TARGET_DIR/debug/vatra-bench"
