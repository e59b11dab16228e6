#!/bin/sh
# build.sh - builds every test module and leaves its package in ${VATRA_PACKAGES:-target/packages}.
#
# Built as any module is (sdk/rust/build-guest.sh), but packed without the packer's own refusals: the host's are what is tested.
# VATRA_GUEST, CARGO_TARGET_DIR_GUEST: as for build-guest.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
packages=${VATRA_PACKAGES:-$target/packages}

export CARGO_TARGET_DIR_GUEST="${CARGO_TARGET_DIR_GUEST:-$target/guest-modules}"
VATRA_GUEST=${VATRA_GUEST:-$(sh "$root/sdk/toolchain.sh")}
export VATRA_GUEST

cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p vatra-registry --bin vatra-pack
export VATRA_PACK_UNCHECKED="$target/debug/vatra-pack"
export VATRA_PACK="$here/pack.sh"

mkdir -p "$packages"
for manifest in "$here"/*/vatra.toml; do
  sh "$root/sdk/rust/build-guest.sh" "$(dirname "$manifest")" "$packages" >&2
done
