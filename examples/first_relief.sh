#!/bin/sh
# A first relief: a georeferenced GeoTIFF for a GIS and a PNG to look at, from one run.
#   sh examples/first_relief.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

veduta relief "$data/bigtujunga.tif" -o "$out/relief.tif" -o "$out/relief.png"
