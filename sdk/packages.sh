#!/bin/sh
# packages.sh - builds every first-party module and leaves its package in ${VATRA_PACKAGES:-target/packages}.
# Environment: as for rust/build-guest.sh.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
export CARGO_TARGET_DIR
packages=${VATRA_PACKAGES:-$CARGO_TARGET_DIR/packages}
VATRA_GUEST=${VATRA_GUEST:-$(sh "$root/sdk/toolchain.sh")}
export VATRA_GUEST
for manifest in "$root"/plugins/*/vatra.toml; do
  echo "packing $(basename "$(dirname "$manifest")")" >&2
  sh "$root/sdk/rust/build-guest.sh" "$(dirname "$manifest")" "$packages" >&2
done
