#!/bin/sh
# Open Image Denoise, where it is: --denoise oidn takes noise out of a relief, a view and an AOV,
# leaves paper and sky alone, and the built-in filter's error is 1.25 of its at most. The library is
# $VEDUTA_OIDN, the Python package pyoidn's, or the system's; without any of them this is skipped.
set -eu
[ "${VD_SANITIZE:-}" != ON ] || exit 77 # its threads are not instrumented
program=$VD_BUILD_DIR/veduta
library=${VEDUTA_OIDN:-$(python3 -c '
import importlib.util, pathlib
spec = importlib.util.find_spec("pyoidn")
folder = pathlib.Path(spec.origin).parent if spec else pathlib.Path("none")
print(next(iter(sorted(folder.glob("**/libOpenImageDenoise.so.2"))), ""))' 2>/dev/null || :)}
library=${library:-libOpenImageDenoise.so.2}

mkdir -p oidn
run() {
    "$program" "$@" --quiet --overwrite
}
dem=$VD_SOURCE_DIR/data/bigtujunga.tif
run relief "$dem" --srcwin 0,0,32,32 --samples 2 -o oidn/try.png --denoise oidn \
    --oidn-library "$library" 2>oidn/error || {
    cat oidn/error
    grep -q 'cannot be loaded' oidn/error || exit 1
    echo "no Open Image Denoise here: set VEDUTA_OIDN to its library, or install pyoidn"
    exit 77
}

error_of() { # reference, picture
    "$program" compare "$1" "$2" --metric relmse | awk '{print $2}'
}
failed=0
check() { # what, condition of awk
    awk "BEGIN {exit !($2)}" || {
        echo "$1: not $2"
        failed=1
    }
}

# Errors against a reference whose own noise is small beside them: a tenth or less.
window="--srcwin 560,200,160,120"
measure() { # name, samples of the reference, command ...
    name=$1 many=$2
    shift 2
    run "$@" --ot Float32 --samples 16 --seed 5 -o "oidn/$name-noisy.tif"
    run "$@" --ot Float32 --samples 16 --seed 5 -o "oidn/$name-nlm.tif" --denoise nlm
    run "$@" --ot Float32 --samples 16 --seed 5 -o "oidn/$name-oidn.tif" --denoise oidn \
        --oidn-library "$library"
    run "$@" --ot Float32 --samples "$many" --seed 1 -o "oidn/$name-many.tif"
    noisy=$(error_of "oidn/$name-many.tif" "oidn/$name-noisy.tif")
    nlm=$(error_of "oidn/$name-many.tif" "oidn/$name-nlm.tif")
    oidn=$(error_of "oidn/$name-many.tif" "oidn/$name-oidn.tif")
    echo "$name: noisy $noisy, nlm $nlm, oidn $oidn"
    check "$name" "$nlm < 1.25 * $oidn"
}
# shellcheck disable=SC2086 # lists of words on purpose
measure relief 256 relief "$dem" $window
check relief "$oidn < 0.5 * $noisy"
# shellcheck disable=SC2086
measure soft 256 relief "$dem" $window --altitude 15 --sun-size 5
check soft "$oidn < 0.5 * $noisy"
measure view 64 render "$VD_SOURCE_DIR/examples/scenes/zion_strata.yaml" --size 160x100 --fov 6

# An AOV by itself, and a library that is told of in the error.
# shellcheck disable=SC2086
{
    run relief "$dem" $window --samples 16 --aov ao -o 'oidn/noisy_{aov}.tif'
    run relief "$dem" $window --samples 16 --aov ao -o 'oidn/clean_{aov}.tif' --denoise oidn \
        --oidn-library "$library"
    run relief "$dem" $window --samples 256 --aov ao -o 'oidn/many_{aov}.tif'
}
noisy=$(error_of oidn/many_ao.tif oidn/noisy_ao.tif)
clean=$(error_of oidn/many_ao.tif oidn/clean_ao.tif)
check ao "$clean < 0.5 * $noisy"
exit $failed
