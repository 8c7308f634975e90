#!/bin/sh
# What lies inside polygons: here a triangle with a hole, in degrees, over a DEM in UTM.
#   sh examples/cut_out.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

cat >"$out/cut.geojson" <<'END'
{"type": "Polygon", "coordinates": [
    [[-118.22, 34.27], [-118.14, 34.26], [-118.16, 34.33], [-118.22, 34.27]],
    [[-118.18, 34.28], [-118.16, 34.28], [-118.17, 34.30], [-118.18, 34.28]]]}
END
veduta relief "$data/bigtujunga.tif" -o "$out/cut.png" --clip-mask "$out/cut.geojson" \
    --resolution 60

# The same on a web map.
veduta relief "$data/bigtujunga.tif" -o "$out/cut_web.png" --clip-mask "$out/cut.geojson" \
    --resolution 60 --crs EPSG:3857
