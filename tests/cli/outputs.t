# Outputs: refused before the work if they cannot be written, whole or absent after it.

## an output that exists is left as it is
$ grid 5 5 >dem.asc; echo mine >out.tif; veduta relief dem.asc -o out.tif
= dem.asc out.tif

## also where only a side file exists
$ grid 5 5 >dem.asc; echo mine >out.pgw; veduta relief dem.asc -o out.png; cat out.pgw

## unless it may be overwritten
$ grid 5 5 >dem.asc; echo mine >out.tif; veduta relief dem.asc -o out.tif --overwrite -q --samples 1
$ head -c 2 out.tif
= dem.asc out.tif

## no such folder
$ grid 5 5 >dem.asc; veduta relief dem.asc -o none/out.tif
= dem.asc

## a folder that may not be written
@ need user
$ grid 5 5 >dem.asc; mkdir locked; chmod 555 locked; veduta relief dem.asc -o locked/out.tif
= dem.asc locked

## a folder instead of a file
$ grid 5 5 >dem.asc; mkdir out.tif; veduta relief dem.asc -o out.tif --overwrite
= dem.asc out.tif

## a suffix of no known format
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.jpg

## no suffix
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out

## a format by name
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.dat --of GTiff -q --samples 1
= dem.asc out.dat

## a format of no such name
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif --of JPEG

## PNG has no floating point
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.png --ot Float32
= dem.asc

## PNG has no creation options
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.png --co COMPRESS=LZW

## an unknown creation option
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif --co COMPRES=LZW

## a creation option that is none
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif --co LZW

## the same output twice
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -o out.tif

## sixteen bits and floats
$ grid 5 5 >dem.asc
$ veduta relief dem.asc -o a.tif -q --samples 1 --ot UInt16
$ veduta relief dem.asc -o b.png -q --samples 1 --ot UInt16
$ veduta relief dem.asc -o c.tif -q --samples 1 --ot Float32
$ ls *.tif *.png

## no room: nothing is left behind
$ veduta relief data/jacksboro.tif -o ref.tif -q --samples 1 --ot Float32 --co COMPRESS=NONE; rm ref.tif
$ (ulimit -f 64; veduta relief data/jacksboro.tif -o out.tif -q --samples 1 --ot Float32 --co COMPRESS=NONE)
=
