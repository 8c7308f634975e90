#!/bin/sh
# A run that is killed at any moment, by kill -9, leaves no file under a final name, and resumed it
# makes the pixels of a run that never was killed. VEDUTA_TEST_KILLS kills, 4 unless told, at times
# from a seeded sequence that spreads over the whole run, its beginning and its writing too.
set -eu
veduta=$VD_BUILD_DIR/veduta
kills=${VEDUTA_TEST_KILLS:-4}
command -v gdalinfo >/dev/null || exit 77

rm -rf scratch
mkdir scratch
cd scratch

run() { # output, flags; in a shell of its own, whose process it takes over
    output=$1
    shift
    exec "$veduta" relief "$VD_SOURCE_DIR/data/rmnp.tif" --samples 48 --ot UInt16 -q -o "$output" "$@"
}

checksums() {
    gdalinfo -checksum "$1" | grep -i checksum
}

fail() {
    echo "$1"
    exit 1
}

# What came of all these runs is right, and is cleared away.
finish() {
    [ "$(checksums resumed.tif)" = "$(checksums straight.tif)" ] ||
        fail "resumed after $killed kills with '$flags', the pixels differ"
    rm -f resumed.tif run.ck
}

# A run that is killed after so many seconds.
killed_run() { # seconds, flags
    seconds=$1
    shift
    run resumed.tif --checkpoint run.ck "$@" &
    pid=$!
    sleep "$seconds"
    kill -9 $pid 2>/dev/null || true
    wait $pid 2>/dev/null || true
}

for flags in "" "--noise 0.02 --tile 32"; do
    # shellcheck disable=SC2086 # a list of flags
    set -- $flags
    start=$(date +%s%N)
    (run straight.tif --overwrite "$@")
    whole=$((($(date +%s%N) - start) / 1000000))

    rm -f resumed.tif run.ck
    killed=0
    while [ $killed -lt $((kills / 2)) ]; do
        killed=$((killed + 1))
        # Weyl's sequence: fractional parts of multiples of the golden ratio, in thousandths.
        milliseconds=$((whole * ((killed * 618 + 137) % 1000) / 1000))
        killed_run "$((milliseconds / 1000)).$(printf %03d $((milliseconds % 1000)))" --resume "$@"
        [ ! -e resumed.tif ] || finish # it was quicker than its killer; the next begins anew
    done
    (run resumed.tif --checkpoint run.ck --resume "$@")
    [ ! -e run.ck ] || fail "the checkpoint of a finished run stays behind"
    finish
done

# A kill of the writer: whatever there is under the name is whole.
for seconds in 0.010 0.030 0.060; do
    rm -f resumed.tif run.ck
    killed_run $seconds --samples 1
    [ ! -e resumed.tif ] || gdalinfo -checksum resumed.tif >/dev/null || fail "half a file"
done
