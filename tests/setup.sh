#!/usr/bin/env bash
# Sets up what the tests need: guest tool chain, PostgreSQL, Chromium, xmlsec1, pdfsig, openssl, skopeo, node and the browser tests' packages, Python and
# the programs that our messages must agree with. As root it installs Debian's packages; otherwise it stops with exactly what to install. Prints
# the guest tool chain's name on stdout.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "setup: $*" >&2; }

# Commands and Debian's package for each. PostgreSQL's server programs are not on PATH.
missing=()
command -v cargo >/dev/null || { say "cargo is missing: install Rust 1.95 or newer with rustup"; exit 1; }
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
command -v chromium >/dev/null || missing+=(chromium)
command -v xmlsec1 >/dev/null || missing+=(xmlsec1)
command -v pdfsig >/dev/null || missing+=(poppler-utils)
command -v openssl >/dev/null || missing+=(openssl)
command -v skopeo >/dev/null || missing+=(skopeo)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
if ((${#missing[@]})); then
  if [[ $(id -u) != 0 ]]; then
    say "these Debian packages are missing; run as root: apt-get install ${missing[*]}"
    exit 1
  fi
  say "apt-get install ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q update >&2
  # The tests start a throw-away cluster of their own: no need for one that begins with the machine.
  [[ -e /etc/postgresql-common/createcluster.conf || ! " ${missing[*]} " == *" postgresql "* ]] || {
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  }
  apt-get -q install -y --no-install-recommends -o Dpkg::Options::=--force-confold "${missing[@]}" >&2
fi

lock=tests/e2e/package-lock.json
stamp=tests/e2e/node_modules/.lock-digest
if [[ ! -f $stamp || $(sha256sum <"$lock") != $(cat "$stamp") ]]; then
  say "npm ci in tests/e2e"
  npm ci --prefix tests/e2e --no-audit --no-fund >&2
  sha256sum <"$lock" >"$stamp"
fi

peers=tests/interop
stamp=$peers/.venv/.lock-digest
if [[ ! -f $stamp || $(sha256sum <"$peers/requirements.txt") != $(cat "$stamp") ]]; then
  say "pip install in $peers"
  rm -rf "$peers/.venv"
  python3 -m venv "$peers/.venv"
  "$peers/.venv/bin/pip" -q --disable-pip-version-check install --no-deps --only-binary :all: -r "$peers/requirements.txt" >&2
  sha256sum <"$peers/requirements.txt" >"$stamp"
fi

exec sh sdk/toolchain.sh
