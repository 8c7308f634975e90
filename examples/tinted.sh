#!/bin/sh
# Colour by elevation: ramps that come with veduta, and one of gdaldem's text files.
#   sh examples/tinted.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

veduta relief "$data/zion.tif" -o "$out/tinted_hypsometric.png" --ramp hypsometric
veduta relief "$data/rmnp.tif" -o "$out/tinted_terrain.png" --ramp terrain --output-scale 3

cat >"$out/forest_and_rock.txt" <<'END'
# metres above the sea, and percent of the way from the lowest to the highest
300   120 150 110
1200  165 180 135
1600  205 195 160
95%   200 190 185
100%  white
END
veduta relief "$data/bigtujunga.tif" -o "$out/tinted_own.png" --ramp "$out/forest_and_rock.txt"

# The nearest entry's colour instead of a blend: steps that read as contours.
veduta relief "$data/bigtujunga.tif" -o "$out/tinted_steps.png" \
    --ramp "$out/forest_and_rock.txt" --surface-ramp-match nearest
