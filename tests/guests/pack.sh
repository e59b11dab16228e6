#!/bin/sh
# pack.sh --module MODULE --folder FOLDER --out PACKAGE - packs a test module: with the words that all of them share and its own, whether
# or not a host would admit it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
cp "$4/vatra.toml" "$staged/"
cp -R "$here/translations" "$staged/"
if [ -d "$4/translations" ]; then
  for words in "$4"/translations/*.ftl; do cat "$words" >> "$staged/translations/$(basename "$words")"; done
fi
if [ -d "$4/templates" ]; then cp -R "$4/templates" "$staged/"; fi
"$VATRA_PACK_UNCHECKED" --unchecked --module "$2" --folder "$staged" --out "$6"
