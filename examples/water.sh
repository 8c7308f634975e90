#!/bin/sh
# Water: a sea on a map in tints and plain, the DEM's own lakes, a lake of a file, and a view.
#   sh examples/water.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# The sea at 0, tinted by the depth of a shelf; and one colour without its band along the shore.
veduta relief "$data/tanzawa.tif" -o "$out/sea.png" --srcwin 380,420,440,400 --water-level 0 \
    --preset atlas
veduta relief "$data/tanzawa.tif" -o "$out/plain.png" --srcwin 380,420,440,400 --water-level 0 \
    --water-style plain --water-color 0.35,0.5,0.55

# Lakes that the DEM has as level areas.
veduta relief "$data/rmnp.tif" -o "$out/flats.png" --output-scale 3 --water flats --preset alpine

# A lake of a vector file, whose field says how high it stands.
cat >"$out/lake.geojson" <<'END'
{"type": "Feature", "properties": {"level": 2560}, "geometry": {"type": "Polygon", "coordinates": [
    [[-105.87, 40.13], [-105.80, 40.13], [-105.80, 40.22], [-105.87, 40.22], [-105.87, 40.13]]]}}
END
veduta relief "$data/rmnp.tif" -o "$out/lake.png" --output-scale 3 --water "$out/lake.geojson" \
    --water-level-field level --water-color lake

# Real water, in a fresh wind.
veduta render "$data/tanzawa.tif" -o "$out/coast.png" --size 400x225 --water-level 0 --wind 9 \
    --eye 139.3,35.27,300 --target 139.2,35.33,0 --curvature --sky physical
