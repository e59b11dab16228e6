#!/bin/sh
# Regenerates what the host embeds: vatra.css, vatra.js, evo.js, the typeface's subsets and the licences. Needs node and npm.
# Exact versions, so that the result is the same everywhere.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund \
  govuk-frontend@6.6.0 htmx.org@2.0.10 sass@1.108.2 esbuild@0.25.12 subset-font@2.4.0 @fontsource-variable/noto-sans@5.3.0

npx sass --style=compressed --no-source-map --no-charset --quiet-deps --load-path=node_modules "$here/vatra.scss" "$here/vatra.css"
cp "$here/vatra.mjs" entry.mjs
npx esbuild entry.mjs --bundle --minify --format=esm --target=es2020 --legal-comments=none --log-level=warning --outfile="$here/vatra.js"
cp -r "$here/evo" evo
npx esbuild evo/app.mjs --bundle --minify --format=esm --target=es2022 --legal-comments=none --log-level=warning --outfile="$here/evo.js"
sed -i 's/GOV\.UK Frontend/govuk-frontend/g' "$here/vatra.js" # the library's name in its own error messages

fonts=node_modules/@fontsource-variable/noto-sans/files
cp "$fonts/noto-sans-latin-wght-normal.woff2" "$here/noto-sans-latin.woff2"
cp "$fonts/noto-sans-cyrillic-wght-normal.woff2" "$here/noto-sans-cyrillic.woff2"
# Of extended Latin only what the languages of the region write: a fifth of the size.
cat >subset.mjs <<'END'
import { readFileSync, writeFileSync } from "node:fs";
import subset from "subset-font";
const [from, to] = process.argv.slice(2);
let text = "\u0259";
for (const [first, last] of [[0x100, 0x17f], [0x218, 0x21b], [0x20a0, 0x20ab], [0x20ad, 0x20c0]]) {
  for (let code = first; code <= last; code += 1) text += String.fromCodePoint(code);
}
writeFileSync(to, await subset(readFileSync(from), text, { targetFormat: "woff2" }));
END
node subset.mjs "$fonts/noto-sans-latin-ext-wght-normal.woff2" "$here/noto-sans-latin-ext.woff2"
cp node_modules/@fontsource-variable/noto-sans/LICENSE "$here/LICENCE-noto-sans.txt"
