#!/bin/sh
# Bad input of every kind: each ends with one line on standard error that begins with "veduta", with
# the exit status that stands here, with nothing on standard output, and with the folder as it was,
# hidden files too. A row of the table is
#
#   bad STATUS 'what is wrong' 'preparation' arguments of veduta
#   relief STATUS 'what is wrong' 'preparation' arguments of a relief; -o out.tif is added
#
# The preparation is shell, run in a folder that is the row's own and holds dem.tif (30 x 30 cells of
# 30 m, UTM, a slope with a ridge); `grid`, `raster` and `raw` below make other DEMs, and a limit
# that it sets (ulimit) holds for veduta too.
set -u
LC_ALL=C
HOME=$PWD/home XDG_CONFIG_HOME=$PWD/home TERM=dumb
export LC_ALL HOME XDG_CONFIG_HOME TERM
program=$VD_BUILD_DIR/veduta
base=$PWD
window=$VD_SOURCE_DIR/tests/data/window.tif
rm -rf row home dem.tif
rows=0
failed=0

# An ESRI grid of x by y cells; heights by awk from column i and row j.
grid() { # columns, rows, expression
    awk -v x="$1" -v y="$2" "BEGIN {
        printf \"ncols %d\nnrows %d\nxllcorner 500000\nyllcorner 4000000\ncellsize 30\n\", x, y
        print \"nodata_value -9999\"
        for (j = 0; j < y; j++) { for (i = 0; i < x; i++) printf \"%s \", $3; print \"\" }
    }"
}
# The same as a GeoTIFF: raster FILE COLUMNS ROWS EXPRESSION [options of gdal_translate]
raster() {
    file=$1
    grid "$2" "$3" "$4" >"$file.asc"
    shift 4
    gdal_translate -q -a_srs EPSG:32632 "$@" "$file.asc" "$file" && rm "$file.asc"
}
raster dem.tif 30 30 '100 + 2 * i + j % 5 * 9' || exit 77 # no gdal_translate

# Nine by nine floats of the same four bytes, which no text format can say.
raw() { # file, bytes for printf
    printf 'nrows 9\nncols 9\nnbands 1\nnbits 32\npixeltype float\nbyteorder I\n' >"${1%.*}.hdr"
    printf 'ulxmap 0\nulymap 0\nxdim 30\nydim 30\n' >>"${1%.*}.hdr"
    printf "$(printf '%81s' | sed "s/ /$2/g")" >"$1"
}

# Names and contents of everything here.
listing() {
    find . | sort
    find . -type f -exec cksum {} + 2>/dev/null | sort
}

bad() { # status, what, preparation, arguments
    want=$1 what=$2 preparation=$3
    shift 3
    rows=$((rows + 1))
    rm -rf "$base/row"
    mkdir "$base/row" && cd "$base/row" && cp ../dem.tif . || exit 1
    (
        eval "$preparation" >"$base/log" 2>&1 || {
            echo "the preparation failed: $(cat "$base/log")" >"$base/stderr"
            exit 99
        }
        listing >"$base/before"
        "$program" "$@" >"$base/stdout" 2>"$base/stderr" </dev/null
    )
    got=$?
    listing >"$base/after"
    chmod -R u+rwX . && cd "$base" || exit 1
    complaint=
    [ $got -eq "$want" ] || complaint="exit status $got, not $want"
    [ "$(wc -l <stderr)" -eq 1 ] || complaint="$complaint; not one line"
    grep -q '^veduta' stderr || complaint="$complaint; does not begin with veduta"
    [ ! -s stdout ] || complaint="$complaint; standard output: $(cat stdout)"
    cmp -s before after || complaint="$complaint; left behind: $(diff before after)"
    [ -z "$complaint" ] && return
    failed=1
    echo "$what: ${complaint#; }"
    sed 's/^/    /' stderr
}
relief() {
    want=$1 what=$2 preparation=$3
    shift 3
    bad "$want" "$what" "$preparation" relief "$@" -o out.tif --samples 1 --bounces 0 --quiet
}

# ---- files that are no DEM

relief 2 'no such file' '' none.tif
relief 2 'a folder' 'mkdir dem' dem
relief 2 'an empty file' ': >empty.tif' empty.tif
relief 2 'a text file' 'echo hello >text.tif' text.tif
relief 2 'a truncated GeoTIFF' 'raster big.tif 300 300 i*j; head -c 90000 big.tif >cut.tif' cut.tif
relief 2 'a GeoTIFF cut in its header' 'head -c 100 dem.tif >cut.tif' cut.tif
relief 2 'a truncated PNG' 'gdal_translate -q -of PNG -ot UInt16 "$window" a.png
    head -c 9000 a.png >cut.png' cut.png --cell-size 30
relief 2 'a damaged GeoTIFF' 'raster z.tif 300 300 i*j -co COMPRESS=DEFLATE
    printf "garbage garbage" | dd of=z.tif bs=1 seek=5000 conv=notrunc' z.tif
relief 2 'a pipe' 'mkfifo dem.pipe' dem.pipe
relief 2 'a device' '' /dev/zero
relief 2 'a link to nothing' 'ln -s nowhere.tif link.tif' link.tif
relief 2 'a link to itself' 'ln -s loop.tif loop.tif' loop.tif
relief 2 'a vector file' 'echo "{\"type\":\"Point\",\"coordinates\":[0,0]}" >p.geojson' p.geojson
relief 2 'a VRT of nothing' 'gdal_translate -q -of VRT dem.tif a.vrt && rm dem.tif' a.vrt
relief 2 'an empty name' '' ''
relief 2 'a name of 5,000 letters' '' "$(printf '%5000s' | tr ' ' x).tif"
[ "$(id -u)" -eq 0 ] ||
    relief 2 'a file without permission' 'chmod 000 dem.tif' dem.tif

# ---- rasters that are no surface

relief 2 'complex heights' 'raster c.tif 30 30 i -ot CFloat32' c.tif
relief 2 'one cell' 'raster one.tif 1 1 5' one.tif
relief 2 'one row' 'raster one.tif 9 1 5' one.tif
relief 2 'NODATA everywhere' 'raster void.tif 9 9 -9999' void.tif
relief 2 'NaN everywhere' 'raw nan.bil "\\000\\000\\300\\177"' nan.bil
relief 2 'infinity everywhere' 'raw inf.bil "\\000\\000\\200\\177"' inf.bil
relief 2 'no georeferencing' 'gdal_translate -q -of PNG -ot UInt16 dem.tif a.png
    rm a.png.aux.xml' a.png --worldfile
relief 2 'degrees without a CRS' 'grid 9 9 i | sed "s/500000/8/; s/4000000/47/; s/cellsize 30/cellsize 0.001/" >d.asc
    ' d.asc

# ---- parts and places that are not there

relief 2 'band 0' '' dem.tif --band 0
relief 2 'band 99' '' dem.tif --band 99
relief 2 'an unknown CRS' '' dem.tif --assign-crs EPSG:999999
relief 2 'a CRS that is none' '' dem.tif --assign-crs 'PROJCS["'
relief 2 'a box of three numbers' '' dem.tif --bbox 1,2,3
relief 2 'a box of words' '' dem.tif --bbox a,b,c,d
relief 2 'a box inside out' '' dem.tif --bbox 500300,4000300,500100,4000100
relief 2 'a box elsewhere' '' dem.tif --bbox 0,0,1,1
relief 2 'a window outside' '' dem.tif --srcwin 100,100,5,5
relief 2 'an empty window' '' dem.tif --srcwin 0,0,0,5
relief 2 'a part beyond the picture' '' dem.tif --crop 10,10,21,5
relief 2 'a part before the picture' '' dem.tif --crop -1,0,5,5
relief 2 'an empty part' '' dem.tif --crop 3,3,0,5
relief 2 'a part of half pixels' '' dem.tif --crop 1.5,0,5,5
relief 2 'a part of three numbers' '' dem.tif --crop 1,2,3
relief 2 'a part that is blurred' '' dem.tif --crop 1,2,3,3 --glare 0.1
bad 2 'a part in compose' '' compose x.exr -o out.png --crop 1,2,3,3
relief 2 'a cell size beside a CRS' '' dem.tif --cell-size 30

# ---- water

relief 2 'water above everything' '' dem.tif --water-level 5000
relief 2 'water below everything' '' dem.tif --water-level=-50
relief 2 'a sea without a way to the low ground' \
    'raster pit.tif 60 60 "(i > 20 && i < 40 && j > 20 && j < 40 ? 50 : 100)"' pit.tif --water-level 80
relief 2 'a level that is no number' '' dem.tif --water-level deep
relief 2 'an infinite level' '' dem.tif --water-level inf
relief 2 'a level that is not a number' '' dem.tif --water-level nan
relief 2 'water that is nowhere' '' dem.tif --water none.geojson
relief 2 'water of a raster' '' dem.tif --water dem.tif
relief 2 'water of points' 'echo "{\"type\":\"Point\",\"coordinates\":[9,36.1]}" >p.geojson' \
    dem.tif --water p.geojson
relief 2 'water elsewhere' 'echo "{\"type\":\"Polygon\",\"coordinates\":[[[80,10],[81,10],[81,11],[80,10]]]}" >p.geojson' \
    dem.tif --water p.geojson
relief 2 'a damaged file of lakes' 'echo "{\"type\":\"Polygon\",\"coordinates\":[[[9,36.1]" >p.geojson' \
    dem.tif --water p.geojson
relief 2 'a lake above the land' 'echo "{\"type\":\"Feature\",\"properties\":{\"h\":9000},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[9,36.14],[9.1,36.14],[9.1,36.2],[9,36.14]]]}}" >p.geojson' \
    dem.tif --water p.geojson --water-level-field h
relief 2 'a field that is not there' 'echo "{\"type\":\"Feature\",\"properties\":{\"h\":9},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[9,36.14],[9.1,36.14],[9.1,36.2],[9,36.14]]]}}" >p.geojson' \
    dem.tif --water p.geojson --water-level-field depth
relief 2 'no level areas' '' dem.tif --water flats
relief 2 'a wind below calm' '' dem.tif --water-level 130 --water-style optical --wind=-1
relief 2 'a colour above white' '' dem.tif --water-level 130 --water-color 2
relief 2 'a bed that is nowhere' '' dem.tif --water-level 130 --water-bathymetry none.tif
relief 2 'a bed beside no level water' 'raster bed.tif 9 9 1 && gdal_translate -q -a_ullr 0 9 9 0 bed.tif far.tif
    raster flat.tif 60 60 "(i < 40 ? 100 : 100 + i)"' flat.tif --water-level 100 --water-bathymetry far.tif
bad 2 'endless fog' '' render dem.tif --background sky --fog homogeneous -o out.png --quiet
bad 2 'a fog below itself' '' render dem.tif --background sky --fog height --fog-base 500 --fog-top 400 -o out.png --quiet
bad 2 'fog of a negative extinction' '' render dem.tif --fog height --fog-extinction=-1 -o out.png --quiet
bad 2 'fog all of whose light goes on' '' render dem.tif --fog height --fog-g 1 -o out.png --quiet
bad 2 'fog of droplets like rain' '' render dem.tif --background sky --fog height --fog-droplet 51 -o out.png --quiet
bad 2 'droplets of fog that scatter as is said' '' render dem.tif --background sky --fog height --fog-droplet 10 --fog-g 0.8 -o out.png --quiet
bad 2 'fog in valleys with a base' '' render dem.tif --background sky --fog valley --fog-base 9 -o out.png --quiet
bad 2 'fog that a colour does not see' '' render dem.tif --background sky --fog height --fog-extinction-color 0,1,1 -o out.png --quiet
bad 2 'fog in valleys whose colours differ' '' render dem.tif --background sky --fog valley --fog-extinction-color 0.5,1,1 -o out.png --quiet
bad 2 'fog more than patchy' '' render dem.tif --background sky --fog height --fog-patchiness 1.5 -o out.png --quiet
bad 2 'banks of fog that light never leaves' '' render dem.tif --background sky --fog height --fog-patchiness 1 --fog-extinction 1000 --fog-height 1000 -o out.png --quiet
bad 2 'clouds of no kind' '' render dem.tif --background sky --clouds nimbus -o out.png --quiet
bad 2 'clouds over more than the sky' '' render dem.tif --background sky --clouds cumulus --clouds-coverage 1.2 -o out.png --quiet
bad 2 'clouds of a negative extinction' '' render dem.tif --background sky --clouds cumulus --clouds-extinction=-1 -o out.png --quiet
bad 2 'clouds of an extinction without end' '' render dem.tif --background sky --clouds stratus --clouds-extinction 50 -o out.png --quiet
bad 2 'clouds all of whose light goes on' '' render dem.tif --background sky --clouds cumulus --clouds-g 1 -o out.png --quiet
bad 2 'clouds of droplets like dust' '' render dem.tif --background sky --clouds cumulus --clouds-droplet 1 -o out.png --quiet
bad 2 'droplets of clouds that scatter as is said' '' render dem.tif --background sky --clouds cumulus --clouds-droplet 10 --clouds-g 0.8 -o out.png --quiet
bad 2 'droplets without clouds' '' render dem.tif --clouds-droplet 10 -o out.png --quiet
bad 2 'clouds without thickness' '' render dem.tif --background sky --clouds stratus --clouds-thickness 0 -o out.png --quiet
bad 2 'a base without clouds' '' render dem.tif --background sky --clouds-base 2000 -o out.png --quiet
cloud() { # what, preparation, file
    bad 2 "$1" "$2" render dem.tif --background sky --clouds "$3" -o out.png --quiet
}
data=$VD_SOURCE_DIR/tests/data
cloud 'no grid of clouds' '' nowhere.nvdb
cloud 'a grid of OpenVDB' 'printf " BDV\0\0\0\0\0\0\0\0" >a.vdb' a.vdb
cloud 'a grid that is cut off' 'head -c 5000 "$data/puff.nvdb" >a.nvdb' a.nvdb
cloud 'a grid that is none' 'cp dem.tif a.nvdb' a.nvdb
cloud 'a grid without bytes' ': >a.nvdb' a.nvdb
cloud 'a grid of surfaces' '' "$data/puff_level_set.nvdb"
cloud 'a grid of doubles' '' "$data/puff_double.nvdb"
bad 2 'a grid beyond the DEM' '' render dem.tif --background sky --clouds "$data/puff.nvdb" --clouds-at 1,2,3 -o out.png --quiet
relief 2 'clouds over a map' '' dem.tif --clouds cumulus
bad 2 'a camera under water' '' render dem.tif --water-level 150 --eye 500300,4000300,140 -o out.png --quiet

# ---- the command line

bad 2 'an unknown command' '' relieff dem.tif
bad 2 'no input' '' relief -o out.tif
bad 2 'no output' '' relief dem.tif
relief 2 'an unknown option' '' dem.tif --frobnicate
relief 2 'an option near a known one' '' dem.tif --samplse 4
relief 2 'a value that is none' '' dem.tif --azimuth north
relief 2 'a number with a tail' '' dem.tif --azimuth 30x
relief 2 'a value out of range' '' dem.tif --altitude 91
relief 2 'a roughness out of range' '' dem.tif --roughness 1.1
relief 2 'gloss that is none' '' dem.tif --roughness 0.5 --specular shiny
relief 2 'a negative metal' '' dem.tif --metallic -0.1
relief 2 'dust out of range' '' dem.tif --surface-diffuse-roughness 2
relief 2 'a knob of gloss on matte ground' '' dem.tif --no-surface-multiscatter
relief 2 'NaN for a number' '' dem.tif --z-factor nan
relief 2 'a choice that is none' '' dem.tif --tone vivid
bad 2 'a value forgotten' '' relief dem.tif -o
relief 2 'one file too many' '' dem.tif a.tif b.tif
relief 2 'knobs that contradict each other' '' dem.tif --size 9x9 --output-scale 2
relief 2 'a knob without use' '' dem.tif --sky-horizon 0.5
relief 2 'an unknown preset' '' dem.tif --preset swis
relief 2 'a list of no presets' 'printf "preset: []\ndem: {path: dem.tif}\n" >a.yaml' a.yaml
relief 2 'a map of presets' 'printf "preset: {a: b}\ndem: {path: dem.tif}\n" >a.yaml' a.yaml
relief 2 'a band that blurs nothing' '' dem.tif --tilt-shift 0.2 --tilt-shift-blur 0
relief 2 'a preset that is no file' '' dem.tif --preset ./none.yaml
relief 2 'control characters' '' "$(printf 'a\nb\033[2J.tif')"

# ---- skies

relief 2 'no visibility' '' dem.tif --sky physical --visibility 0
relief 2 'visibility and turbidity' '' dem.tif --sky physical --visibility 20 --turbidity 4
relief 2 'a turbidity below that of air' '' dem.tif --sky physical --turbidity 0.5
relief 2 'a sun below twilight' '' dem.tif --sky physical --altitude -18.1
relief 2 'a sun below the horizon' '' dem.tif --altitude -1
relief 2 'air without a sky' '' dem.tif --aerial on
relief 2 'shafts of light on a map' '' dem.tif --sky physical --aerial shaded
relief 2 'a planet without air' '' dem.tif --sky physical --planet moon --aerial on
relief 2 'an unknown haze' '' dem.tif --sky physical --aerosol smoke
relief 2 'twilight too deep' '' dem.tif --sky physical --time 2026-06-21T23:59Z --place 8,10
relief 2 'a moon without a sky' '' dem.tif --moon
relief 2 'the moon of another planet' '' dem.tif --sky physical --planet mars --moon
relief 2 'a moon below the horizon' '' dem.tif --sky physical --moon --altitude -3
relief 2 'a phase of no moon' '' dem.tif --sky physical --moon-age 90
relief 2 'a phase beside a date' '' dem.tif --sky physical --moon --moon-age 90 --time 2026-06-21T23:59Z --place 8,10
relief 2 'a moon that is not up' '' dem.tif --sky physical --moon --time 2026-06-24T12:00Z --place 8,47
bad 2 'a date of a sky without a place' '' sky --time 2026-06-21T12:00Z --json
bad 2 'a sky with a DEM' '' sky dem.tif -o sky.exr
bad 2 'a sun without a height' '' sky --sun 135 -o sky.exr
bad 2 'a sun that is no number' '' sky --sun 135,high -o sky.exr
bad 2 'a sun too low' '' sky --sun 135,-19 --json
bad 2 'a value of --sun forgotten' '' sky -o sky.exr --sun
bad 2 'a picture of a sky that exists' ': >sky.png' sky -o sky.png
bad 1 'a folder of a sky that is missing' '' sky -o none/sky.exr
bad 2 'a knob of terrain for a sky' '' sky -z 2 --json

# ---- composing
exr() { # further arguments of a relief that makes in.exr
    "$program" relief dem.tif -o in.exr --samples 1 -q "$@"
}
bad 2 'no such OpenEXR' '' compose none.exr -o out.png
bad 2 'a PNG to compose' '"$program" relief dem.tif -o in.png --samples 1 -q' compose in.png -o out.png
bad 2 'an OpenEXR cut short' 'exr; head -c 3000 in.exr >cut.exr' compose cut.exr -o out.png
bad 2 'a damaged OpenEXR' 'exr; printf "%99s" | dd of=in.exr bs=1 conv=notrunc \
    seek=$(($(wc -c <in.exr) - 120))' compose in.exr -o out.png
bad 2 'an OpenEXR without beauty' '"$program" relief dem.tif -o "{aov}.exr" --aov slope --samples 1 -q' \
    compose slope.exr -o out.png
bad 2 'a light of no such name' 'exr --aov lights' compose in.exr -o out.png --light-weight moon,1
bad 2 'lights of a file without' 'exr' compose in.exr -o out.png --light-weight sun,1
bad 2 'a weight below 0' 'exr --aov lights' compose in.exr -o out.png --light-weight sun,-1
bad 2 'black above white when composing' 'exr' compose in.exr -o out.png --black-point 2
bad 2 'a composed picture that exists' 'exr; : >out.png' compose in.exr -o out.png
bad 2 'composing over the file itself' 'exr' compose in.exr -o in.exr --overwrite
bad 2 'noise that the file does not tell' 'exr --aov albedo' compose in.exr -o out.png --denoise nlm
bad 2 'noise taken out twice' 'exr --aov all --samples 4 --denoise nlm' compose in.exr -o out.png \
    --denoise nlm
bad 2 'noise of weighed lights' 'exr --aov all' compose in.exr -o out.png --denoise nlm \
    --light-weight sun,2
bad 2 'motion that the file does not tell' 'exr' compose in.exr -o out.png --motion-blur post
bad 2 'the shape of a shutter that blurs nothing' 'exr' compose in.exr -o out.png --shutter-curve 0,1
bad 2 'a knob of terrain for composing' 'exr' compose in.exr -o out.png -z 2
bad 2 'an unknown compression' '' relief dem.tif -o out.exr --exr-compression lzw
bad 2 'tiles too small' '' relief dem.tif -o out.exr --exr-tile 8
bad 2 'a layout without AOVs' '' relief dem.tif -o out.exr --exr-layout multichannel
bad 2 'AOVs without a file for them' '' relief dem.tif -o out.png --aov slope
bad 2 'files of no AOV' '' relief dem.tif -o "{aov}.tif"
bad 2 'an AOV over another output' '' relief dem.tif -o "{aov}.tif" -o slope.tif --aov slope
bad 2 'tone of measures' '' relief dem.tif -o "{aov}.tif" --aov slope --exposure 1

# ---- scene files

relief 2 'no such scene file' '' dem.tif --scene none.yaml
relief 2 'a scene file that is no YAML' 'printf "sun: {azimuth: [\n" >s.yaml' dem.tif --scene s.yaml
relief 2 'an unknown key' 'echo "sun: {azimut: 3}" >s.yaml' dem.tif --scene s.yaml
relief 2 'an unknown group' 'echo "moon: {azimuth: 3}" >s.yaml' dem.tif --scene s.yaml
relief 2 'a list for a number' 'echo "sun: {azimuth: [3]}" >s.yaml' dem.tif --scene s.yaml
relief 2 'a key twice' 'printf "sun: {}\nsun: {}\n" >s.yaml' dem.tif --scene s.yaml
relief 2 'a binary scene file' 'cp dem.tif s.yaml' dem.tif --scene s.yaml
relief 2 'two scene files' ': >a.yaml; : >b.yaml' dem.tif --scene a.yaml --scene b.yaml

# ---- ramps

relief 2 'no such ramp' '' dem.tif --ramp none.txt
relief 2 'a malformed ramp' 'printf "0 0 0 0\nhigh 255 255 255\n" >r.txt' dem.tif --ramp r.txt
relief 2 'an empty ramp' ': >r.txt' dem.tif --ramp r.txt
relief 2 'a ramp that is a folder' 'mkdir r' dem.tif --ramp ./r

# ---- outputs

bad 1 'a folder that is missing' '' relief dem.tif -o none/out.tif
bad 1 'a folder for a file' 'mkdir out.tif' relief dem.tif -o out.tif --overwrite
bad 2 'an output that exists' 'echo mine >out.tif' relief dem.tif -o out.tif
bad 2 'a side file that exists' 'echo mine >out.pgw' relief dem.tif -o out.png
bad 1 'a side file with too long a name' '' \
    relief dem.tif -o "$(printf '%250s' | tr ' ' x).png" --size 100000x100000
bad 2 'the input for an output' '' relief dem.tif -o ./dem.tif --overwrite
bad 2 'an output twice' '' relief dem.tif -o a.tif -o ./a.tif
bad 2 'an unknown suffix' '' relief dem.tif -o out.jpg
bad 2 'an unknown format' '' relief dem.tif -o out.tif --of JPEG
bad 2 'an unknown creation option' '' relief dem.tif -o out.tif --co COMPRES=LZW
bad 2 'a bad creation option' '' relief dem.tif -o out.tif --co BLOCKXSIZE=17
bad 2 'floats in a PNG' '' relief dem.tif -o out.png --ot Float32
bad 2 'overviews in a PNG' '' relief dem.tif -o out.png --overviews
bad 2 'another tiling scheme' '' relief dem.tif -o o.tif --of COG --co TILING_SCHEME=NZTM2000
bad 1 'an output in place of a pipe' 'mkfifo out.tif' relief dem.tif -o out.tif --overwrite
bad 2 'statistics over the input' '' relief dem.tif -o out.tif --stats dem.tif --overwrite
relief 1 'no folder for the spool file' '' dem.tif --memory 0 --spool-dir none
[ "$(id -u)" -eq 0 ] ||
    bad 1 'a folder that may not be written' 'mkdir o; chmod 555 o' relief dem.tif -o o/out.tif

# ---- other places, masks, drapes, dates and checkpoints

relief 2 'a geocentric CRS' '' dem.tif --crs EPSG:4978
relief 2 'a vertical CRS' '' dem.tif --crs EPSG:5773
relief 2 'an engineering CRS' '' dem.tif --crs 'LOCAL_CS["site",UNIT["m",1]]'
relief 2 'a CRS of another planet' '' dem.tif --crs IAU_2015:30100
relief 2 'a box that is elsewhere in the other CRS' '' dem.tif --crs EPSG:3857 --bbox 0,0,1000,1000
relief 2 'a mask without features' 'echo "{\"type\":\"FeatureCollection\",\"features\":[]}" >m.geojson
    ' dem.tif --clip-mask m.geojson
relief 2 'a mask of points' 'echo "{\"type\":\"Point\",\"coordinates\":[9,36]}" >m.geojson' \
    dem.tif --clip-mask m.geojson
relief 2 'a mask elsewhere' 'echo "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}" \
    >m.geojson' dem.tif --clip-mask m.geojson
relief 2 'a mask cut short' 'echo "{\"type\":\"Polygon\",\"coordinates\":[[[0,0" >m.geojson' \
    dem.tif --clip-mask m.geojson
relief 2 'a raster for a mask' '' dem.tif --clip-mask dem.tif
relief 2 'a drape of heights' '' dem.tif --drape dem.tif
relief 2 'a drape without a place' 'gdal_translate -q -of PNG -ot Byte -outsize 40 10 dem.tif d.png
    rm d.png.aux.xml' dem.tif --drape d.png
relief 2 'land cover that is missing' '' dem.tif --classes none.tif
relief 2 'land cover without colours' '' dem.tif --classes dem.tif
relief 2 'land cover elsewhere' 'gdal_translate -q -a_ullr 0 9 9 0 dem.tif c.tif' dem.tif \
    --classes c.tif --palette nlcd
relief 2 'land cover of fractions' 'raster c.tif 30 30 "i / 7"' dem.tif --classes c.tif --palette nlcd
relief 2 'a class without a colour' 'raster c.tif 30 30 "11 + 2 * (i > 9)"' dem.tif --classes c.tif \
    --palette nlcd
relief 2 'no such palette' 'raster c.tif 30 30 11' dem.tif --classes c.tif --palette ncld
relief 2 'a palette of nonsense' 'raster c.tif 30 30 11; echo 11 a b c >p.txt' dem.tif --classes c.tif \
    --palette p.txt
relief 2 'a layer of no material' '' dem.tif --layer material=snwo
relief 2 'a layer without a material' '' dem.tif --layer slope_min=20
relief 2 'a layer with a field that is none' '' dem.tif --layer material=snow,slop_min=20
relief 2 'a layer with a field twice' '' dem.tif --layer material=snow,slope_min=20,slope_min=30
relief 2 'a layer with limits the wrong way round' '' dem.tif \
    --layer material=snow,slope_min=40,slope_max=20
relief 2 'a layer beyond all slopes' '' dem.tif --layer material=snow,slope_min=91
relief 2 'a layer over all others' '' dem.tif --layer material=rock --layer material=snow
relief 2 'a layer for classes that are not there' '' dem.tif --layer material=snow,classes=3
relief 2 'a picture that is missing' '' dem.tif --material name=m,albedo_map=none.png \
    --layer material=m
relief 2 'a picture of heights' 'gdal_translate -q -ot Float32 dem.tif f.tif' dem.tif \
    --material name=m,albedo_map=f.tif --layer material=m
relief 2 'materials of one name' '' dem.tif --material name=m --material name=m --layer material=m
relief 2 'a height map without detail' '' dem.tif --material name=m,height_map=a.png --layer material=m
relief 2 'heights of no map' '' dem.tif --material name=m,height=3 --layer material=m \
    --terrain-detail 4 --output-scale 4
relief 2 'a height map that is missing' '' dem.tif --material name=m,height_map=none.png \
    --layer material=m --terrain-detail 4 --output-scale 4
relief 2 'detail that is no power of two' '' dem.tif --terrain-detail 6 --output-scale 4
relief 2 'more detail than there is' '' dem.tif --terrain-detail 128 --output-scale 4
relief 2 'no detail at all' '' dem.tif --terrain-detail 0
relief 2 'detail where pixels are as cells' '' dem.tif --terrain-detail 4
relief 2 'strength without detail' '' dem.tif --terrain-detail-strength 2
relief 2 'strength below none' '' dem.tif --terrain-detail 4 --output-scale 4 \
    --terrain-detail-strength -1
relief 2 'more detail than memory' 'raster big.tif 3000 3000 i && ulimit -v 3000000' big.tif \
    --terrain-detail 64 --output-scale 64
relief 2 'a date that is none' '' dem.tif --time 2026-02-30T10:00Z
relief 2 'a time without a zone' '' dem.tif --time 2026-06-21T09:30
relief 2 'a time at night' '' dem.tif --time 2026-06-21T00:00Z
relief 2 'a checkpoint that is none' 'echo mine >a.ck' dem.tif --checkpoint a.ck --resume
relief 2 'a checkpoint that is a folder' 'mkdir a.ck' dem.tif --checkpoint a.ck --resume
relief 2 'a checkpoint that is a pipe' 'mkfifo a.ck' dem.tif --checkpoint a.ck --resume
relief 2 'the input for a checkpoint' '' dem.tif --checkpoint dem.tif --overwrite
relief 1 'no folder for a checkpoint' '' dem.tif --checkpoint none/a.ck
relief 2 'an AOV that there is none of' '' dem.tif --aov albedo,colour
relief 2 'an AOV without a name' '' dem.tif --aov albedo,
relief 2 'motion on a map' '' dem.tif --aov motion
relief 2 'an AOV of a camera on a map' '' dem.tif --aov normal_camera
relief 2 'longitudes without a CRS' 'grid 30 30 "i + j" >c.asc' c.asc --cell-size 30 --aov lonlat
relief 2 'a radius without its AOV' '' dem.tif --ao-radius 100

relief 2 'noise of a single sample' '' dem.tif --denoise nlm
relief 2 'a denoiser that there is none of' '' dem.tif --denoise magic --samples 2
relief 2 'a library that is not there' '' dem.tif --samples 2 --denoise oidn --oidn-library none.so
relief 2 'a library that is none' '' dem.tif --samples 2 --denoise oidn --oidn-library ./dem.tif
relief 2 'a library that nothing asks for' '' dem.tif --samples 2 --oidn-library none.so

# ---- environment maps, and OpenEXR outputs

map=$VD_SOURCE_DIR/data/evening.hdr
relief 2 'no such map' '' dem.tif --environment none.exr
relief 2 'a map that is a folder' 'mkdir m.exr' dem.tif --environment m.exr
relief 2 'a map that is a pipe' 'mkfifo m.exr' dem.tif --environment m.exr
relief 2 'a map that is empty' ': >m.hdr' dem.tif --environment m.hdr
relief 2 'a DEM for a map' '' dem.tif --environment dem.tif
relief 2 'a map cut short' 'head -c 9000 "$map" >m.hdr' dem.tif --environment m.hdr
relief 2 'a map cut in its header' 'head -c 30 "$map" >m.hdr' dem.tif --environment m.hdr
relief 2 'a map of absurd size' 'printf "#?RADIANCE\n\n-Y 60000 +X 60000\n" >m.hdr' \
    dem.tif --environment m.hdr
relief 2 'an EXR of four bytes' 'printf "v/1\001" >m.exr' dem.tif --environment m.exr
relief 2 'a map beside a sky' 'cp "$map" m.hdr' dem.tif --environment m.hdr --sky gradient
relief 2 'a turned map without a map' '' dem.tif --environment-rotation 90
relief 2 'the output for a map' 'cp "$map" out.tif' dem.tif --environment out.tif --overwrite
bad 2 'whole numbers in an EXR' '' relief dem.tif -o out.exr --ot Byte
bad 2 'tone in an EXR' '' relief dem.tif -o out.exr --exposure 1
bad 2 'EXR compression of a GeoTIFF' '' relief dem.tif -o out.tif --exr-compression zip
bad 2 'an EXR under the suffix of a PNG' '' relief dem.tif -o out.png --of EXR
bad 1 'no room for an EXR' 'ulimit -f 16' \
    relief dem.tif --size 300x300 -o out.exr --samples 1 --quiet

# ---- more than there is

# view STATUS 'what is wrong' 'preparation' arguments of a view; -o out.png is added
view() {
    want_of_view=$1 what_of_view=$2 preparation_of_view=$3
    shift 3
    bad "$want_of_view" "$what_of_view" "$preparation_of_view" render "$@" -o out.png --samples 1 --quiet
}
view 2 'an eye under the ground' '' dem.tif --eye 500450,4000450,1
view 2 'an eye below the plane' '' dem.tif --eye 499900,4000450,-5000
view 2 'an eye so far above ground below it' '' dem.tif --eye 499900,4000450,agl:-1000
view 2 'the same without a plane' '' dem.tif --eye 499900,4000450,agl:-1000 --terrain-plane none
view 2 'a look upwards from below the plane' '' dem.tif --tilt -10
view 2 'parallel lines from below the plane' '' dem.tif --projection ortho --tilt -20
view 2 'an eye on the ground' '' dem.tif --eye 500450,4000450,agl:0
view 2 'an eye beyond all measure' '' dem.tif --eye 500450,4000450,1e30
view 2 'a look straight up from within' '' dem.tif --tilt -90
view 2 'an eye in degrees over a DEM in metres' '' dem.tif --eye 9,36,5000
view 2 'a target nowhere near' '' dem.tif --target 1,1,agl:0
view 2 'an eye that is no place' '' dem.tif --eye here
view 2 'an eye of two numbers' '' dem.tif --eye 500450,4000450
view 2 'an eye with the wrong prefix' '' dem.tif --eye 500450,4000450,above:3
view 2 'a target at the eye' '' dem.tif --eye 500450,4000450,900 --target 500450,4000450,900
view 2 'a wind that blows nowhere' '' dem.tif --view-from NNS
view 2 'a background that is no colour' '' dem.tif --background blue
view 2 'a base in the air' '' dem.tif --terrain-base 5000
view 2 'a distance beside an eye' '' dem.tif --distance 100 --eye 500450,4000450,agl:9
view 2 'degrees over a continent' 'gdal_translate -q -a_srs EPSG:4326 -a_ullr 0 60 20 40 dem.tif c.tif' c.tif
view 2 'a cache for a warped DEM' 'gdal_translate -q -a_srs EPSG:4326 -a_ullr 7 47 8 46 dem.tif c.tif' \
    c.tif --cache ./kept
view 2 'a focus behind the camera' '' dem.tif --dof thin-lens --focus -100
view 2 'a focus on a place behind the camera' '' dem.tif --dof thin-lens --view-from S \
    --distance 10 --focus 500450,3990000
view 2 'a focus that is no place' '' dem.tif --dof thin-lens --focus near
view 2 'a focus of four numbers' '' dem.tif --dof thin-lens --focus 1,2,3,4
view 2 'a focus without a lens' '' dem.tif --focus 100
view 2 'f/0' '' dem.tif --dof thin-lens --f-stop 0
view 2 'no aperture' '' dem.tif --dof thin-lens --aperture 0
view 2 'a blade' '' dem.tif --dof thin-lens --blades 1
view 2 'a lens turned away from its sensor' '' dem.tif --dof thin-lens --tilt-lens 90
view 2 'a lens of parallel lines' '' dem.tif --dof thin-lens --projection ortho
view 2 'a distortion that folds the picture' '' dem.tif --distortion=-9
view 2 'a lens that nobody makes' '' dem.tif --lens-profile 'Nobody 7-700mm'
view 2 'a lens by name of a fisheye' '' dem.tif --projection fisheye --lens-profile any
view 2 'a distortion of six numbers' '' dem.tif --distortion 0,0,0,0,0,0
view 2 'a fisheye distorted to fold' '' dem.tif --projection fisheye --distortion-fisheye=-9,0,0,0
view 2 'a fisheye of three numbers' '' dem.tif --projection fisheye --distortion-fisheye 0,0,0
view 2 'a focus on no object' '' dem.tif --dof thin-lens --focus object:house
view 2 'colours and their light' '' dem.tif --lens-chromatic-aberration 1 --aov direct -o x.exr
view 2 'a distortion of a fisheye' '' dem.tif --distortion 0.1 --projection fisheye
view 2 'a cache for curved ground' '' dem.tif --curvature --cache ./kept

relief 2 'a table of colours that is not there' '' dem.tif --lut no.cube
relief 2 'a table of colours that is none' 'echo hello >l.cube' dem.tif --lut l.cube
relief 2 'a table of colours that ends early' 'printf "LUT_1D_SIZE 3\n0 0 0\n1 1 1\n" >l.cube' \
    dem.tif --lut l.cube
relief 2 'a table of too many colours' 'printf "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n2 2 2\n" >l.cube' \
    dem.tif --lut l.cube
relief 2 'a table of colours of no size' 'printf "LUT_3D_SIZE 0\n" >l.cube' dem.tif --lut l.cube
relief 2 'a table of an empty domain' \
    'printf "DOMAIN_MIN 1 1 1\nLUT_1D_SIZE 2\n0 0 0\n1 1 1\n" >l.cube' dem.tif --lut l.cube
relief 2 'a table of colours that is a folder' 'mkdir l.cube' dem.tif --lut l.cube
relief 2 'a table of colours from a pipe' 'mkfifo l.cube' dem.tif --lut l.cube
relief 2 'a mask that is not there' '' dem.tif --vignette-mask no.png
relief 2 'a mask that is no picture' 'echo hello >m.png' dem.tif --vignette-mask m.png
relief 2 'more glare than light' '' dem.tif --glare 1.5
relief 2 'a star of two kinds' '' dem.tif --glare 0.5 --glare-kind diffraction --glare-spikes 6
relief 2 'two blades' '' dem.tif --glare 0.5 --glare-kind diffraction --glare-blades 2
relief 2 'a lens that is red all over' '' dem.tif --chromatic-aberration 50
relief 2 'the falloff of no lens' '' dem.tif --vignette 1
relief 2 'grain without noise' '' dem.tif --grain-size 2
relief 2 'a band of less than nothing' '' dem.tif --tilt-shift -1
relief 2 'a falloff without a band' '' dem.tif --tilt-shift-falloff 0.2
relief 2 'a lens over a map' '' dem.tif --dof post
view 2 'post focus behind the camera' '' dem.tif --dof post --focus -100
view 2 'post f/0' '' dem.tif --dof post --f-stop 0
view 2 'eyes of cats in post' '' dem.tif --dof post --lens-cat-eye 0.5
view 2 'post without a lens' '' dem.tif --dof post --projection ortho
view 2 'the falloff of parallel lines' '' dem.tif --projection ortho --vignette 1

bad 2 'nothing to project' '' project dem.tif
bad 2 'a point of one number' '' project dem.tif --point 500450
bad 2 'a point with a tail' '' project dem.tif --point 500450,4000450,900m
bad 2 'a height below the ground' '' project dem.tif --point 500450,4000450 --height-above-ground -1
bad 2 'points that are not there' '' project dem.tif --points no.csv
bad 2 'a CSV without coordinates' 'printf "name,size\na,3\n" >p.csv' project dem.tif --points p.csv
bad 2 'points that are no vector file' 'echo hello >p.gpkg' project dem.tif --points p.gpkg
bad 2 'a layer that is not there' 'printf "x,y\n1,2\n" >p.csv' \
    project dem.tif --points p.csv --points-layer q
bad 2 'a layer without points' '' project dem.tif --point 500450,4000450 --points-layer q
bad 2 'a CRS of points that is none' '' project dem.tif -q --point 500450,4000450 --points-crs nonsense
bad 2 'points on a globe, a DEM on none' 'grid 9 9 "i" >g.asc; rm dem.tif' \
    project g.asc -q --point 8,47 --points-crs EPSG:4326
bad 2 'labels as a picture' '' project dem.tif --point 500450,4000450 -o p.png
bad 2 'labels that exist' 'touch p.csv' project dem.tif --point 500450,4000450 -o p.csv
bad 2 'labels of an eye in the ground' '' project dem.tif -q --point 500450,4000450 \
    --eye 500450,4000450,50
bad 1 'no room for labels' 'seq 60 | sed "s/.*/500450,4000450/" >p.csv; ulimit -f 1' project dem.tif --points p.csv -q -o out.csv
# A mesh of one triangle by its three corners, as lines of an OBJ.
mesh() {
    printf 'v %s\nv %s\nv %s\nf 1 2 3\n' "$1" "$2" "$3"
}
good="mesh '0 0 0' '9 0 0' '0 9 0' >m.obj"
object() { # what, preparation, fields of the object [, arguments]
    what_of_object=$1 preparation_of_object=$2 fields=$3
    shift 3
    view 2 "$what_of_object" "$preparation_of_object" dem.tif --object "$fields" "$@"
}
here=at=500450,4000450
object 'a mesh that is not there' '' path=none.obj,$here
object 'a mesh that is a folder' 'mkdir m.obj' path=m.obj,$here
object 'an empty mesh' ': >m.obj' path=m.obj,$here
object 'a mesh of an unknown format' 'echo solid >m.stl' path=m.stl,$here
object 'a mesh without a format' "$good; mv m.obj m" path=./m,$here
object 'text for a mesh' 'echo hello >m.ply' path=m.ply,$here
object 'a DEM for a mesh' 'cp dem.tif m.glb' path=m.glb,$here
object 'a mesh without triangles' 'echo "v 0 0 0" >m.obj' path=m.obj,$here
object 'a mesh of one line' "mesh '0 0 0' '1 1 1' '2 2 2' >m.obj" path=m.obj,$here
object 'a mesh of one point' "mesh '1 2 3' '1 2 3' '1 2 3' >m.obj" path=m.obj,$here
object 'NaN in a mesh' "mesh '0 0 0' '1 nan 0' '0 1 0' >m.obj" path=m.obj,$here
object 'infinity in a mesh' "mesh '0 0 0' '1 inf 0' '0 1 0' >m.obj" path=m.obj,$here
object 'a mesh far from its origin' "mesh '5e6 0 0' '5e6 0 9' '5e6 9 0' >m.obj" path=m.obj,$here
object 'a corner that is no point' 'printf "v 0 0 0\nf 1 2 3\n" >m.obj' path=m.obj,$here
object 'a mesh without a place' "$good" path=m.obj
object 'a place without a mesh' '' $here
object 'a mesh outside the DEM' "$good" path=m.obj,at=509999,4000450
object 'a mesh in degrees over a DEM in metres' "$good" path=m.obj,at=9,36
object 'a mesh without size' "$good" path=m.obj,$here,scale=0
object 'an axis that is none' "$good" path=m.obj,$here,up=x
object 'an unknown material' "$good" path=m.obj,$here,material=rok
object 'a place and points' "$good; echo >p.csv" path=m.obj,$here,points=p.csv
object 'points that are not there' "$good" path=m.obj,points=none.gpkg
object 'a DEM for points' "$good" path=m.obj,points=dem.tif
object 'points outside the DEM' "$good
    echo '{\"type\":\"Point\",\"coordinates\":[1,1]}' >p.geojson" path=m.obj,points=p.geojson
object 'no points' "$good
    echo '{\"type\":\"FeatureCollection\",\"features\":[]}' >p.geojson" path=m.obj,points=p.geojson
object 'a height that is none' "$good" "path=m.obj,$here,1e30"
object 'a picture that is not there' 'printf "newmtl a\nmap_Kd none.png\n" >m.mtl
    printf "mtllib m.mtl\nusemtl a\nv 0 0 0\nv 9 0 0\nv 0 9 0\nvt 0 0\nf 1/1 2/1 3/1\n" >m.obj' \
    path=m.obj,$here
object 'motion of points' "$good; echo x,y >p.csv" path=m.obj,points=p.csv,motion=2,2
object 'a climb from the ground' "$good" path=m.obj,$here,climb=2
object 'motion out of the DEM' "$good" path=m.obj,$here,motion=9000,0 --shutter 0,1
object 'motion of no number' "$good" path=m.obj,$here,motion=nan,0
other='printf "v 0 0 0\nv 9 0 0\nv 0 9 0\nv 9 9 0\nf 1 2 3\nf 2 4 3\n" >n.obj'
object 'a shape of other triangles' "$good; $other" path=m.obj,$here,shapes=n.obj,deform=1
object 'a shape that is not there' "$good" path=m.obj,$here,shapes=n.obj,deform=1
object 'shapes by a pattern of none' "$good" path=m.obj,$here,shapes=n_%03d.obj,deform=1
object 'shapes that nothing shows' "$good" path=m.obj,$here,shapes=m.obj
object 'a shape of one' "$good" path=m.obj,$here,shape=1
object 'a change of form of one' "$good" path=m.obj,$here,deform=1
object 'a cycle of one' "$good" path=m.obj,$here,cycle=true
object 'a field that is none' "$good" path=m.obj,$here,size=3
object 'ground that gives light' "$good" path=m.obj,$here --material name=m,emission=1 \
    --layer material=m
relief 2 'an object on a map' "$good" dem.tif --object path=m.obj,$here

animate() { # what is wrong, options
    what=$1
    shift
    bad 2 "an animation: $what" '' animate dem.tif -q -o 'f_%d.png' --samples 1 --size 9x9 "$@"
}
animate 'nothing that moves'
animate 'no number of frames' --orbit 360
animate 'frames that run backwards' --orbit 360 --frames 9-2
animate 'frame 0' --orbit 360 --frames 0-2
animate 'frames that are none' --orbit 360 --frames 1..9
animate 'frames past the end' --orbit 360 --length 9 --frames 5-10
animate 'a part too many' --orbit 360 --length 9 --chunk 11/10
animate 'part 0' --orbit 360 --length 9 --chunk 0/10
animate 'a part that is none' --orbit 360 --length 9 --chunk 1:2
animate 'one frame of many' --orbit 360 --length 9 --frame 3
animate 'a checkpoint' --orbit 360 --length 9 --checkpoint c.ck
animate 'a dry run' --orbit 360 --length 9 --dry-run
animate 'a second output without a number' --orbit 360 --length 9 -o b.png
animate 'a second output with two' --orbit 360 --length 9 -o b%d_%d.png
animate 'a second output with another number' --orbit 360 --length 9 -o b%x.png
animate 'a movie beside frames' --orbit 360 --length 9 -o b.mp4
animate 'keyframes out of order' --keyframe 5,camera.fov,20 --keyframe 4,camera.fov,30
animate 'keyframes twice' --keyframe 5,camera.fov,20 --keyframe 5,camera.fov,30
animate 'keyframes of an unknown knob' --keyframe 5,camera.fog,20
animate 'keyframes of a seed' --clouds cumulus --background sky --keyframe 5,clouds.seed,20
animate 'keyframes of an object that is not there' --keyframe '5,objects[barn].scale,2'
animate 'keyframes of a wind' --clouds cumulus --background sky --keyframe 'frame=5,knob=clouds.wind,value=20,20'
animate 'a wind without clouds' --clouds-wind 20,20
animate 'a sun that sets without air' --keyframe 1,sun.altitude,5 --keyframe 2,sun.altitude,-5 --shutter 0,1
animate 'keyframes of text' --keyframe 5,surface.ramp,grey
animate 'keyframes of a size' --keyframe 5,camera.size,9x9
animate 'keyframes of a record that is not there' --keyframe '5,suns[1].strength,2'
animate 'keyframes out of range' --keyframe 5,camera.fov,999
animate 'a keyframe without a value' --keyframe 5,camera.fov
animate 'a way that is none' --keyframe 5,camera.fov,20,fast
animate 'an orbit about an eye' --orbit 360 --length 9 --eye 500400,4000400,agl:99
animate 'a day of one time' --length 9 --day 2026-06-21T12:00Z
animate 'a day that runs backwards' --length 9 --day 2026-06-21T12:00Z/2026-06-21T11:00Z
animate 'a day that does not begin' --length 9 --day noon/2026-06-21T11:00Z
animate 'constant speed of nothing' --constant-speed --orbit 360 --length 9
animate 'a shutter that does not close after it opens' --orbit 360 --length 9 --shutter 0,0
animate 'a shutter that closes before it opens' --orbit 360 --length 9 --shutter 0.5,0
animate 'a shutter of one time' --orbit 360 --length 9 --shutter 0.5
animate 'a curve of the shutter that is none' --orbit 360 --length 9 --shutter 0,1 --shutter-curve 0,x
animate 'a shutter that lets no light in' --orbit 360 --length 9 --shutter 0,1 --shutter-curve 0,0
animate 'blur of no shutter' --orbit 360 --length 9 --motion-blur post
animate 'motion of no shutter' --orbit 360 --length 9 --aov motion
animate 'blur of no kind' --orbit 360 --length 9 --shutter 0,1 --motion-blur vector
animate 'rows blurred afterwards' --orbit 360 --length 9 --shutter 0,1 --motion-blur post --shutter-rolling 1
animate 'the shape of no blur' --orbit 360 --length 9 --shutter 0,1 --motion-blur none --shutter-shape trapezoid
animate 'a flight along what is not there' --flight none.gpkg --length 9
animate 'a flight along a DEM' --flight dem.tif --length 9
animate 'a flight without a length' --flight dem.tif
animate 'the height of no flight' --orbit 360 --length 9 --flight-height 100
animate 'a place for a billion digits' --orbit 360 --length 9 -o 'b%99999999d.png'
animate 'rows of no shutter' --orbit 360 --length 9 --shutter-rolling 1
animate 'motion of a record by keyframes' --keyframe '5,objects[1].motion,2,2'
animate 'an eye that goes under ground' --keyframe frame=1,knob=camera.eye,value=500400,4000400,1
bad 2 'a flight along points' 'echo "{\"type\":\"Point\",\"coordinates\":[500450,4000450]}" >p.json' \
    animate dem.tif -q -o 'f_%d.png' --samples 1 --size 9x9 --flight p.json --length 9
bad 2 'a flight beside the DEM' 'echo "{\"type\":\"LineString\",\"coordinates\":[[1,1],[2,2]]}" >l.json' \
    animate dem.tif -q -o 'f_%d.png' --samples 1 --size 9x9 --flight l.json --length 9
bad 2 'an animation: no output' '' animate dem.tif -q --orbit 360 --length 9
bad 2 'an animation: no place for a number' '' animate dem.tif -q --orbit 360 --length 9 -o f.png
bad 2 'an animation: no DEM' '' animate -q --orbit 360 --length 9 -o f%d.png
bad 2 'a part of the frames for one picture' '' render dem.tif -q -o v.png --orbit 9 --length 9 \
    --chunk 1/2
bad 2 'a moment where nothing moves' '' render dem.tif -q -o v.png --frame 2

sun_hours() { # status, what is wrong, preparation, options
    want=$1 what=$2 preparation=$3
    shift 3
    bad "$want" "hours of sun: $what" "$preparation" sun-hours dem.tif -q -o out.tif "$@"
}
sun_hours 2 'no date' ''
sun_hours 2 'a date that is none' '' --date 2026-02-30
sun_hours 2 'a date with a time' '' --date 2026-06-21T12:00Z
sun_hours 2 'days that run backwards' '' --date 2026-06-21 --to 2026-06-20
sun_hours 2 'a thousand years' '' --date 1700-01-01 --to 2700-01-01
sun_hours 2 'a step that is no time' '' --date 2026-06-21 --step soon
sun_hours 2 'a step without a unit' '' --date 2026-06-21 --step 15
sun_hours 2 'a step of a day' '' --date 2026-06-21 --step 24h
sun_hours 2 'air clearer than clean' '' --date 2026-06-21 --linke-turbidity 0.5
sun_hours 2 'a DEM that lies nowhere' 'grid 9 9 "i" >d.asc; gdal_translate -q d.asc dem.tif; rm d.asc' \
    --date 2026-06-21
sun_hours 2 'a DEM of the Moon' \
    'gdal_translate -q -a_srs "+proj=longlat +R=1737400" dem.tif d.tif; mv d.tif dem.tif' \
    --date 2026-06-21
sun_hours 2 'an output that exists' 'touch out.tif' --date 2026-06-21
sun_hours 2 'a block' '' --date 2026-06-21 --terrain-border block
sun_hours 2 'a knob of pictures' '' --date 2026-06-21 --samples 4
sun_hours 2 'an output twice' '' --date 2026-06-21 -o ./out.tif
sun_hours 1 'no room' 'ulimit -f 4' --date 2026-06-21
bad 2 'hours of sun: no output' '' sun-hours dem.tif --date 2026-06-21 -q
bad 2 'hours of sun: a PNG' '' sun-hours dem.tif --date 2026-06-21 -o out.png -q
bad 2 'hours of sun: no DEM' '' sun-hours --date 2026-06-21 -o out.tif -q

relief 2 'a picture of absurd size' '' dem.tif --size 2000000000x2000000000
relief 1 'a picture too large for any disk' '' dem.tif --size 1000000x1000000
relief 1 'no room for the picture' 'ulimit -f 16' dem.tif --size 300x300
relief 1 'no room for a COG' 'ulimit -f 300' dem.tif --size 600x600 --of COG
# Wherever the room ends: in the picture, while overviews are read from it, in them, in the copy.
for blocks in 500 600 700 750 800 850 900; do
    relief 1 "room for $blocks blocks of a COG" "ulimit -f $blocks" \
        dem.tif --size 600x600 --of COG
    relief 1 "room for $blocks blocks of overviews" "ulimit -f $blocks" \
        dem.tif --size 600x600 --overviews
done
bad 1 'no room for a PNG' 'ulimit -f 16' relief dem.tif --size 300x300 -o out.png --samples 1 --quiet
relief 1 'no room for the spool file' 'ulimit -f 16' dem.tif --size 300x300 --memory 0
[ "${VD_SANITIZE:-}" = ON ] || # whose shadow memory is larger than any limit
    relief 1 'no memory for the heights' 'gdal_translate -q -of VRT -outsize 20000 20000 dem.tif m.vrt
    ulimit -v 600000' m.vrt

echo "$rows kinds of bad input"
exit $failed
