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
!~ veduta: error: dem: cannot be opened as a raster: *; `gdalinfo` shows what GDAL makes of it
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
