#!/bin/sh
# The documents agree with the program: the list of settings is what it prints, every flag they name
# exists, their shell snippets run and their scene files load, their links lead somewhere.
set -u
program=$VD_BUILD_DIR/veduta
cd "$VD_SOURCE_DIR" || exit 1
documents=$(find . -maxdepth 1 -name '*.md' &&
    find docs data examples python -name '*.md' ! -path 'docs/reference/*')
executed="README.md CONTRIBUTING.md docs/guide.md docs/look.md docs/presets.md"
scratch=$VD_BUILD_DIR/tests/check_docs/scratch
rm -rf "$scratch"
mkdir -p "$scratch" || exit 1

failed=0
fail() {
    echo "$1"
    failed=1
}

# ---- the list of settings

"$program" settings --format markdown >"$scratch/settings.md" || fail "veduta settings failed"
cmp -s "$scratch/settings.md" docs/settings.md || {
    fail "docs/settings.md is not what veduta settings prints; run make docs:"
    diff -u docs/settings.md "$scratch/settings.md" | head -n 20
}

# ---- flags: words that begin with a dash, in `code` that begins with one and in veduta's commands

{
    "$program" help
    for command in $("$program" help | sed -n "/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p"); do "$program" help "$command"; done
} | grep -oE '(^|[ ,[])--?[a-z][a-z_-]*' | tr -d ' ,[' | sort -u >"$scratch/known"

awk '
    function flags(text, count, words, i) {
        count = split(text, words, /[ =\\]+/)
        for (i = 1; i <= count; i++)
            if (words[i] ~ /^--?[a-z]/) print words[i] " " FILENAME ":" FNR
    }
    FNR == 1 { block = 0; continued = 0 }
    /^```/ { block = !block; next }
    block && (continued || /^(build\/)?veduta /) { line = $0; sub(/ #.*/, "", line); flags(line) }
    block { continued = /\\$/ && (continued || /^(build\/)?veduta /); next }
    {
        count = split($0, spans, "`")
        for (i = 2; i <= count; i += 2) if (spans[i] ~ /^-/) flags(spans[i])
    }
' README.md CHANGELOG.md CONTRIBUTING.md docs/*.md docs/tutorials/*.md | sort -u |
    while read -r flag place; do
        case $flag in
        # Other programs', which the text speaks of; and how any switch is negated.
        -multidirectional | -ffp-contract | --no-) continue ;;
        esac
        positive=$(printf '%s' "$flag" | sed 's/^--no-/--/')
        grep -qxF -e "$flag" -e "$positive" "$scratch/known" || echo "$place: no such flag: $flag"
    done >"$scratch/unknown"
[ ! -s "$scratch/unknown" ] || fail "$(cat "$scratch/unknown")"

# ---- snippets: each block of shell in a folder of its own; scene files load

. tests/snippets.sh
# shellcheck disable=SC2086 # a list of words
run_snippets apart $executed
[ $blocks -ge 10 ] || fail "only $blocks snippets were found"

# ---- links: files that exist, headings that are there

slugs() { # document
    sed -n 's/^#\{1,6\} //p' "$1" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'
}
for document in $documents; do
    grep -oE '\]\([^)]+\)' "$document" | sed 's/^](//; s/)$//' | sort -u | while read -r link; do
        case $link in
        http*) continue ;;
        '#'*) target=$document ;;
        *) target=$(dirname "$document")/${link%%#*} ;;
        esac
        [ -e "$target" ] || echo "$document: a link to nothing: $link"
        case $link in
        *'#'*) slugs "$target" | grep -qx -- "${link#*#}" || echo "$document: no heading: $link" ;;
        esac
    done
done >"$scratch/dead"
[ ! -s "$scratch/dead" ] || fail "$(cat "$scratch/dead")"

exit $failed
