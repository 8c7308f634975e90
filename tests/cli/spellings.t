# Every right way to write a flag gives the same picture.

## gdaldem's spellings
$ grid 6 6 >dem.asc
# The settings are in the picture, so that all have to be written under one name.
$ relief() { local name=$1; shift; veduta relief dem.asc -o out.tif --samples 1 -q "$@"; mv out.tif "$name"; }
$ relief a.tif -z 2 -az 300 -alt 30 -b 1 -s 1
$ relief b.tif --z-factor 2 --azimuth=300 --altitude 30 --band=1 --scale 1
$ relief c.tif --terrain-z-factor=2 --sun-azimuth 300 --sun-altitude=30 --dem-band 1 --dem-scale=1
$ relief d.tif --exaggeration 1 --zfactor 2 --azimuth 300 --altitude 30 --scale 1
$ relief e.tif --exaggeration 3 --azimuth 300 --altitude 30 --scale 1
$ cmp a.tif b.tif && cmp a.tif c.tif && cmp a.tif d.tif && ! cmp -s a.tif e.tif

## the output may stand second, as in gdaldem
$ grid 6 6 >dem.asc; veduta relief dem.asc out.tif -q --samples 1
= dem.asc out.tif

## options may stand anywhere
$ grid 6 6 >dem.asc; veduta relief -q --samples 1 -o out.tif dem.asc
= dem.asc out.tif

## a number that begins with a minus is a value
$ grid 6 6 >dem.asc; veduta relief dem.asc -o out.tif -q --samples 1 --exposure -1
= dem.asc out.tif

## after -- a dash begins a file's name
$ grid 6 6 >-dem.asc; veduta relief -q --samples 1 -o out.tif -- -dem.asc
= -dem.asc out.tif

## a switch off again
$ grid 6 6 >dem.asc; touch out.tif
$ veduta relief dem.asc -o out.tif -q --samples 1 --overwrite --no-overwrite
? 2
! veduta: error: out.tif exists; choose another name or say --overwrite

## a switch with its value
$ grid 6 6 >dem.asc; touch out.tif
$ veduta relief dem.asc -o out.tif -q --samples 1 --overwrite=true
= dem.asc out.tif

## two outputs
$ grid 6 6 >dem.asc; veduta relief dem.asc -o a.tif -o b.tif --samples 1
! veduta: note: dem.asc: has no CRS; its map units are taken as metres (--assign-crs names one)
! veduta: read 100 %
!~ ...
!~ wrote a.tif, b.tif (6 x 6, *.? s)
= a.tif b.tif dem.asc

## lists: suns and creation options may repeat
$ grid 6 6 >dem.asc
$ veduta relief dem.asc -o out.tif -q --samples 1 --sun 315,45,2 --sun 90,30 --co COMPRESS=LZW --co BIGTIFF=YES
= dem.asc out.tif
