#!/bin/sh
# The dials of light: the sun's size, several suns, the sky, and how much shadows take.
#   sh examples/soft_and_multidirectional.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

relief() { # name, flags
    name=$1
    shift
    veduta relief "$data/bigtujunga.tif" --srcwin 480,160,480,320 -o "$out/$name.png" "$@"
}

# The real sun, low: hard shadows. The same with a hundred times its width, and with half its shadow.
relief light_hard --sun-size 0.53 --altitude 25
relief light_soft --sun-size 60 --altitude 25
relief light_half_shadow --sun-size 0.53 --altitude 25 --shadow-strength 0.5

# A main light, and a weak one from the side for what runs along it; or four equal ones.
relief light_two_suns --sun 315,45,2.2 --sun 225,30,0.8
relief light_multidirectional --multidirectional

# Warm sun, cool sky that is darker towards the horizon.
relief light_warm_and_cool --sun-color 1,0.93,0.8 \
    --sky gradient --sky-strength 0.25 --sky-color 0.75,0.86,1 --sky-horizon 0.4,0.42,0.45
