#!/bin/sh
# A DEM in many files: tiles, their folder or a packed folder make one relief without a seam.
#   sh examples/many_files.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

mkdir -p "$out/tiles"
for x in 0 1 2; do
    gdal_translate -q -srcwin $((x * 120)) 100 120 200 "$data/zion.tif" "$out/tiles/$x.tif"
done

# By name the output needs -o; a folder stands for every raster in it.
veduta relief "$out/tiles/0.tif" "$out/tiles/1.tif" "$out/tiles/2.tif" -o "$out/many_named.tif"
veduta relief "$out/tiles" -o "$out/many_folder.tif"

# One that is missing leaves a gap; so does what it does not hold.
veduta relief "$out/tiles/0.tif" "$out/tiles/2.tif" -o "$out/many_gap.tif"

# A compressed file as it came.
gzip -c "$data/zion.tif" >"$out/zion.tif.gz"
veduta relief "$out/zion.tif.gz" -o "$out/many_packed.tif" --srcwin 120,100,120,200
