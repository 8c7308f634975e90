# veduta sky: figures and maps of physical skies.

## figures as JSON: of the Moon, whose sky is black and whose sun is as in space
$ veduta sky --sun 180,60 --planet moon --json | sed -n '3p;5p'
>   "illuminance_sky_lx": 0,
>   "zenith_luminance_cd_m2": 0,

## a map, and what has no use for it
$ veduta sky --sun 135,30 --size 32x16 -o dome.exr -q; veduta sky -z 2 --json
? 2
! veduta: error: -z: this command has no use for it; leave it out
= dome.exr

## below twilight
$ veduta sky --sun 0,-20 --json
? 2
! veduta: error: --altitude: "-20" is out of range; it takes a number, -18..90 deg

## a sun without its height
$ veduta sky --sun 135
? 2
! veduta sky: --sun: 135 is not AZIMUTH,ALTITUDE, as in 135,30
