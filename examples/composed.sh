#!/bin/sh
# One render, many pictures: AOVs and lights into an OpenEXR, and from it other exposures and lights.
#   sh examples/composed.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# Beauty and its lights as floats, and what a compositor works with.
veduta render "$here/examples/scenes/zion_strata.yaml" -o "$out/zion.exr" --ot Float32 \
    --size 480x300 --aov lights,normal,depth,crypto_material

compose() { # name, flags
    name=$1
    shift
    veduta compose "$out/zion.exr" -o "$out/composed_$name.png" "$@"
}

# As it was rendered, to the last bit; brighter, on another curve.
compose day
compose bright --exposure 0.7 --tone agx

# The sun behind clouds; low and red; a moon for a sun.
compose overcast --light-weight sun,0 --light-weight sky,1.7,1.2,1,0.85
compose dusk --exposure -1.2 --light-weight sun,0.55,1.25,0.72,0.4 --light-weight sky,1.1,0.8,0.85,1.3
compose moon --exposure -1.8 --light-weight sun,0.8,0.6,0.8,1.25 --light-weight sky,0.4,0.55,0.7,1.2

# For a GIS: measures of their own, georeferenced; and one of them to look at.
veduta relief "$data/bigtujunga.tif" --srcwin 560,200,320,240 -o "$out/measure_{aov}.tif" \
    --aov sky_visibility,slope
veduta relief "$data/bigtujunga.tif" --srcwin 560,200,320,240 -o "$out/measure_{aov}.png" \
    --aov sky_visibility
