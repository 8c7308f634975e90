#!/bin/sh
# Other CRSs than the DEM's, without a blur: the picture's pixels are looked up on the DEM's own grid.
#   sh examples/another_crs.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# For a web map, beside the same in the DEM's own UTM.
veduta relief "$data/bigtujunga.tif" -o "$out/crs_own.tif" --srcwin 500,200,240,160
veduta relief "$data/bigtujunga.tif" -o "$out/crs_web.tif" --srcwin 500,200,240,160 --crs EPSG:3857

# Turned, so that a range lies along the sheet; a box in that CRS, in metres from its centre.
veduta relief "$data/bigtujunga.tif" -o "$out/crs_turned.tif" --bbox -6000,-4000,6000,4000 \
    --crs "+proj=omerc +lat_0=34.32 +lonc=-118.15 +alpha=30 +gamma=0 +datum=WGS84 +units=m" \
    --resolution 40
