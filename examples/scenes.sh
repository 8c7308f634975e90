#!/bin/sh
# The scenes of the gallery, each a file of its own in examples/scenes, as small pictures.
#   sh examples/scenes.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

for scene in "$here"/examples/scenes/*.yaml; do
    veduta render "$scene" -o "$out/$(basename "$scene" .yaml).png" --size 320x180 --samples 16
done
