#!/bin/sh
# Lens and film: one render, and from it pictures as different cameras would have taken them.
#   sh examples/film.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

veduta render "$data/zion.tif" -o "$out/light.exr" --preset desert --size 640x360 \
    --eye=-112.955,37.135,agl:600 --target=-112.945,37.275,1600 --fov 45 --terrain-border extend \
    --azimuth 250 --altitude 22

veduta compose "$out/light.exr" -o "$out/plain.png"
veduta compose "$out/light.exr" -o "$out/old_lens.png" --chromatic-aberration 0.4 --vignette 1 \
    --glare 0.08
veduta compose "$out/light.exr" -o "$out/grainy.png" --grain 0.25 --vignette-strength 0.6 --tone agx
veduta compose "$out/light.exr" -o "$out/starry.png" --glare 0.1 --glare-spikes 6 --exposure 0.7
