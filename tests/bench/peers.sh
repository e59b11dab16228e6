#!/bin/sh
# peers.sh - installs what `make bench` measures itself against, each once: `wrk`, which makes the load, and `wasmtime serve` (some 24
# minutes of one core). Leaves the component that it serves beside the packages.
#
# WASMTIME  the program, when it is elsewhere than on the path
# WRK_ONLY  when set, nothing but wrk
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
packages=${VATRA_PACKAGES:-$target/packages}

command -v wrk >/dev/null || apt-get install -y wrk
[ -z "${WRK_ONLY:-}" ] || exit 0
"${WASMTIME:-wasmtime}" --version >/dev/null 2>&1 || cargo install wasmtime-cli --version 48.0.8 --no-default-features \
  --features run,serve,cranelift,parallel-compilation,pooling-allocator,component-model,component-model-async

guest=${VATRA_GUEST:-$(sh "$root/sdk/toolchain.sh")}
modules=${CARGO_TARGET_DIR_GUEST:-$target/guest-modules}
mkdir -p "$packages"
(
  cd "$root/tests/bench/wasi-hello"
  separator=$(printf '\037')
  CARGO_ENCODED_RUSTFLAGS="-Clink-arg=-zstack-size=65536$separator-Clink-arg=--initial-memory=1048576" CARGO_TARGET_DIR=$modules \
    cargo +"$guest" build --quiet --locked --profile guest --target wasm32-unknown-unknown -p vatra-guest-wasi-hello
)
cp "$modules/wasm32-unknown-unknown/guest/vatra_guest_wasi_hello.wasm" "$packages/wasi-hello.core.wasm"
