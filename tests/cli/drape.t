# Drapes from the command line: notes, and what is refused before the heights are read.

## a drape of the DEM's proportions, over all of it
$ grid 6 5 >dem.asc; gdal_translate -q -ot Byte -a_nodata none -outsize 12 10 dem.asc drape.png
$ rm -f drape.png.aux.xml
$ veduta relief dem.asc -o out.tif -q --samples 1 --drape drape.png
$ veduta relief dem.asc --dry-run --drape drape.png >plan
!~ veduta: note: dem.asc: has no CRS; *
!~ veduta: note: drape.png: does not say where it lies; having the DEM's proportions, *

## one in the DEM's map units, planned too
$ grid 6 5 >dem.asc; gdal_translate -q -ot Byte -a_nodata none dem.asc drape.tif
$ veduta relief dem.asc --dry-run --drape drape.tif >plan
!~ veduta: note: dem.asc: has no CRS; *

## over a drape
$ grid 6 5 >dem.asc; gdal_translate -q -ot Byte -a_nodata none dem.asc drape.tif
$ cp drape.tif kept.tif
$ veduta relief dem.asc -o ./drape.tif --drape drape.tif --overwrite
$ cmp drape.tif kept.tif
! veduta: error: ./drape.tif: is an input of this run; give the picture another name

## one that is not there, and one that is no raster
$ grid 6 5 >dem.asc; echo text >text.tif
$ veduta relief dem.asc -q -o out.tif --drape none.tif
$ veduta relief dem.asc -q -o out.tif --drape text.tif
? 2
!~ veduta: error: none.tif: cannot be opened as a raster: *; check its name
!~ veduta: error: text.tif: cannot be opened as a raster: *; check its name
= dem.asc text.tif

## knobs of a drape without one
$ grid 6 5 >dem.asc; veduta relief dem.asc -o out.tif --drape-opacity 0.5
? 2
! veduta: error: --drape-opacity: has no use without a drape; add --drape
