# Outputs: refused before the work if they cannot be written, whole or absent after it.

## an output that exists is left as it is
$ grid 5 5 >dem.asc; echo mine >out.tif; veduta relief dem.asc -o out.tif
? 2
! veduta: error: out.tif exists; choose another name or say --overwrite
= dem.asc out.tif

## also where only a side file exists
$ grid 5 5 >dem.asc; echo mine >out.pgw; veduta relief dem.asc -o out.png; cat out.pgw
> mine
! veduta: error: out.pgw exists; choose another name or say --overwrite

## unless it may be overwritten
$ grid 5 5 >dem.asc; echo mine >out.tif; veduta relief dem.asc -o out.tif --overwrite -q --samples 1
$ head -c 2 out.tif
> II
= dem.asc out.tif

## no such folder
$ grid 5 5 >dem.asc; veduta relief dem.asc -o none/out.tif
? 1
! veduta: error: cannot write none/out.tif: No such file or directory; is there such a folder, and may you write to it?
= dem.asc

## a folder that may not be written
@ need user
$ grid 5 5 >dem.asc; mkdir locked; chmod 555 locked; veduta relief dem.asc -o locked/out.tif
? 1
! veduta: error: cannot write locked/out.tif: Permission denied; is there such a folder, and may you write to it?
= dem.asc locked

## a folder instead of a file
$ grid 5 5 >dem.asc; mkdir out.tif; veduta relief dem.asc -o out.tif --overwrite
? 1
! veduta: error: out.tif is a folder; add a file name
= dem.asc out.tif

## a suffix of no known format
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.jpg
? 2
! veduta: error: out.jpg: the suffix '.jpg' names no output format; use .tif, .tiff, .png or .exr, or say --of GTiff, COG, PNG or EXR

## no suffix
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out
? 2
! veduta: error: out: the suffix '' names no output format; use .tif, .tiff, .png or .exr, or say --of GTiff, COG, PNG or EXR

## a format by name
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.dat --of GTiff -q --samples 1
= dem.asc out.dat

## a format whose name the suffix contradicts
$ grid 5 5 >dem.asc; veduta relief dem.asc --of COG -o c.tif -o c.png
$ veduta relief dem.asc --of png -o p.tiff
? 2
! veduta: error: --of COG: contradicts the suffix of c.png, which is that of PNG; change the name, or leave out --of
! veduta: error: --of PNG: contradicts the suffix of p.tiff, which is that of GTiff; change the name, or leave out --of
= dem.asc

## standard output takes no picture
$ grid 5 5 >dem.asc; veduta relief dem.asc -o - --of GTiff; veduta relief dem.asc -o - ; veduta relief dem.asc -o out.tif --stats -
? 2
! veduta: error: -: standard output takes no picture; name a file (one of that name is ./-)
! veduta: error: -: standard output takes no picture; name a file (one of that name is ./-)
! veduta: error: -: standard output takes no statistics; name a file (one of that name is ./-)
= dem.asc

## a format of no such name
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif --of JPEG
? 2
! veduta: error: --of JPEG: no such output format; known are GTiff, COG, PNG and EXR

## PNG has no floating point
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.png --ot Float32
? 2
! veduta: error: out.png: PNG holds no Float32 samples; use --ot Byte or UInt16, or a .tif or .exr output
= dem.asc

## PNG has no creation options
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.png --co COMPRESS=LZW
? 2
! veduta: error: --co: has no use without a GeoTIFF output; add -o NAME.tif

## an unknown creation option
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif --co COMPRES=LZW
? 2
! veduta: error: --co COMPRES=LZW: GTiff has no creation option COMPRES; did you mean COMPRESS?

## a creation option that is none
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif --co LZW
? 2
! veduta: error: --co LZW: no creation option; write it as NAME=VALUE

## the same output twice
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -o out.tif
? 2
! veduta: error: out.tif: is to be written twice; give each its own name

## sixteen bits and floats
$ grid 5 5 >dem.asc
$ veduta relief dem.asc -o a.tif -q --samples 1 --ot UInt16
$ veduta relief dem.asc -o b.png -q --samples 1 --ot UInt16
$ veduta relief dem.asc -o c.tif -q --samples 1 --ot Float32
$ ls *.tif *.png
> a.tif
> b.png
> c.tif

## no room: nothing is left behind
$ ulimit -f 64; veduta relief data/jacksboro.tif -o out.tif -q --samples 1 --ot Float32
? 1
!~ veduta: error: cannot write out.tif: *; free some space or choose another folder
=

## the same output twice, spelled differently
$ grid 5 5 >dem.asc; mkdir o; veduta relief dem.asc -o o/out.tif -o o/../o/out.tif --overwrite
? 2
! veduta: error: o/../o/out.tif: is to be written twice; give each its own name

## over its own input, whatever the spelling
$ grid 5 5 >dem.asc; gdal_translate -q dem.asc dem.tif; ln -s dem.tif link.tif; cp dem.tif kept.tif
$ veduta relief dem.tif -o ./link.tif --overwrite
$ cmp dem.tif kept.tif
! veduta: error: ./link.tif: is an input of this run; give the picture another name

## statistics over a file that exists, and over the input
$ grid 5 5 >dem.asc; echo kept >run.json
$ veduta relief dem.asc -o out.tif -q --samples 1 --stats run.json
$ veduta relief dem.asc -o out.tif -q --samples 1 --stats dem.asc --overwrite
$ cat run.json
> kept
! veduta: error: run.json exists; choose another name or say --overwrite
! veduta: error: dem.asc: is an input of this run; give the statistics another name
= dem.asc run.json

## a world file beside a GeoTIFF, and overviews inside
$ grid 300 5 >dem.asc; veduta relief dem.asc -o out.tif -q --samples 1 --worldfile --overviews
$ cat out.tfw; gdalinfo out.tif | grep -c 'Overviews: 150x3'
> 30
> 0
> 0
> -30
> 500015
> 4000135
> 3
= dem.asc out.tfw out.tif

## an old world file is refused, and with --overwrite goes with the picture it belonged to
$ grid 5 5 >dem.asc; echo old >out.tfw; veduta relief dem.asc -o out.tif -q --samples 1
$ veduta relief dem.asc -o out.tif -q --samples 1 --overwrite
! veduta: error: out.tfw exists; choose another name or say --overwrite
= dem.asc out.tif

## a cloud-optimised GeoTIFF
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -q --samples 1 --of cog
$ gdalinfo out.tif | grep LAYOUT
>   LAYOUT=COG
= dem.asc out.tif

## overviews where there is no place for them
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.png --overviews
? 2
! veduta: error: --overviews: has no use without a GeoTIFF output; add -o NAME.tif
= dem.asc
