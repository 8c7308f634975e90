# Long runs: noise target, time limit, checkpoint and resume, sample counts.

## a run cut off keeps a checkpoint, says so, and goes on
$ set -m; "$VEDUTA" relief data/jacksboro.tif -o out.tif --samples 4096 --srcwin 0,0,150,150 --checkpoint run.ck 2>log &
$ until grep -qs 'read 100' log && [ -e run.ck ]; do sleep 0.05; done; sleep 0.3; kill -INT $!; wait $!; grep -v %$ log; rm log
$ ls
$ veduta relief data/jacksboro.tif -o out.tif --samples 4096 --srcwin 0,0,150,150 --checkpoint run.ck --resume --time-limit 1.5 2>&1 | grep -v '[0-9] %'
$ ls
>~ veduta: note: run.ck keeps the picture at * %; the same command with --resume goes on
> veduta: stopped
> data
> run.ck
>~ veduta: note: stopped by --time-limit: * samples a pixel on average, * to *
>~ veduta: note: run.ck keeps the picture; the same command with --resume goes on
>~ wrote out.tif (150 x 150, *.? s)
> data
> out.tif
> run.ck
= out.tif run.ck

## a checkpoint is gone once the outputs are there
$ grid 40 40 >dem.asc; veduta relief dem.asc -o out.tif -q --samples 4 --checkpoint run.ck
= dem.asc out.tif

## but not if they could not be written
$ grid 100 100 >dem.asc; (ulimit -f 256; trap '' XFSZ; veduta relief dem.asc -o out.tif --samples 1 --ot Float32 --co COMPRESS=NONE --output-scale 3 --checkpoint run.ck) 2>&1 | tail -n 1
>~ veduta: error: cannot *
= dem.asc

## resume with nothing to resume starts anew
$ grid 40 40 >dem.asc; veduta relief dem.asc -o out.tif --samples 4 --checkpoint run.ck --resume 2>&1 | grep note.*run
> veduta: note: run.ck: is not there yet; starting anew
= dem.asc out.tif

## an empty file, as a power failure leaves it, is nothing to resume
$ grid 40 40 >dem.asc; : >run.ck; veduta relief dem.asc -o out.tif --samples 4 --checkpoint run.ck --resume 2>&1 | grep note.*run
> veduta: note: run.ck: is empty; starting anew
= dem.asc out.tif

## through a link: the file goes in the end, the link stays
$ grid 40 40 >dem.asc; mkdir d; ln -s d/run.ck run.ck; : >d/run.ck
$ veduta relief dem.asc -o out.tif -q --samples 999 --time-limit 0.01 --checkpoint run.ck --overwrite; ls d
$ veduta relief dem.asc -o out.tif -q --overwrite --samples 999 --checkpoint run.ck --resume; ls d
> run.ck
= d dem.asc out.tif run.ck

## one that is removed under the run keeps nothing, and the run says so
$ set -m; "$VEDUTA" relief data/jacksboro.tif -o out.tif --samples 4096 --srcwin 0,0,150,150 --checkpoint run.ck 2>log &
$ until grep -qs 'read 100' log && [ -e run.ck ]; do sleep 0.05; done; rm run.ck; sleep 0.3; kill -INT $!; wait $!; grep -v %$ log; rm log
> veduta: warning: run.ck was removed while the picture was made, so nothing of it is kept; the next run starts anew
> veduta: stopped
=

## a checkpoint that exists is neither replaced nor resumed unasked
$ grid 40 40 >dem.asc; echo mine >run.ck; veduta relief dem.asc -o out.tif --samples 4 --checkpoint run.ck
$ cat run.ck
$ veduta relief dem.asc -o out.tif -q --samples 4 --checkpoint run.ck --resume
$ veduta relief dem.asc -o out.tif -q --samples 4 --checkpoint run.ck --overwrite
> mine
! veduta: error: run.ck exists; go on with it by --resume, or start anew by --overwrite
! veduta: error: run.ck: is no checkpoint of veduta; leave out --resume and say --overwrite to start anew
= dem.asc out.tif

## of another scene
@ need timeout
$ grid 100 100 >dem.asc; sed 's/^100 /101 /' dem.asc >dem2.asc; sed 's/500000/600000/' dem.asc >dem3.asc
$ run() { dem=$1; shift; veduta relief $dem -o out.tif -q --overwrite --samples 9999 --checkpoint run.ck --resume "$@"; }
$ run dem.asc --time-limit 0.05
$ run dem.asc --azimuth 200
$ run dem.asc --srcwin 0,0,50,50
$ run dem2.asc
$ run dem3.asc
$ run dem.asc --noise 0.1
$ run dem.asc --samples 2
? 2
! veduta: error: run.ck: belongs to another picture: sun.azimuth was 315 there and is 200 here; name another file, or start anew by --overwrite instead of --resume
! veduta: error: run.ck: belongs to another picture: dem.srcwin was unset there and is [0, 0, 50, 50] here; name another file, or start anew by --overwrite instead of --resume
! veduta: error: run.ck: belongs to another picture: what differs is the heights; name another file, or start anew by --overwrite instead of --resume
! veduta: error: run.ck: belongs to another picture: what differs is the picture's place on the map; name another file, or start anew by --overwrite instead of --resume
! veduta: error: run.ck: belongs to another picture: render.noise was 0 there and is 0.1 here; name another file, or start anew by --overwrite instead of --resume
!~ veduta: error: run.ck: has pixels of * samples already, more than --samples 2; ask for as many
= dem.asc dem2.asc dem3.asc out.tif run.ck

## of another drape or clip mask, be it a single byte or corner
@ need timeout
$ grid 100 100 >dem.asc; gdal_translate -q -ot Byte -a_nodata none dem.asc drape.tif
$ mask() { echo "{\"type\":\"Polygon\",\"coordinates\":[[[500030,4000030],[502500,4000030],[502500,400$1],[500030,4000030]]]}" >m.geojson; }
$ run() { veduta relief dem.asc -o out.tif -q --overwrite --samples 9999 --checkpoint run.ck --resume --drape drape.tif --clip-mask m.geojson "$@"; }
$ mask 2000; run --time-limit 0.05
$ mask 2000.01; run
$ mask 2000; cp drape.tif kept.tif; printf '\377' | dd of=drape.tif bs=1 seek=5000 conv=notrunc 2>dd; cmp drape.tif kept.tif | wc -l; run
? 2
> 1
! veduta: error: run.ck: belongs to another picture: what differs is the clip mask (--clip-mask); name another file, or start anew by --overwrite instead of --resume
! veduta: error: run.ck: belongs to another picture: what differs is the drape (--drape); name another file, or start anew by --overwrite instead of --resume
= dd dem.asc drape.tif kept.tif m.geojson out.tif run.ck

## one run at a time
@ need flock
$ grid 40 40 >dem.asc; veduta relief dem.asc -o out.tif -q --samples 999 --time-limit 0.01 --checkpoint run.ck
$ flock run.ck -c '"$VEDUTA" relief dem.asc -o out.tif -q --overwrite --checkpoint run.ck --resume --samples 999'
? 2
! veduta: error: run.ck: is in use by another run; wait for it, or name another file

## resume without a checkpoint
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif --resume
? 2
! veduta: error: --resume: has no use without a file to go on from; add --checkpoint FILE

## a checkpoint that is an output or an input
$ grid 5 5 >dem.asc
$ veduta relief dem.asc -o out.tif --checkpoint out.tif
$ veduta relief dem.asc -o out.tif --checkpoint dem.asc --overwrite
? 2
! veduta: error: out.tif: is to be written twice; give each its own name
! veduta: error: dem.asc: is an input of this run; give the checkpoint another name
= dem.asc

## a checkpoint that is a folder
$ grid 5 5 >dem.asc; mkdir d
$ veduta relief dem.asc -o out.tif --checkpoint d; veduta relief dem.asc -o out.tif --checkpoint d --resume
? 2
! veduta: error: --checkpoint: d is a folder; add a file name
! veduta: error: --checkpoint: d is a folder; add a file name
= d dem.asc

## sample counts
$ grid 40 30 >dem.asc; veduta relief dem.asc -o out.tif -q --samples 64 --noise 0.01 --sample-counts counts.tif --stats run.json
$ gdalinfo -mm counts.tif | grep -E '^Size|^Origin|Type|Min/Max' | sed 's/Block=[^ ]*//'
$ grep -E 'pixel_m|complete' run.json
> Size is 40, 30
> Origin = (500000.000000000000000,4000900.000000000000000)
> Band 1  Type=UInt32, ColorInterp=Gray
>     Computed Min/Max=28.000,32.000
>   "samples_per_pixel_min": 28,
>   "samples_per_pixel_max": 32,
>   "complete": 1,
= counts.tif dem.asc out.tif run.json

## sample counts are GeoTIFF, and no file is replaced by them
$ grid 5 5 >dem.asc; touch counts.tif
$ veduta relief dem.asc -o out.tif --sample-counts counts.png
$ veduta relief dem.asc -o out.tif --sample-counts counts.tif
? 2
! veduta: error: --sample-counts: counts.png: is written as GeoTIFF; give it a name that ends in .tif
! veduta: error: counts.tif exists; choose another name or say --overwrite
= counts.tif dem.asc
