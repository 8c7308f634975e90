# Inputs that cannot be used: one line that names them, and nothing written.

## no such file
$ veduta relief none.tif -o out.tif -q
? 2
! veduta: error: none.tif: cannot be read: No such file or directory; check the name
=

## not a raster
$ echo hello >dem.tif; veduta relief dem.tif -o out.tif -q
? 2
!~ veduta: error: dem.tif: cannot be opened as a raster: *; `gdalinfo` shows what GDAL makes of it
= dem.tif

## a folder
$ mkdir dem; veduta relief dem -o out.tif -q
? 2
! veduta: error: dem: holds no raster that GDAL knows; give a raster, or a folder of them
= dem

## a truncated file
$ head -c 40000 data/bigtujunga.tif >dem.tif; veduta relief dem.tif -o out.tif -q
? 2
!~ veduta: error: dem.tif: rows * cannot be read: *; the file may be truncated or damaged
= dem.tif

## one column
$ grid 1 5 >dem.asc; veduta relief dem.asc -o out.tif -q
? 2
! veduta: error: dem.asc: is 1 x 5 cells; a surface needs at least 2 x 2
= dem.asc

## one row
$ grid 5 1 >dem.asc; veduta relief dem.asc -o out.tif -q
? 2
! veduta: error: dem.asc: is 5 x 1 cells; a surface needs at least 2 x 2
= dem.asc

## two by two is the smallest
$ grid 2 2 >dem.asc; veduta relief dem.asc -o out.tif -q --samples 1
= dem.asc out.tif

## a band it does not have
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -q --band 2
? 2
! veduta: error: --band 2: dem.asc has 1 band; choose 1..1
= dem.asc

## no heights at all
$ grid 5 5 | sed '7,$s/[0-9][0-9]*/-9999/g' >dem.asc; veduta relief dem.asc -o out.tif -q
? 2
! veduta: error: dem.asc: has no valid height, all its cells are NODATA or beyond 10,000 km; check --band and the file's NODATA value
= dem.asc

## a window outside
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -q --srcwin 10,10,5,5
? 2
! veduta: error: --srcwin: 10,10,5,5 does not lie within the raster of 5 x 5 cells
= dem.asc

## a box outside
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -q --bbox 0,0,1,1
? 2
! veduta: error: --bbox: holds no cell of the raster, which covers 500000,4000000,500150,4000150
= dem.asc

## a cell size where the CRS has one
$ veduta relief data/jacksboro.tif -o out.tif -q --cell-size 30
? 2
! veduta: error: --cell-size: data/jacksboro.tif has a CRS ('WGS 84') that says how large its cells are; leave it out, or correct the CRS by --assign-crs

## a CRS that is none
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -q --assign-crs EPSG:999999
? 2
!~ veduta: error: --assign-crs 'EPSG:999999': not a CRS that GDAL knows*; give a code such as EPSG:32632, or a WKT or PROJ string
= dem.asc

## a ramp that is not there
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -q --ramp none.txt
? 2
! veduta: error: ramp 'none.txt': neither a file nor a built-in ramp; choose one of bathymetry, grey, hypsometric, terrain, or give a file's path
= dem.asc

## a ramp with a bad line
$ grid 5 5 >dem.asc; printf '0 0 0 0\n100 red\nhigh 255 255 255\n' >ramp.txt
$ veduta relief dem.asc -o out.tif -q --ramp ramp.txt
? 2
! veduta: error: ramp.txt, line 3: 'high' is not an elevation; give a number, a percentage or nv
= dem.asc ramp.txt

## a picture of absurd size
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -q --size 2000000000x2000000000
? 2
! veduta: error: --size: makes a picture of 2000000000 x 2000000000 pixels; 1 to 1000000 a side are possible
= dem.asc

## a pipe, which could be waited at for ever
$ mkfifo dem.tif; veduta relief dem.tif -o out.tif
? 2
! veduta: error: dem.tif: is a pipe, socket or device; write what it gives to a file first
= dem.tif

## a picture for a DEM
$ grid 5 5 >dem.asc; gdal_translate -q -a_nodata none -ot Byte -b 1 -b 1 -b 1 -colorinterp red,green,blue dem.asc rgb.tif
$ veduta relief rgb.tif -o out.tif --samples 1 2>&1 | grep -c 'holds colours (Red)'
> 1

## NODATA that nobody declared
$ grid 9 9 | sed '/nodata/d; 9s/[0-9][0-9]*/-9999/4; 8s/[0-9][0-9]*/-9999/4' >dem.asc; veduta relief dem.asc -o out.tif --samples 1 2>&1 | grep warning
$ grid 9 9 | sed '/nodata/d; 9s/[0-9][0-9]*/-21000/4' >dem.asc; veduta relief dem.asc -o out.tif --samples 1 --overwrite 2>&1 | grep warning
$ grid 9 9 | sed '9s/[0-9][0-9]*/-9999/4' >dem.asc; veduta relief dem.asc -o out.tif --samples 1 --overwrite 2>&1 | grep -c warning
> veduta: warning: dem.asc: its lowest height, -9999 in 2 cells, looks like a filling and is lit as ground; if there is none, declare it by gdal_edit.py -a_nodata -9999
> veduta: warning: dem.asc: its lowest height, -21000 in 1 cell, looks like a filling and is lit as ground; if there is none, declare it by gdal_edit.py -a_nodata -21000
> 0
? 1

## degrees with the CRS of a map
$ veduta relief data/zion.tif -o out.tif --samples 1 --srcwin 0,0,9,9 --assign-crs EPSG:32611 2>&1 | grep warning
$ gdalwarp -q -tr 0.1 0.1 data/zion.tif coarse.tif; veduta relief coarse.tif -o out.tif --overwrite --samples 1 --assign-crs EPSG:32611 2>&1 | grep warning
$ veduta relief coarse.tif -o out.tif --overwrite --samples 1 2>&1 | grep -c warning
> veduta: warning: data/zion.tif: its cells of 0.000833333 look like degrees, but the unit of its CRS 'WGS 84 / UTM zone 11N' is the metre; name the right one by --assign-crs (EPSG:4326 is likely)
> veduta: warning: coarse.tif: its cells of 0.1 look like degrees, but the unit of its CRS 'WGS 84 / UTM zone 11N' is the metre; name the right one by --assign-crs (EPSG:4326 is likely)
> 0
? 1

## standard input
$ grid 5 5 | veduta relief - -o out.tif
? 2
! veduta: error: -: standard input cannot be read; write what it gives to a file first (one of that name is ./-)

## a picture among several files
$ grid 5 5 >dem.asc; gdal_translate -q -a_nodata none -ot Byte -b 1 -b 1 -b 1 -colorinterp red,green,blue dem.asc rgb.tif; veduta relief dem.asc rgb.tif -o out.tif -q
? 2
! veduta: error: rgb.tif: its band holds colours (Red), not heights like the other files; leave it out, or say what they are by gdal_edit.py -colorinterp_1 undefined

## pictures that veduta left in a folder of heights
$ mkdir d; grid 5 5 >d/dem.asc; for o in a.tif b.png c.cog; do veduta relief d -o d/$o $([ $o = c.cog ] && echo --of COG) -q --samples 1 --sample-counts d/counts.tif --overwrite; done
$ veduta relief d -o out.tif --samples 1 2>&1 | grep picture
$ rm d/dem.asc; veduta relief d -o out2.tif
? 2
> veduta: note: d/a.tif: a picture of veduta, no heights, like others there; left out
! veduta: error: d: holds no raster that GDAL knows but pictures of veduta; give a raster, or a folder of them
= d d/a.tif d/b.pgw d/b.png d/b.png.aux.xml d/c.cog d/counts.tif out.tif

## several files are one DEM
$ for x in 0 1 2; do gdal_translate -q -srcwin $((x * 20)) 0 20 30 data/zion.tif $x.tif; done
$ gdal_translate -q -srcwin 0 0 60 30 data/zion.tif whole.tif; rm -f *.aux.xml
$ veduta relief 2.tif 0.tif 1.tif -o many.tif -q --samples 1; veduta relief whole.tif one.tif -q --samples 1
$ for f in many one; do gdalinfo -nomd -checksum $f.tif | grep -E 'Origin|Checksum'; done | sort | uniq -c | sed 's/^ *//; s/ .*//'
> 6
> 2
= 0.tif 1.tif 2.tif many.tif one.tif whole.tif

## a folder is all its rasters
$ mkdir tiles; for x in 0 1 2; do gdal_translate -q -srcwin $((x * 20)) 0 20 30 data/zion.tif tiles/$x.tif; done
$ veduta relief tiles --dry-run | grep DEM
$ veduta relief tiles/1.tif tiles/0.tif tiles/2.tif --dry-run | grep DEM
> DEM           60 x 30 cells in 3 files
> DEM           60 x 30 cells in 3 files
!~ ...
! veduta: note: tiles: 3 rasters make one DEM of 60 x 30 cells
!~ ...
! veduta: note: tiles/1.tif and 2 more: 3 rasters make one DEM of 60 x 30 cells
!~ ...

## a list in a scene file
$ for x in 0 1; do gdal_translate -q -srcwin $((x * 20)) 0 20 30 data/zion.tif $x.tif; done
$ echo 'dem: {path: [0.tif, 1.tif]}' >scene.yaml; veduta relief scene.yaml -o out.png -q --samples 1; gdalinfo out.png | grep 'Size is'
> Size is 40, 30

## files of two grids
$ gdal_translate -q -srcwin 0 0 20 20 data/zion.tif a.tif; gdal_translate -q -srcwin 20 0 20 20 -outsize 10 10 data/zion.tif b.tif
$ veduta relief a.tif b.tif -o out.tif -q
? 2
! veduta: error: b.tif: its cells of 0.00166666667 x 0.00166666667 are not those of a.tif, 0.000833333333 x 0.000833333333; bring both onto one grid with gdalwarp -t_srs -tr -tap

## files of two CRSs
$ veduta relief data/zion.tif data/bigtujunga.tif -o out.tif -q
? 2
! veduta: error: data/bigtujunga.tif: its CRS ('WGS 84 / UTM zone 11N') is not that of data/zion.tif ('WGS 84'); bring both into one with gdalwarp -t_srs, or name the right one of both by --assign-crs

## a tile is not written over
$ mkdir tiles; gdal_translate -q -srcwin 0 0 20 20 data/zion.tif tiles/a.tif; gdal_translate -q -srcwin 20 0 20 20 data/zion.tif tiles/b.tif
$ veduta relief tiles -o ./tiles/b.tif --overwrite -q
? 2
! veduta: error: ./tiles/b.tif: is an input of this run; give the picture another name

## packed files
$ gzip -c data/zion.tif >zion.tif.gz; veduta relief zion.tif.gz out.png -q --samples 1 --srcwin 0,0,20,20
$ veduta relief /vsigzip/none.gz out2.png -q
? 2
! veduta: error: /vsigzip/none.gz: cannot be read: no such file; check the name
= out.pgw out.png out.png.aux.xml zion.tif.gz

## and nothing is left beside them
$ cp data/zion.tif zion.tif; gzip -c zion.tif >q.tif.gz; tar czf z.tgz zion.tif; rm zion.tif
$ for in in z.tgz q.tif.gz /vsigzip/q.tif.gz; do veduta relief $in -o out.tif -q --samples 1 --srcwin 0,0,20,20 --overwrite; done
$ echo '{"type":"Polygon","coordinates":[[[-114,36],[-112,36],[-112,38],[-114,36]]]}' | gzip >m.json.gz
$ veduta relief q.tif.gz -o out.tif -q --samples 1 --size 20x20 --overwrite --clip-mask /vsigzip/m.json.gz
= m.json.gz out.tif q.tif.gz z.tgz

## a packed pipe
$ mkfifo dem.gz; veduta relief /vsigzip/dem.gz -o out.tif; veduta relief /vsistdin/ -o out.tif
? 2
! veduta: error: /vsigzip/dem.gz: is a pipe, socket or device; write what it gives to a file first
! veduta: error: /vsistdin/: is a pipe, socket or device; write what it gives to a file first

## an overview is enough for a small picture
$ gdal_translate -q data/zion.tif dem.tif; gdaladdo -q -r average dem.tif 2 4
$ veduta relief dem.tif --output-scale 0.1 --dry-run | grep DEM; veduta relief dem.tif --output-scale 0.1 --dry-run --dem-overviews none | grep DEM
> DEM           465 x 457 cells, read as 233 x 229
> DEM           465 x 457 cells

## voids are filled
$ grid 9 9 | sed '9s/[0-9][0-9]*/-9999/4' >dem.asc
$ veduta relief dem.asc out.tif --samples 1 --fill-nodata 3 2>&1 | grep filled
$ veduta relief dem.asc two.tif --samples 1 -q; for f in out two; do gdalinfo $f.tif | grep -c ColorInterp=Alpha; done
> veduta: note: --fill-nodata: filled 1 of 1 cells of NODATA
> 0
> 1
