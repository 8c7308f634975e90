#!/bin/sh
# The sun where it is at a date: from the time and the DEM's place, seen through the air, turned to
# the grid's north. Each run says where that is; --sun-size 0.53 gives the disc its real width.
#   sh examples/sun_by_date.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

relief() { # name, flags
    name=$1
    shift
    veduta relief "$data/bigtujunga.tif" --srcwin 560,200,320,240 -o "$out/$name.png" "$@"
}

# A summer's day in California.
relief sun_morning --time 2026-06-21T07:00-07:00 --sun-size 0.53
relief sun_noon --time 2026-06-21T13:00-07:00 --sun-size 0.53
relief sun_evening --time 2026-06-21T18:30-07:00 --sun-size 0.53

# Half an hour before the shortest day ends.
relief sun_winter --time 2026-12-21T16:15-08:00 --sun-size 0.53 --sun-color 1,0.8,0.6 --exposure 1

# The light that the Alps have at the same moment as a Californian morning.
relief sun_alps --time 2026-06-21T07:00-07:00 --place 8.24,46.53
