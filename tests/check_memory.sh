#!/bin/sh
# A picture larger than the memory that a limit leaves is made all the same, spooled to disk, in the
# same pixels. The limit (ulimit -v) is what a picture of one tile needs, found by trying, and 32 MB;
# the film of the large one takes 39 MB.
set -eu
[ "${VD_SANITIZE:-}" != ON ] || exit 77 # whose shadow memory is larger than any limit
command -v gdalinfo >/dev/null || exit 77

rm -rf scratch
mkdir scratch
cd scratch

fail() {
    echo "$1"
    exit 1
}

relief() { # output, flags
    output=$1
    shift
    "$VD_BUILD_DIR/veduta" relief "$VD_SOURCE_DIR/data/rmnp.tif" -o "$output" --overwrite -q \
        --samples 1 --bounces 0 --threads 2 "$@"
}

checksums() {
    gdalinfo -checksum "$1" | grep '^  Checksum'
}

limited() { # kilobytes, arguments of relief
    (
        ulimit -v "$1" 2>/dev/null || exit 77
        shift
        relief "$@"
    )
}

relief whole.tif --size 1792x1792 --stats whole.json
grep -q '"film_spooled": 0' whole.json || fail "spooled although there is room for it"

kilobytes=65536
until limited $kilobytes small.tif --size 64x64 >/dev/null 2>&1; do
    kilobytes=$((kilobytes + 8192))
    [ $kilobytes -lt 4194304 ] || exit 77 # not a limit that this system knows
done
kilobytes=$((kilobytes + 32768))
for format in GTiff COG PNG; do
    limited $kilobytes limited.out --of $format --size 1792x1792 --stats limited.json ||
        fail "$format: not made in $kilobytes kB"
    grep -q '"film_spooled": 1' limited.json || fail "$format: not spooled in $kilobytes kB"
    [ "$(checksums limited.out)" = "$(checksums whole.tif)" ] || fail "$format: other pixels"
done
