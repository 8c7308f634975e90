#!/bin/sh
# Pictures for zooming: overviews inside a GeoTIFF, a cloud-optimised one for a web map, and a world
# file for programs that read nothing else.
#   sh examples/overviews_and_cog.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

veduta relief "$data/zion.tif" -o "$out/zoom.tif" --overviews --worldfile
veduta relief "$data/zion.tif" -o "$out/web.tif" --of COG --co COMPRESS=JPEG --co QUALITY=90

if command -v gdalinfo >/dev/null; then gdalinfo "$out/web.tif" | grep -E 'LAYOUT|Overviews'; fi
