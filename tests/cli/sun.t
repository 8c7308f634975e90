# The sun by date: where it stands is said, and what has no sun is refused.

## said in a dry run
$ veduta relief data/bigtujunga.tif --dry-run --time 2026-06-21T08:00-07:00 | grep -c pixels
> 1
! veduta: note: sun of 2026-06-21T15:00:00Z at -118.1492,34.3203: azimuth 78.2841 from true north, 78.9321 from grid north; altitude 25.9788 geometric, 26.0133 refracted

## said once when rendering, of the part shown
$ veduta relief data/bigtujunga.tif -o out.tif --srcwin 0,0,9,9 --samples 1 --time "2026-06-21 15:00:00Z" 2>&1 | grep note
> veduta: note: sun of 2026-06-21T15:00:00Z at -118.3442,34.4041: azimuth 78.2298 from true north, 78.9894 from grid north; altitude 25.8383 geometric, 25.8730 refracted
= out.tif

## in a scene file, and in the settings that the picture keeps
@ need gdalinfo
$ printf 'sun: {time: 2026-06-21T08:00-07:00, place: [-118, 34]}\n' >scene.yaml
$ veduta relief data/bigtujunga.tif --scene scene.yaml -o out.tif --srcwin 0,0,9,9 --samples 1 -q
$ gdalinfo -mdd VEDUTA out.tif | grep -A 2 'sun:'
> sun:
>   time: "2026-06-21T08:00-07:00"
>   place: [-118, 34]
= out.tif scene.yaml

## a place west of Greenwich is no option
$ veduta relief data/jacksboro.tif -o out.tif --size 9x9 --samples 1 -q --time 2026-06-21T15:00Z --place -84,36
= out.tif

## night
$ veduta relief data/bigtujunga.tif -o out.tif -q --time 2026-12-21T21:00-08:00
? 2
! veduta: error: --time: the sun is below the horizon at -118.1492,34.3203, at an altitude of -51.3231 degrees (-51.3231 refracted); it was up until 2026-12-21T16:45-08:00 and is again from 2026-12-22T06:57-08:00
=

## polar night
$ veduta relief data/jacksboro.tif -o out.tif -q --time 2026-12-21T12:00+01:00 --place 15.6,78.2
? 2
! veduta: error: --time: the sun is below the horizon at 15.6000,78.2000, at an altitude of -11.6412 degrees (-11.6412 refracted); it was up until 2026-10-25T12:22+01:00 and is again from 2027-02-16T11:52+01:00
=

## no time zone
$ veduta relief data/bigtujunga.tif -o out.tif -q --time 2026-06-21T08:00
? 2
! veduta: error: --time: "2026-06-21T08:00" names no time zone; add Z for UTC, or an offset such as +02:00
=

## no such day
$ veduta relief data/bigtujunga.tif -o out.tif -q --time 2025-02-29T08:00Z
? 2
! veduta: error: --time: "2025-02-29T08:00Z" is a day that the calendar does not have; correct month or day
=

## a leap second
$ veduta relief data/bigtujunga.tif -o out.tif -q --time 2016-12-31T23:59:60Z
? 2
! veduta: error: --time: "2016-12-31T23:59:60Z" is a time that no clock shows here; use 00:00:00 to 23:59:59.999
=

## no place
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif -q --time 2026-06-21T08:00Z
? 2
! veduta: error: --time: dem.asc has no CRS that says where on Earth it lies; add --place LONGITUDE,LATITUDE
= dem.asc

## a place without a time
$ veduta relief data/jacksboro.tif -o out.tif -q --place 8,46
? 2
! veduta: error: --place: has no use without a time; add --time
=

## latitude first
$ veduta relief data/jacksboro.tif -o out.tif -q --time 2026-06-21T08:00Z --place 36,-118
? 2
! veduta: error: --place: latitude -118 is out of range; it takes longitude,latitude, the second within -90..90
=

## another body
$ veduta relief data/bigtujunga.tif -o out.tif -q --assign-crs '+proj=eqc +R=1737400' --time 2026-06-21T08:00Z --place 8,46
? 2
! veduta: error: --time: finds the sun over the Earth, but the CRS 'unknown' is of a body with a radius of 1737 km; use --azimuth and --altitude
=

## two suns
$ veduta relief data/jacksboro.tif -o out.tif -q --time 2026-06-21T15:00Z --azimuth 315
? 2
! veduta: error: --azimuth: cannot be used together with --time; leave one out
=
