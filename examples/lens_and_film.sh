#!/bin/sh
# What lens and film do, all of it after one render: focus near and far, a toy canyon, an old
# photograph; and a map that has some of it, too.
#   sh examples/lens_and_film.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# The picture as it is, all sharp; and its light and depth, with a note of its tone.
veduta render "$here/examples/scenes/canyon.yaml" -o "$out/canyon.png" -o "$out/canyon.exr" \
    --size 480x270 --aov depth

compose() { # name, flags
    name=$1
    shift
    veduta compose "$out/canyon.exr" -o "$out/canyon_$name.png" "$@"
}

# Portraits: of the near spur, and of the far rim, by an aperture of 28 m.
compose near --dof post --aperture 14 --focus 1800
compose far --dof post --aperture 14 --focus 6000

# A band of sharpness, and strong colours: a model on a table.
compose toy --tilt-shift 0.16 --tilt-shift-center 0.56 --saturation 1.45

# Colour fringes, glare, dark corners and grain.
compose film --vignette 1 --vignette-strength 0.45 --chromatic-aberration 0.15 --glare 0.08 \
    --grain 0.12 --saturation 0.8 --tone agx

# A star about what outshines all else, as an aperture of six blades diffracts it.
compose star --glare 0.3 --glare-kind diffraction --glare-blades 6

# A table of colours that cools shadows and warms lights, and a mask that keeps the middle.
printf 'LUT_1D_SIZE 3\n0 0.01 0.05\n0.5 0.5 0.5\n1 0.97 0.88\n' >"$out/split.cube"
veduta relief "$data/bigtujunga.tif" --srcwin 560,200,320,240 -o "$out/map_tilted.png" \
    --lut "$out/split.cube" --tilt-shift 0.3 --tilt-shift-angle 20 --vignette-strength 0.4
