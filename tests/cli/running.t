# While it runs: progress, messages, the plan, statistics, signals.

## the plan of a run, without one
$ veduta relief data/jacksboro.tif -o out.tif --dry-run
> CRS           WGS 84
> map unit      degree
> height unit   metre
> DEM           403 x 344 cells
> cell size     74.5732 x 92.475 m
> picture       403 x 344 pixels
> bounds        -84.41375 36.44625 -84.07791667 36.73291667
>~ samples       * per pixel
>~ rays          * million
>~ memory        * MB
> spool file    none
>~ time          *[a-z]
=

## a plan needs no output
$ veduta relief data/jacksboro.tif --dry-run --srcwin 0,0,32,32 --samples 4 | grep -e picture -e samples
> picture       32 x 32 pixels
> samples       4 per pixel

## but refuses one that exists
$ touch out.tif; veduta relief data/jacksboro.tif -o out.tif --dry-run
? 2
! veduta: error: out.tif exists; choose another name or say --overwrite

## progress in tenths, and what was written
$ veduta relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 1
!~ ...
! veduta: read 100 %
!~ ...
! veduta: render 100 %
!~ ...
! veduta: write 100 %
!~ wrote out.tif (32 x 32, *.? s)
= out.tif

## quiet says nothing
$ veduta relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 1 --quiet
= out.tif

## but errors
$ veduta relief none.tif -o out.tif --quiet
? 2
! veduta: error: none.tif: cannot be read: No such file or directory; check the name

## a note that a DEM has no CRS
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif --samples 1 2>&1 | grep note
> veduta: note: dem.asc: has no CRS; its map units are taken as metres (--assign-crs names one)

## statistics
$ veduta relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 1 -q --stats stats.json
$ sed 's/: [0-9.e+-]*,*$/: N/' stats.json
> {
>~   "version": "*",
>   "read_s": N
>   "build_s": N
>   "render_s": N
>   "denoise_s": N
>   "write_s": N
>   "width": N
>   "height": N
>   "dem_cells": N
>   "threads": N
>   "samples": N
>   "samples_per_pixel": N
>   "samples_per_pixel_min": N
>   "samples_per_pixel_max": N
>   "complete": N
>   "rays": N
>   "samples_per_s": N
>   "rays_per_s": N
>   "auto_exposure_stops": N
>   "film_spooled": N
>   "peak_memory_bytes": N
> }
= out.tif stats.json

## automatic exposure says what it found, and the statistics too
$ veduta relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 1 --auto-exposure --stats s.json 2>&1 | grep exposure
>~ veduta: note: auto exposure: +[0-9].[0-9][0-9] stops
$ grep -c '"auto_exposure_stops": 0[.][0-9]' s.json
> 1

## a bar on a terminal, taken away at the end
@ need script
$ TERM=xterm script -qec "'$VEDUTA' relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 4" /dev/null | tr '\r' '\n' >log
$ grep -c '^render  \[.*\] *[0-9]* %' log | awk '{ print ($1 >= 1) }'
$ tail -n 2 log | grep -c wrote
> 1
> 1
= log out.tif

## an interrupt leaves nothing behind, nor does being told to end
$ set -m
$ stop() {
$     "$VEDUTA" relief data/jacksboro.tif -o out.tif --samples 9999 2>log &
$     until grep -qs 'read 100' log; do sleep 0.05; done
$     kill -"$1" $!; wait $!; echo $?; tail -n 1 log; rm log
$ }
$ stop INT; stop TERM
> 130
> veduta: stopped
> 143
> veduta: stopped
=

## a reader of the progress that goes away does not end the run
$ veduta relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 1 2>&1 | true; head -c 2 out.tif
> II
= out.tif

## a closed standard error does not end in the picture
$ veduta relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 1 2>&-; head -c 2 out.tif
> II
= out.tif

## the plan of a view under fog, which has no plane of shadow
$ veduta render data/jacksboro.tif -o out.png --size 64x40 --fog height --eye=-84.25,36.55,1500 --target=-84.2,36.6,500 --dry-run | grep -c '^time '
> 1
