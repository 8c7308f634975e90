# How far one picture is from another.

## a picture beside itself, and beside one of more noise
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ veduta relief grid.asc -q -o b.png --samples 1 --seed 3
$ veduta compare a.png a.png
$ veduta compare a.png b.png --metric psnr,ssim | cut -c1-9
> psnr    inf dB
> ssim    1.000000
> flip    0.000000
> relmse  0
> psnr    1
> ssim    0

## a limit, and a map of what differs
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ veduta relief grid.asc -q -o b.png --azimuth 135
$ veduta compare a.png b.png --metric ssim --fail-below ssim=0.999 --diff d.png >found
? 1
!~ veduta: error: ssim is *, worse than 0.999

## the map of differences is not written over
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ touch d.png
$ veduta compare a.png a.png --diff d.png
? 2
! veduta: error: d.png exists; choose another name or say --overwrite

## sizes that differ
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ veduta relief grid.asc -q -o small.png --output-scale 0.5
$ veduta compare a.png small.png
? 2
! veduta: error: a.png is 40 x 30 pixels and small.png 20 x 15; choose the same part of both by --roi

## light and display values
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ veduta relief grid.asc -q -o f.tif -ot Float32
$ veduta compare a.png f.tif
? 2
! veduta: error: f.tif has linear radiance and a.png display values; compare two of a kind

## a part too small for SSIM
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ veduta relief grid.asc -q -o small.png --output-scale 0.5
$ veduta compare a.png small.png --roi 0,0,4,4
? 2
! veduta: error: --metric: ssim compares windows of 7 x 7 pixels, and there are 4 x 4; leave it out

## a part outside
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ veduta relief grid.asc -q -o small.png --output-scale 0.5
$ veduta compare a.png small.png --roi 0,0,41,4
? 2
! veduta: error: --roi: 0,0,41,4 does not lie in a.png, which has 40 x 30 pixels

## no such picture
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ veduta compare a.png none.png
? 2
! veduta: error: none.png: cannot be read: No such file or directory; check the name

## only one
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ veduta compare a.png
? 2
! veduta compare: give two pictures: veduta compare A B

## an unknown measure
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ veduta compare a.png a.png --metric psnr,mse
? 2
! veduta compare: --metric: mse is none of psnr, ssim, flip, relmse

## a limit without a number
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ veduta compare a.png a.png --fail-below ssim
? 2
! veduta compare: --fail-below: ssim is not NAME=NUMBER, as in ssim=0.97

## a roi that is none
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.png
$ veduta compare a.png a.png --roi 1,2,3
? 2
! veduta compare: --roi: 1,2,3 is not x,y,width,height in pixels

## linear pictures of OpenEXR and TIFF
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.exr -o a.tif -ot Float32
$ veduta compare a.exr a.tif --metric psnr,flip --roi 5,5,20,10
> psnr    inf dB
> flip    0.000000

## a part outside of an OpenEXR picture
$ grid 40 30 >grid.asc
$ veduta relief grid.asc -q -o a.exr
$ veduta compare a.exr a.exr --roi 30,5,20,10
? 2
! veduta: error: --roi: 30,5,20,10 does not lie in a.exr, which has 40 x 30 pixels
