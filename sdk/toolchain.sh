#!/bin/sh
# toolchain.sh - finds or makes a Rust tool chain that compiles guests (wasm32-unknown-unknown with std).
#
# Prints its name on stdout and everything else on stderr:  cargo +"$(sh sdk/toolchain.sh)" build --target wasm32-unknown-unknown …
#
# 1. The active rustup tool chain, with `rustup target add` where needed: ordinary machines.
# 2. Where the target cannot be had: Debian's rustc-web and its sources, unpacked under a cache folder (nothing is installed), std built
#    once, linked as a rustup tool chain of its own. The cache holds one folder for each Debian version, put in place when it is
#    whole: what was interrupted is made anew, and a new Debian version gets a folder of its own.
#
# VATRA_GUEST_TOOLCHAIN=debian       goes straight to 2
# VATRA_GUEST_TOOLCHAIN_NAME         name of the linked tool chain; default vatra-guest
# VATRA_GUEST_TOOLCHAIN_CACHE        default ${XDG_CACHE_HOME:-~/.cache}/vatra/guest-toolchain
# VATRA_GUEST_TOOLCHAIN_JOBS         how many compilers at once; default 2
set -eu

target=wasm32-unknown-unknown
name=${VATRA_GUEST_TOOLCHAIN_NAME:-vatra-guest}
cache=${VATRA_GUEST_TOOLCHAIN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vatra/guest-toolchain}

say() { echo "guest tool chain: $*" >&2; }
die() { say "$*"; exit 1; }

# Called from a build that the guest tool chain runs, the host's own is still the one that rustup would take by default.
[ "${RUSTUP_TOOLCHAIN:-}" != "$name" ] || unset RUSTUP_TOOLCHAIN

# works RUSTC…: whether this compiler makes a module with std for the target.
works() {
  probe=$(mktemp -d)
  echo '#[unsafe(no_mangle)] extern "C" fn probe() -> usize { format!("{:?}", vec![1u8]).len() }' >"$probe/probe.rs"
  if "$@" --edition 2024 --crate-type cdylib -O --target "$target" -o "$probe/probe.wasm" "$probe/probe.rs" >"$probe/log" 2>&1; then
    result=0
  else
    result=1
  fi
  rm -rf "$probe"
  return $result
}

# need COMMAND PACKAGE: stops unless the command is there.
need() { command -v "$1" >/dev/null 2>&1 || die "'$1' is missing: apt-get install $2"; }

command -v rustup >/dev/null 2>&1 || die "rustup is missing: install it with Rust 1.95 or newer"
active() { rustup show active-toolchain | sed 's/ .*//'; }

# --- 1. rustup's own target -----------------------------------------------------------------------------------------------------

if [ "${VATRA_GUEST_TOOLCHAIN:-auto}" != debian ]; then
  if works rustc; then active; exit 0; fi
  if timeout 300 rustup target add "$target" >&2 && works rustc; then active; exit 0; fi
  say "rustup cannot get $target here; taking it from Debian's packages"
fi

# --- 2. Debian's packages -------------------------------------------------------------------------------------------------------

for command in apt-get apt-cache dpkg-deb; do
  command -v "$command" >/dev/null 2>&1 || die "no $command: this machine has neither rustup's $target nor Debian's packages"
done
need cc gcc

mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
if command -v flock >/dev/null 2>&1; then # one at a time
  exec 9>"$cache/lock"
  flock 9
fi

candidate() { apt-cache policy rustc-web 2>/dev/null | sed -n 's/^ *Candidate: //p' | grep -v '(none)' || true; }
# The newest of the folders in the cache, for a machine whose package lists were cleaned away.
newest() { ls -1t "$cache" | grep '^debian-' | head -n 1 || true; }

version=$(candidate)
if [ -z "$version" ] && [ -z "$(newest)" ]; then
  [ "$(id -u)" = 0 ] || die "Debian's package lists are missing: run 'apt-get update' as root"
  say "apt-get update"
  apt-get -q update >&2 || die "'apt-get update' failed"
  version=$(candidate)
  [ -n "$version" ] || die "Debian's package 'rustc-web' is not to be had here"
fi
if [ -n "$version" ]; then
  folder=$cache/debian-$(echo "$version" | tr -c 'A-Za-z0-9.\n' '-')
else
  folder=$cache/$(newest)
fi

# Cargo, the linker and cc are the machine's own: tied anew each time, so that an update of rustup's Rust is followed.
tie() {
  host=$(rustc -vV | sed -n 's/^host: //p')
  tools=$(rustc --print sysroot)/lib/rustlib/$host/bin
  [ -x "$tools/rust-lld" ] || die "no rust-lld in the tool chain $(active)"
  mkdir -p "$1/lib/rustlib/$host/bin"
  for tool in "$tools"/*; do ln -sfn "$tool" "$1/lib/rustlib/$host/bin/$(basename "$tool")"; done
  ln -sfn "$(rustup which cargo)" "$1/bin/cargo"
}

# Links the finished folder under its name, unless it is already; then a last proof.
link() {
  [ "$(readlink -f "$(rustup which --toolchain "$name" rustc 2>/dev/null || echo none)")" = "$folder/bin/rustc" ] || rustup toolchain link "$name" "$folder" >&2
  works rustc +"$name" || die "the tool chain '$name' in $folder does not work; remove that folder and try again"
  echo "$name"
}

if [ -d "$folder" ]; then
  tie "$folder"
  if works "$folder/bin/rustc"; then link; exit 0; fi
  say "$folder is damaged; making it anew"
  rm -rf "$folder"
fi

say "making $folder from Debian's rustc-web ${version} (takes a few minutes, once)"
work=$cache/work.$$
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
rm -rf "$cache"/work.*
mkdir -p "$work/debs" "$work/unpacked" "$work/std/src" "$work/tc/bin"

# The packages: the compiler and its sources, and of the compiler's dependencies its own libraries and LLVM.
cd "$work/debs"
fetch() { apt-get -q download "$@" >&2 || die "'apt-get download $*' failed: run 'apt-get update' as root and try again"; }
depends() { dpkg-deb -f "$1" Depends | tr ',|' '\n\n' | sed 's/^ *//; s/[ :(].*//' | sort -u; }
fetch "rustc-web=$version" "rust-web-src=$version"
fetched=" "
while :; do
  more=
  for deb in *.deb; do
    for package in $(depends "$deb" | grep -E '^(libstd-rust-web|libllvm[0-9])'); do
      case "$fetched" in *" $package "*) ;; *) fetched="$fetched$package "; more="$more $package" ;; esac
    done
  done
  [ -n "$more" ] || break
  # shellcheck disable=SC2086
  fetch $more
done

# What LLVM and the compiler need beside that is on most machines; where it is not, it must be installed.
missing=
for package in $(for deb in rustc-web_*.deb libstd-rust-web[-0-9]*.deb libllvm*.deb; do [ ! -f "$deb" ] || depends "$deb"; done | sort -u); do
  case "$package" in
    libllvm* | libstd-rust-web* | rust* | gcc | clang* | lld* | binutils* | '') ;;
    *) dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package" ;;
  esac
done
if [ -n "$missing" ]; then
  [ "$(id -u)" = 0 ] || die "libraries are missing; run as root: apt-get install$missing"
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing >&2 || die "'apt-get install$missing' failed"
fi

for deb in *.deb; do
  case "$deb" in
    rust-web-src_*) # the libraries only: the rest is tens of thousands of files
      mkdir -p "$work/unpacked"
      dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$work/unpacked" --wildcards './usr/src/rustc-*/library' ;;
    *) dpkg-deb -x "$deb" "$work/unpacked" ;;
  esac
  rm "$deb"
done
tc=$work/tc
mv "$work/unpacked/usr/lib" "$tc/lib"
mv "$work/unpacked/usr/bin/rustc" "$tc/bin/rustc.debian"
sources=$(find "$work/unpacked/usr/src" -maxdepth 2 -path '*/rustc-*/library' | head -n 1)
[ -n "$sources" ] && [ -d "$sources/std" ] || die "the package rust-web-src holds no library sources"
rm -rf "$tc/lib/rustlib/src"
mkdir -p "$tc/lib/rustlib/src/rust"
mv "$sources" "$tc/lib/rustlib/src/rust/library"

# The compiler finds its libraries and its sysroot from where it lies: the folder can be moved.
libraries=$(find "$tc/lib" -name 'librustc_driver-*.so' | head -n 1)
[ -n "$libraries" ] || die "the package rustc-web holds no librustc_driver"
libraries=$(dirname "$libraries")
cat >"$tc/bin/rustc" <<WRAPPER
#!/bin/sh
tc=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")
LD_LIBRARY_PATH="\$tc${libraries#"$tc"}\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}" exec "\$tc/bin/rustc.debian" --sysroot "\$tc" "\$@"
WRAPPER
chmod +x "$tc/bin/rustc"
"$tc/bin/rustc" -vV >&2 || die "Debian's compiler does not run here"
tie "$tc"

# std for the target, once. Bitcode, so that guests can be optimised as a whole; remapped, so that guests name no folder of this machine.
cat >"$work/std/Cargo.toml" <<'MANIFEST'
[package]
name = "guest-std"
version = "0.0.0"
edition = "2024"
[profile.release]
panic = "abort"
debug = 0
incremental = false
codegen-units = 4
[workspace]
MANIFEST
: >"$work/std/src/lib.rs"
commit=$("$tc/bin/rustc" -vV | sed -n 's/^commit-hash: //p')
rust_source=$tc/lib/rustlib/src/rust
(
  cd "$work/std"
  unset RUSTUP_TOOLCHAIN CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET RUSTC_WRAPPER
  RUSTC="$tc/bin/rustc" RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/target" \
    RUSTFLAGS="-Cembed-bitcode=yes --remap-path-prefix=$rust_source=/rustc/$commit --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/cargo" \
    "$tc/bin/cargo" build -j "${VATRA_GUEST_TOOLCHAIN_JOBS:-2}" --release -Zbuild-std=std,panic_abort,proc_macro --target "$target" >&2
) || die "building std for $target failed"
out=$tc/lib/rustlib/$target/lib
mkdir -p "$out"
cp "$work/target/$target/release/deps/"lib*.rlib "$work/target/$target/release/deps/"lib*.rmeta "$out/"
rm -f "$out"/libguest_std-*
rm -rf "$tc/lib/rustlib/src"
works "$tc/bin/rustc" || die "the compiler that was made cannot compile for $target"

mv "$tc" "$folder"
link
