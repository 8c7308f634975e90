#!/bin/sh
# Lenses: a DEM as a model on a table, a peak before blurred hills, a tilted lens, and distortion.
#   sh examples/through_a_lens.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# A camera 10,000 times larger than life, as if before a model of two metres.
veduta render "$data/bigtujunga.tif" -o "$out/model.png" --size 1200x675 --samples 128 \
    --dof thin-lens --lens-scale 10000 --f-stop 1.4

# Portrait of a summit: what is behind it is out of focus, in hexagons.
veduta render "$data/bigtujunga.tif" -o "$out/portrait.png" --size 1200x675 --samples 256 \
    --eye 391500,3799500,agl:150 --target 394500,3797500,agl:0 --fov 25 \
    --dof thin-lens --aperture 12 --focus 394500,3797500 --blades 6

# A church among its village, in focus by its name.
veduta render "$(dirname "$0")/scenes/village.yaml" -o "$out/church.png" --size 1200x675 \
    --samples 128 --fov 22 --dof thin-lens --aperture 2.5 --focus object:church

# A lens tilted down by 4 degrees: sharp along the ground from front to back at full aperture.
veduta render "$data/zion.tif" -o "$out/tilted.png" --size 1200x675 --samples 128 --tilt 20 \
    --dof thin-lens --lens-scale 10000 --f-stop 1.4 --tilt-lens 4

# The barrel of a cheap wide-angle lens.
veduta render "$data/bigtujunga.tif" -o "$out/barrel.png" --size 1200x675 \
    --eye 391500,3799500,agl:150 --target 394500,3797500,agl:0 --fov 75 --distortion=-0.12,0.01

# A lens by its name: what lensfun's database has measured of it.
veduta render "$data/bigtujunga.tif" -o "$out/samyang.png" --size 1200x800 \
    --eye 391500,3799500,agl:150 --target 394500,3797500,agl:0 --focal-length 14 \
    --lens-profile "Samyang 14mm f/2.8 AE ED AS IF UMC"

# The same barrel on a straight picture, and a fisheye by its calibration.
veduta render "$data/bigtujunga.tif" -o "$out/straight.exr" --size 1200x675 \
    --eye 391500,3799500,agl:150 --target 394500,3797500,agl:0 --fov 75
veduta compose "$out/straight.exr" -o "$out/barrel_after.png" --distortion=-0.12,0.01
veduta render "$data/zion.tif" -o "$out/fisheye.png" --size 800x800 --projection fisheye --fov 150 \
    --eye=-112.95,37.25,agl:1800 --tilt 90 --distortion-fisheye=-0.04,0.002,0,0
