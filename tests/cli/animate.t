# veduta animate: which frames, where they go, what is kept, and movies.

## frames by keyframes, and again only those that are missing
$ grid 20 20 >dem.asc; printf 'dem: {path: dem.asc}\ncamera: {size: 16x12}\nrender: {samples: 1}\nkeyframes:\n  - {frame: 1, knob: camera.view_from, value: S}\n  - {frame: 4, knob: camera.view_from, value: W}\n' >scene.yaml
$ veduta animate scene.yaml -o f_%02d.png -q --cell-size 30; rm f_03.png; veduta animate scene.yaml -o f_%02d.png --cell-size 30 2>&1 | grep -v 'frames [0-9]* %\|exposure'
>~ veduta: note: 3 of 4 frames are there already and are kept (--overwrite renders all)
>~ veduta: note: frame 3 of 1-4: f_03.png (*)
>~ rendered 1 frame in *
= dem.asc f_01.png f_02.png f_03.png f_04.png scene.yaml

## parts of the frames
$ grid 20 20 >dem.asc
$ for i in 1 2 3; do veduta animate dem.asc --cell-size 30 --orbit 360 --length 8 -o %d.png -q --size 8x8 --samples 1 --chunk $i/3; ls *.png | wc -l; done
> 2
> 5
> 8

## a movie is made by ffmpeg, of frames that go with it
$ grid 20 20 >dem.asc; mkdir bin; printf '#!/bin/sh\necho "$@" | sed "s/[^ ]*m.mp4.frames/FRAMES/" >call\nls m.mp4.frames >>call\nfor a; do out=$a; done; echo movie >"$out"\n' >bin/ffmpeg; chmod +x bin/ffmpeg
$ PATH=$PWD/bin:$PATH veduta animate dem.asc --cell-size 30 --orbit 360 --length 3 --fps 12.5 -o m.mp4 -q --size 8x8 --samples 1
$ cat call m.mp4
>~ -nostdin -y -loglevel error -framerate 12.5 -start_number 1 -i FRAMES/%06d.png -c:v libx264 -crf 17 -pix_fmt yuv420p -movflags +faststart *.mp4
> 000001.png
> 000002.png
> 000003.png
> movie
= bin bin/ffmpeg call dem.asc m.mp4

## a movie that fails keeps its frames, for the next try
$ grid 20 20 >dem.asc; mkdir bin; printf '#!/bin/sh\necho no such codec >&2; exit 1\n' >bin/ffmpeg; chmod +x bin/ffmpeg
$ PATH=$PWD/bin:$PATH veduta animate dem.asc --cell-size 30 --orbit 360 --length 2 -o m.mp4 -q --size 8x8 --samples 1
! veduta: error: m.mp4: ffmpeg has failed: no such codec; the frames are kept
? 1
= bin bin/ffmpeg dem.asc m.mp4.frames m.mp4.frames/000001.png m.mp4.frames/000002.png

## without ffmpeg
$ grid 20 20 >dem.asc
$ PATH=/nowhere $VEDUTA animate dem.asc --cell-size 30 --orbit 360 --length 2 -o m.mp4 -q
! veduta: error: m.mp4: a movie is made by the program ffmpeg, which is not in PATH; install it, or write frames as -o frame_%04d.png
? 2
= dem.asc

## a moment by veduta render is the frame
$ grid 20 20 >dem.asc; args="dem.asc --cell-size 30 --orbit 90 --length 3 --size 8x8 --samples 2 -q --animation-exposure each"
$ veduta animate $args -o %d.tif --frames 2; veduta render $args -o alone.tif --frame 2; for f in 2 alone; do gdalinfo -checksum $f.tif | grep Checksum; done | sort | uniq -c | awk '{print $1}'
> 2
> 2
> 2

## an empty file is no frame, nor is one that is cut off, and a folder none either
$ veduta animate data/bigtujunga.tif --orbit 90 --length 3 --frames 1-2 --size 8x8 --samples 1 -q -o '%d.png'
$ : >1.png; cp 2.png whole.png; truncate -s 100 2.png; mkdir 3.png
$ veduta animate data/bigtujunga.tif --orbit 90 --length 3 --frames 1-2 --size 8x8 --samples 1 -q -o '%d.png'
$ [ -s 1.png ] && echo whole; cmp 2.png whole.png && echo whole
> whole
> whole
$ veduta animate data/bigtujunga.tif --orbit 90 --length 3 --size 8x8 --samples 1 -q -o '%d.png'
? 1
! veduta: error: 3.png: is a folder, and in a frame's place

## frames of other settings are found, and a part without frames says so
$ veduta animate data/bigtujunga.tif --orbit 90 --length 2 --size 8x8 --samples 1 -q -o '%d.png'
$ veduta animate data/bigtujunga.tif --orbit 90 --length 2 --chunk 1/3 --size 8x8 --samples 1 -o '%d.png' 2>&1 | grep part
> veduta: warning: part 1/3 of the frames has none: there are more parts than frames
$ veduta animate data/bigtujunga.tif --orbit 80 --length 2 --size 8x8 --samples 1 -q -o '%d.png'
? 2
! veduta: error: 1.png: is a frame of other settings; --overwrite renders all anew, or name other files

## a sun that sets on the way is refused before the first frame, by the name of what takes it there
$ veduta animate data/village.tif --size 8x8 --samples 1 --frames 1-3 --day 2026-12-21T12:00Z/2026-12-22T04:00Z -q -o 'night_%d.png'; ls night*
? 2
!~ veduta: error: frame 2: --day: the sun is below the horizon at 15.8410,46.4559, at an altitude of -48.1734 degrees (-48.1734 refracted); it was up until 2026-12-21T15:10Z and is again from 2026-12-22T06:40Z
!~ *night*
$ veduta animate data/village.tif --size 8x8 --samples 1 --frames 1-2 --keyframe 1,sun.altitude,10 --keyframe 2,sun.altitude,-5 -q -o 'night_%d.png'
? 2
! veduta: error: frame 2: --keyframe: sun.altitude: -5 is below the horizon, where only a physical sky has light; add --sky physical, or choose 0 to 90
