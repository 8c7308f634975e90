#!/bin/sh
# Names in a view: where peaks come to lie, and which of them are seen, for labels in any program.
# Here an SVG, which Inkscape, a browser or a page of HTML shows over the picture.
#   sh examples/labels.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

cat >"$out/peaks.csv" <<'END'
name,lon,lat
Mount Lukens,-118.2390,34.2690
Condor Peak,-118.2198,34.3253
Josephine Peak,-118.1540,34.2857
Strawberry Peak,-118.1203,34.2836
Mount Gleason,-118.1769,34.3767
Pacifico Mountain,-118.0340,34.3817
Barley Flats,-118.0760,34.2760
END

# The picture's own arguments, once to render it and once to ask where things are in it.
set -- "$data/bigtujunga.tif" --size 1200x500 --preset alpine --curvature --fov 50 \
    --eye 379500,3789500,2600 --target 398000,3799500,900
veduta render "$@" -o "$out/labels_view.png"

# Ten metres above the ground, so that a summit does not hide itself where the DEM is coarse.
veduta project render "$@" --points "$out/peaks.csv" --points-crs EPSG:4326 \
    --height-above-ground 10 -o "$out/labels.csv" --overwrite
veduta project render "$@" --points "$out/peaks.csv" --points-crs EPSG:4326 \
    --height-above-ground 10 -o "$out/labels.geojson" --overwrite

# name,x,y,z,pixel_x,pixel_y,depth,distance,state
awk -F, -v picture=labels_view.png '
    NR == 1 {
        print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1200 500\">"
        printf "<image href=\"%s\" width=\"1200\" height=\"500\"/>\n", picture
        print "<g font-family=\"sans-serif\" font-size=\"15\" stroke=\"black\">"
    }
    NR > 1 && $9 == "visible" {
        printf "<path d=\"M%s,%s V124\" fill=\"none\"/>\n", $5, $6
        printf "<text transform=\"translate(%s,120) rotate(-45)\" stroke=\"none\">%s, %.0f km</text>\n", \
            $5, $1, $8 / 1000
    }
    END { print "</g></svg>" }' "$out/labels.csv" >"$out/labels.svg"
