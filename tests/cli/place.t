# Where a picture lies: other CRSs, and clip masks.

## another CRS
$ veduta relief data/bigtujunga.tif --crs EPSG:3857 --dry-run | head -7
> CRS           WGS 84 / Pseudo-Mercator
> map unit      metre
> height unit   metre
> DEM           1197 x 643 cells
> cell size     30 x 30 m
> picture       1205 x 660 pixels
> bounds        -13174213.8 4059900.9 -13130472.3 4083858.9

## an extent that the DEM fills a small part of
$ gdal_translate -q -a_srs EPSG:4326 -a_ullr 179.5 51 180.5 50 data/zion.tif dateline.tif
$ gdal_translate -q -a_srs EPSG:4326 -a_ullr -180 90 180 -90 data/zion.tif world.tif
$ for in in dateline world; do veduta relief $in.tif --crs EPSG:3857 --dry-run 2>&1 | grep -e --crs; done
$ veduta relief dateline.tif --crs EPSG:3832 --dry-run 2>&1 | grep -c -e --crs
>~ veduta: warning: --crs: in 'WGS 84 / Pseudo-Mercator' the 465 x 457 cells lie in an extent for 36? times as many, so most of the picture will be empty or stretched; show a part of it by --bbox, or choose another CRS
>~ veduta: warning: --crs: in 'WGS 84 / Pseudo-Mercator' the 465 x 457 cells lie in an extent for [0-9]* times as many, *
> 0
? 1

## it says what it is, in GeoTIFF and beside PNG
$ veduta relief data/bigtujunga.tif --srcwin 500,200,60,40 --crs EPSG:3857 -o a.tif -o a.png -q --samples 1
$ gdalinfo a.tif | grep -c 'ID."EPSG",3857'; gdalinfo a.png | grep -c 'ID."EPSG",3857'
$ gdalinfo a.tif | grep -E '^Size|^Pixel Size' >tif; gdalinfo a.png | grep -E '^Size|^Pixel Size' | cmp tif -
$ cat tif; rm tif
> 1
> 1
> Size is 61, 42
> Pixel Size = (36.299999999999997,-36.299999999999997)
= a.pgw a.png a.png.aux.xml a.tif

## the DEM's own CRS is as if none was asked for
$ veduta relief data/bigtujunga.tif --srcwin 500,200,60,40 --crs EPSG:32611 -o out.tif -q --samples 1
$ mv out.tif a.tif
$ veduta relief data/bigtujunga.tif --srcwin 500,200,60,40 -o out.tif -q --samples 1
$ gdalinfo -checksum a.tif | grep -E 'Checksum|Size|Origin' >a; gdalinfo -checksum out.tif | grep -E 'Checksum|Size|Origin' | cmp a -

## a box and a resolution are in the CRS asked for
$ veduta relief data/bigtujunga.tif --crs EPSG:3857 --bbox -13160010,4070010,-13150010,4080010 --resolution 20 --dry-run | grep -E 'picture|bounds'
> picture       500 x 500 pixels
> bounds        -13160000 4070020 -13150000 4080020

## a CRS that is none
$ veduta relief data/bigtujunga.tif -o out.tif -q --crs EPSG:9
? 2
! veduta: error: --crs: 'EPSG:9': not a CRS that GDAL knows; give a code such as EPSG:32632, or a WKT or PROJ string
=

## a DEM without one
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -q --crs EPSG:3857
? 2
! veduta: error: --crs: has no use with a DEM without a CRS; name its CRS by --assign-crs
= dem.asc

## a mask, in map units where the DEM has no CRS
$ grid 6 6 >dem.asc
$ echo '{"type":"Polygon","coordinates":[[[500030,4000030],[500150,4000030],[500150,4000150],[500030,4000030]]]}' >m.geojson
$ veduta relief dem.asc -o out.tif -q --samples 1 --clip-mask m.geojson
$ gdal_translate -q -b 4 -of XYZ out.tif /vsistdout/ | cut -d' ' -f3 | xargs -n 6
> 0 0 0 0 0 0
> 0 0 0 0 128 0
> 0 0 0 128 255 0
> 0 0 128 255 255 0
> 0 128 255 255 255 0
> 0 0 0 0 0 0

## a mask that is not there
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -q --clip-mask none.gpkg
? 2
! veduta: error: none.gpkg: cannot be read: No such file or directory; check the name
= dem.asc

## a mask without polygons
$ grid 5 5 >dem.asc; echo '{"type":"Point","coordinates":[500030,4000030]}' >m.geojson
$ veduta relief dem.asc -o out.tif -q --clip-mask m.geojson
? 2
! veduta: error: m.geojson: layer 'm' holds no polygons, which a mask is made of
= dem.asc m.geojson

## a mask somewhere else
$ grid 5 5 >dem.asc; echo '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}' >m.geojson
$ veduta relief dem.asc -o out.tif -q --clip-mask m.geojson
? 2
! veduta: error: --clip-mask: no polygon of m.geojson meets the picture; check its CRS, and the part of the DEM that is shown
= dem.asc m.geojson

## a mask around the picture, which covers nothing of it
$ grid 5 5 >dem.asc; echo '{"type":"Polygon","coordinates":[[[400000,3900000],[500000,4010000],[600000,3900000],[500000,4020000],[400000,3900000]]]}' >m.geojson
$ veduta relief dem.asc -o out.tif -q --clip-mask m.geojson
? 2
! veduta: error: --clip-mask: no polygon of m.geojson meets the picture; check its CRS, and the part of the DEM that is shown
= dem.asc m.geojson

## a mask across the date line
$ gdal_translate -q -outsize 10 10 -a_srs EPSG:4326 -a_ullr 179.5 51 180.5 50 data/zion.tif dem.tif
$ echo '{"type":"Polygon","coordinates":[[[-179.9,50.2],[-179.6,50.2],[-179.6,50.8],[-179.9,50.8],[-179.9,50.2]]]}' >m.geojson
$ veduta relief dem.tif -o out.tif -q --samples 1 --clip-mask m.geojson
$ gdal_translate -q -b 4 -of XYZ out.tif /vsistdout/ | cut -d' ' -f3 | xargs -n 10 | sed -n 2,4p
> 0 0 0 0 0 0 0 0 0 0
> 0 0 0 0 0 0 255 255 255 0
> 0 0 0 0 0 0 255 255 255 0

## a layer it does not have
$ grid 5 5 >dem.asc; echo '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}' >m.geojson
$ veduta relief dem.asc -o out.tif -q --clip-mask m.geojson --clip-layer lakes
? 2
! veduta: error: m.geojson: has no layer 'lakes'; it has m
= dem.asc m.geojson

## a mask is not written over
$ grid 5 5 >dem.asc; echo '{}' >m.tif; veduta relief dem.asc -o m.tif -q --clip-mask m.tif --overwrite
? 2
! veduta: error: m.tif: is an input of this run; give the picture another name
= dem.asc m.tif
