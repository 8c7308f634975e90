#!/bin/sh
# How far is a quick picture from a careful one? In numbers, and where the eye would see it.
#   sh examples/compared.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

relief() { # name, flags
    name=$1
    shift
    veduta relief "$data/bigtujunga.tif" --srcwin 560,200,160,120 -o "$out/$name.png" "$@"
}

relief careful --samples 64
relief quick --samples 4 --seed 1

veduta compare "$out/careful.png" "$out/quick.png" --diff "$out/seen.png" --overwrite
