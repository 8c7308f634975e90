#!/bin/sh
# A DEM in degrees, as it is: metres per cell come from the CRS's ellipsoid, row by row, so slopes are
# true and no scale has to be given. The relief stays on the DEM's own grid.
#   sh examples/geographic.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# What veduta makes of the file, without rendering.
veduta relief "$data/jacksboro.tif" --dry-run

veduta relief "$data/jacksboro.tif" -o "$out/geographic.tif" -o "$out/geographic.png"

# The same on a metric grid, for those who want square pixels on the ground: 60 m a side.
veduta relief "$data/jacksboro.tif" -o "$out/geographic_60m.png" --resolution 60
