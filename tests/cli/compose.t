# veduta compose: another look for a rendered OpenEXR.

## nothing changed is what was rendered
$ veduta relief data/bigtujunga.tif --srcwin 0,0,60,50 -o f.exr -q --samples 1 --ot Float32
$ veduta relief data/bigtujunga.tif --srcwin 0,0,60,50 -o direct.png -q --samples 1
$ veduta compose f.exr composed.png -q; veduta compare direct.png composed.png --metric psnr
$ cmp direct.pgw composed.pgw
> psnr    inf dB

## what it says when it is done
$ veduta relief data/bigtujunga.tif --srcwin 0,0,60,50 -o f.exr -q --samples 1
$ veduta compose f.exr -o a.png
! veduta: write 100 %
!~ composed 60 x 50 pixels in * s

## lights by name, or the names that there are
$ veduta relief data/bigtujunga.tif --srcwin 0,0,60,50 -o f.exr -q --samples 1 --aov lights
$ veduta compose f.exr -o a.png -q --light-weight sun,0.5 --light-weight light_sky,2
$ veduta compose f.exr -o b.png --light-weight moon,2
? 2
! veduta: error: --light-weight: f.exr has no light 'moon'; it has sun, sky
= a.pgw a.png a.png.aux.xml f.exr

## a file without lights
$ veduta relief data/bigtujunga.tif --srcwin 0,0,60,50 -o f.exr -q --samples 1
$ veduta compose f.exr -o b.png --light-weight sun,2
? 2
! veduta: error: --light-weight: f.exr holds no lights; render it with --aov lights
= f.exr

## no input, no output, two inputs
$ veduta compose -o a.png; veduta compose f.exr; veduta compose a.exr b.exr -o c.png
? 2
! veduta compose: no input: give a rendered OpenEXR, as in veduta compose IN.exr -o OUT.png
! veduta compose: no output: add -o OUT.png
! veduta compose: two pictures, a.exr and b.exr: give one
=

## AOVs by {aov}
$ veduta relief data/bigtujunga.tif --srcwin 0,0,60,50 -o '{aov}.tif' -q --samples 1 --aov slope,normal
$ ls *.tif; gdalinfo slope.tif | grep -c 'Type=Float32'
> normal.tif
> slope.tif
> 1

## denoised as it was rendered: its lights are not
$ veduta relief data/bigtujunga.tif --srcwin 0,0,60,50 -o f.exr -q --samples 2 --aov lights --denoise nlm
$ veduta compose f.exr -o a.png --light-weight sun,0.5 2>&1 | grep -c 'noise comes back'
> 1
$ veduta compose f.exr -o b.png -q
= a.pgw a.png a.png.aux.xml b.pgw b.png b.png.aux.xml f.exr
