#!/bin/sh
# build-guest.sh PACKAGE_DIR OUT_DIR - builds a Rust module and packs it as OUT_DIR/NAME.wasm.
#
# PACKAGE_DIR  holds Cargo.toml, manifest.toml and translations/; the last part of its path names the package
# VATRA_GUEST       rustup tool chain that compiles wasm32-unknown-unknown; default: what sdk/toolchain.sh prints
# VATRA_PACK        the vatra-pack binary; default: built from this repository
# CARGO_TARGET_DIR_GUEST  where guests are built; default: target/guest of the repository
#
# Linker arguments: a stack of 64 KiB at the bottom of memory (an overflow traps), and 1 MiB of memory from the start, so that a
# short call never asks the host for more (two system calls less).
set -eu

[ $# -eq 2 ] || { echo "usage: build-guest.sh PACKAGE_DIR OUT_DIR" >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
package=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
name=$(basename "$package")
crate=$(sed -n 's/^name = "\(.*\)"$/\1/p' "$package/Cargo.toml" | head -n 1)
[ -n "$crate" ] || { echo "build-guest: $package/Cargo.toml names no package" >&2; exit 1; }

guest=${VATRA_GUEST:-$(sh "$root/sdk/toolchain.sh")}
target=${CARGO_TARGET_DIR_GUEST:-$root/target/guest}

cd "$package"
# Paths of this machine are kept out of the module: the same source gives the same bytes anywhere.
RUSTFLAGS="-Clink-arg=-zstack-size=65536 -Clink-arg=--initial-memory=1048576 --remap-path-prefix=$root=/vatra --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/cargo" \
CARGO_TARGET_DIR="$target" \
  cargo +"$guest" build --quiet --profile guest --target wasm32-unknown-unknown -p "$crate"
module=$target/wasm32-unknown-unknown/guest/$(echo "$crate" | tr - _).wasm

if [ -n "${VATRA_PACK:-}" ]; then
  "$VATRA_PACK" --module "$module" --folder "$package" --out "$out/$name.wasm"
else
  cargo run --quiet --manifest-path "$root/Cargo.toml" -p vatra-registry --bin vatra-pack -- --module "$module" --folder "$package" --out "$out/$name.wasm"
fi
