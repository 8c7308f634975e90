#!/bin/sh
# Settings in a scene file: kept, shared, and still overruled by a flag.
#   sh examples/scene_file.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

cat >"$out/atlas.yaml" <<'END'
preset: swiss
surface: {ramp: terrain}
suns:
  - {azimuth: 315, altitude: 45, strength: 2.4}
  - {azimuth: 240, altitude: 30, strength: 0.6}
END
veduta relief "$data/zion.tif" --scene "$out/atlas.yaml" -o "$out/scene_file.png"
veduta relief "$data/zion.tif" --scene "$out/atlas.yaml" -o "$out/scene_file_softer.png" \
    --sun-size 60
