# What is asked for and has no effect says so, and what a command line turns off is off, whatever a
# scene file says of it.

## a shutter under which nothing moves
$ veduta render data/village.tif --size 8x8 --samples 1 --shutter 0,0.5 -o out.png 2>&1 | grep warning
> veduta: warning: --shutter: nothing moves while the shutter is open, so it blurs nothing; move the camera or an object by keyframes, --orbit or --flight

## a lens as large as life before a mountain
$ veduta render data/village.tif --size 8x8 --samples 1 --dof post -o out.png 2>&1 | grep warning
>~ veduta: warning: --dof: an aperture 0.024 m wide, focused at * m, blurs nothing behind that by more than * pixels; add --lens-scale, which makes the camera larger than life, or --aperture in metres
$ veduta render data/village.tif --size 64x64 --samples 1 --dof post --lens-scale 3000 --overwrite -o out.png 2>&1 | grep warning
? 1

## the same while it moves, once
$ veduta render data/village.tif --size 8x8 --samples 1 --dof thin-lens --keyframe 1,camera.fov,30 --keyframe 3,camera.fov,40 --shutter 0,1 --overwrite -o out.png 2>&1 | grep -c warning
> 1

## a band as wide as the picture
$ veduta relief data/village.tif --size 8x8 --samples 1 --tilt-shift 2 -o out.png 2>&1 | grep warning
> veduta: warning: --tilt-shift: the band covers the whole picture, so nothing is blurred; give less

## a part of a picture by a preset that wants the whole
$ veduta render data/village.tif --size 8x8 --samples 1 --preset miniature --crop 2,2,4,4 -o out.png 2>&1 | grep warning
> veduta: warning: preset miniature:4: tilt_shift.band: left out, since it needs pixels beyond the part that --crop makes
$ veduta render data/village.tif --size 8x8 --samples 1 --tilt-shift 0.2 --crop 2,2,4,4 -q -o part.png
? 2
! veduta: error: --tilt-shift: needs pixels beyond the part of a picture that --crop makes; leave it out, or start from the whole picture

## a flag that turns off what a scene file describes
$ printf 'dem: {path: data/village.tif}\ncamera: {size: 8x8}\nrender: {samples: 1}\nshutter: {interval: [0, 0.5], shape: trapezoid}\nlens: {dof: post, f_stop: 2, scale: 3000}\neffects: {glare: 0.1, glare_spikes: 7}\n' >scene.yaml
$ veduta render scene.yaml --motion-blur none --dof none --glare 0 -q -o out.png
$ veduta render scene.yaml --dof none --f-stop 2 -q --overwrite -o out.png
? 2
! veduta: error: --f-stop: has no use where all is sharp; add --dof thin-lens, or --dof post

## a flag that takes back what a scene file says
$ printf 'dem: {path: data/village.tif}\ncamera: {size: 8x8}\nrender: {samples: 1}\nlens: {profile: "No such lens"}\nfog: {kind: height, extinction: 0.001, height: 100}\n' >taken.yaml
$ veduta render taken.yaml --no-lens-profile --no-fog -q --overwrite -o out.png
$ veduta render taken.yaml --no-lens-profile --fog none -q --overwrite -o out.png
$ veduta render taken.yaml --no-lens-profile --no-fog --fog-g 0.5 -q --overwrite -o out.png
? 2
! veduta: error: --fog-g: has no use without fog; add --fog
$ veduta render taken.yaml --no-lens-profile=1 -q --overwrite -o out.png
? 2
! veduta: error: --no-lens-profile: takes no value; leave it out

## a moon that is hardly lit, under an exposure that makes up for it
$ veduta render data/village.tif --size 8x8 --samples 1 --sky physical --moon --moon-age 5 -o out.png 2>&1 | grep warning
>~ veduta: warning: the moon sends * of a full moon's light, which auto exposure makes up for; add --exposure -* to have it as dark as it is beside a full one
$ veduta render data/village.tif --size 8x8 --samples 1 --sky physical --moon --no-auto-exposure --moon-age 5 --overwrite -o out.png 2>&1 | grep warning
? 1
