#!/bin/sh
# Ground made of materials: presets that dress any DEM, and layers of one's own by rules.
#   sh examples/materials.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

veduta relief "$data/rmnp.tif" -o "$out/materials_alpine.png" --preset alpine --output-scale 4 \
    --sun-size 5 --altitude 35 --srcwin 40,60,80,60
veduta relief "$data/zion.tif" -o "$out/materials_desert.png" --preset desert --output-scale 2 \
    --sun-size 5 --altitude 35 --srcwin 150,200,160,120

# Chaparral, as in the San Gabriel mountains: dry grass, shrubs in patches, trees on the slopes that
# look north, bare rock where it is steep, gravel along the rivers.
cat >"$out/chaparral.yaml" <<'END'
tone: {auto_exposure: true}
materials:
  - {name: oak-scrub, color: [0.06, 0.066, 0.03], variation: 0.2, bump: 0.35, bump_scale: 14}
layers:
  - {material: dry-grass}
  - {material: scrub, share: 0.5, noise_scale: 1200, opacity: 0.8}
  - {material: oak-scrub, share: 0.4, noise_scale: 60}
  - {material: forest, aspect: 10, aspect_width: 150, aspect_soft: 40, share: 0.7, noise_scale: 250, hollows: 4}
  - {material: rock, slope_min: 38, slope_soft: 5, hollows: -3, noise_scale: 150, opacity: 0.8}
  - {material: gravel, slope_max: 7, slope_soft: 3, curvature_max: -0.03, curvature_soft: 0.03, curvature_scale: 500}
END
veduta relief "$data/bigtujunga.tif" -o "$out/materials_chaparral.png" \
    --scene "$out/chaparral.yaml" --output-scale 2 --sun-size 5 --srcwin 560,200,320,240
