#!/bin/sh
# Land cover: classes in the colours of a palette, and in materials. Here GDAL's tools make the classes
# from the DEM itself, as a stand-in for a file of ESA WorldCover: trees, shrubs, grass, bare ground.
#   sh examples/land_cover.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

printf '%s\n' '0 30' '12 10' '30 20' '38 60' | awk '{ print $1, $2, $2, $2 }' >"$out/classes.txt"
gdaldem slope -q "$data/bigtujunga.tif" "$out/land_cover_slope.tif"
gdaldem color-relief -q -nearest_color_entry "$out/land_cover_slope.tif" "$out/classes.txt" \
    "$out/land_cover_three.tif"
gdal_translate -q -b 1 -a_nodata 0 "$out/land_cover_three.tif" "$out/land_cover_utm.tif"
gdalwarp -q -overwrite -t_srs EPSG:4326 -r near "$out/land_cover_utm.tif" "$out/land_cover.tif"

# As a map, in the legend's colours.
veduta relief "$data/bigtujunga.tif" -o "$out/land_cover_map.png" --classes "$out/land_cover.tif" \
    --palette esa-worldcover --srcwin 560,200,320,240

# As land: each class is a material, or several.
cat >"$out/land_cover.yaml" <<'END'
tone: {auto_exposure: true}
classes: {path: land_cover.tif, blend: 2}
layers:
  - {material: dry-grass}
  - {material: forest, classes: [10]}
  - {material: scrub, classes: [20], share: 0.7, noise_scale: 90}
  - {material: rock, classes: [60]}
  - {material: soil, share: 0.1, noise_scale: 80, opacity: 0.6}
END
veduta relief "$data/bigtujunga.tif" -o "$out/land_cover_land.png" --scene "$out/land_cover.yaml" \
    --output-scale 2 --srcwin 560,200,320,240
