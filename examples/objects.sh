#!/bin/sh
# Meshes on the ground: one at a place, many at points of any vector file, one that gives light.
#   sh examples/objects.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# A house where a house was: its foot is let down until no corner hangs in the air.
veduta render "$data/village.tif" -o "$out/objects_house.png" --size 640x360 \
    --object "path=$data/objects/house.obj,at=564619,146695,rotate=15" \
    --eye 564585,146655,agl:9 --target 564619,146695,agl:3 --fov 30

# Trees along two lines: points made by a few lines of awk. Sizes and turns vary.
awk 'BEGIN { print "x,y"; for (i = 0; i < 40; i++) for (k = 0; k < 2; k++)
    printf "%.1f,%.1f\n", 564500 + 6 * i, 146560 + 3 * i + 9 * k }' >"$out/avenue.csv"
veduta render "$data/village.tif" -o "$out/objects_avenue.png" --size 640x360 \
    --object "path=$data/objects/broadleaf.obj,points=$out/avenue.csv,scale_jitter=0.2,rotate_jitter=180" \
    --eye 564470,146520,agl:25 --target 564600,146615,agl:3 --fov 45

# A house with light in it, of its own materials, by night.
veduta render "$data/village.tif" -o "$out/objects_night.png" --size 640x360 \
    --object "path=$data/objects/house_lit.obj,at=564619,146695,rotate=15" \
    --object "path=$data/objects/conifer.obj,at=564611,146681,scale=0.5" \
    --sun-strength 0 --sky-strength 0.01 --no-tone-auto-exposure --exposure 1 \
    --eye 564585,146655,agl:9 --target 564617,146691,agl:2 --fov 40
