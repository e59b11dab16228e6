#!/bin/sh
# build-guest.sh PACKAGE_DIR OUT_DIR - builds a Rust module and packs it as OUT_DIR/NAME.wasm.
#
# PACKAGE_DIR             holds Cargo.toml, vatra.toml and translations/; its last part names the package
# VATRA_GUEST             rustup tool chain that compiles wasm32-unknown-unknown; default: what sdk/toolchain.sh prints
# VATRA_PACK              the vatra-pack program; default: the one of this repository, built when needed
# CARGO_TARGET_DIR        where cargo builds; default: target/ of the repository
# CARGO_TARGET_DIR_GUEST  where modules are built; default: guest-modules/ in it
#
# Linker arguments: a stack of 64 KiB below everything else (an overflow traps), and 1 MiB of memory from the start, so that a short
# call never asks the host for more.
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
target=${CARGO_TARGET_DIR_GUEST:-${CARGO_TARGET_DIR:-$root/target}/guest-modules}

# Paths of this machine are kept out of modules.
separator=$(printf '\037')
flags="-Clink-arg=-zstack-size=65536$separator-Clink-arg=--initial-memory=1048576"
flags="$flags$separator--remap-path-prefix=$root=/vatra$separator--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/cargo"
(
  cd "$package"
  unset RUSTFLAGS
  CARGO_ENCODED_RUSTFLAGS=$flags CARGO_TARGET_DIR=$target \
    cargo +"$guest" build --quiet --locked --profile guest --target wasm32-unknown-unknown -p "$crate"
)
module=$target/wasm32-unknown-unknown/guest/$(echo "$crate" | tr - _).wasm

if [ -n "${VATRA_PACK:-}" ]; then
  "$VATRA_PACK" --module "$module" --folder "$package" --out "$out/$name.wasm"
else
  cargo run --quiet --locked --manifest-path "$root/Cargo.toml" -p vatra-registry --bin vatra-pack -- \
    --module "$module" --folder "$package" --out "$out/$name.wasm"
fi
