# Heights kept for the next run: --cache, --cache-size, --cache-verify.

## a second run has the same pixels as the first, and as one without
$ grid 60 50 >dem.asc; for n in 1 2; do veduta relief dem.asc -o $n.tif -q --samples 2 --cache kept; done; veduta relief dem.asc -o 0.tif -q --samples 2; ls kept | sed 's/[0-9a-f]\{16\}/HEX/'
$ for n in 0 1 2; do gdalinfo -checksum $n.tif | grep Checksum; done | sort | uniq | wc -l
> veduta-HEX.heights
> 1

## a change of the file, or of what makes heights of it, makes them anew
$ grid 40 40 >dem.asc
$ kept() { veduta relief dem.asc -o out.tif -q --overwrite --samples 1 --cache kept "$@"; ls kept | wc -l; }
$ kept; kept; touch dem.asc; kept; kept --smooth 40; kept --smooth 41; kept --band 1 --azimuth 100 -z 2
> 1
> 1
> 2
> 3
> 4
> 4

## with NODATA, tiles, an overview and degrees
$ gdal_translate -q -ot Float32 -srcwin 0 0 200 160 -a_nodata 320 data/jacksboro.tif dem.tif; gdaladdo -q -r average dem.tif 8
$ gdal_translate -q -srcwin 0 0 100 160 dem.tif w.tif; gdal_translate -q -srcwin 100 0 100 160 dem.tif e.tif
$ run() { for c in "" "--cache kept" "--cache kept"; do veduta relief "$@" $c -o out.tif -q --overwrite --samples 1; gdalinfo -checksum out.tif | grep Checksum; done | sort | uniq -c | awk '{print $1}' | sort -u; }
$ run dem.tif; run w.tif e.tif; run dem.tif --output-scale 0.03; ls kept | wc -l
> 9
> 9
> 9
> 3

## a file that is cut off, damaged or no such file is made anew, with a note
$ grid 40 40 >dem.asc
$ run() { veduta relief dem.asc -o out.tif --overwrite --samples 1 --cache kept "$@" 2>&1 | grep '^veduta: note.*heights' || true; }
$ run; truncate -s 100000 kept/*; run; run
$ printf x | dd of=$(ls kept/*) bs=1 seek=60 conv=notrunc status=none; run; run
$ for f in kept/*; do head -c 99999 /dev/zero >$f; done; run; run
$ for f in kept/*; do : >$f; done; run; run
>~ veduta: note: kept/veduta-*.heights: is cut off; it is made anew (--cache)
>~ veduta: note: kept/veduta-*.heights: is damaged; it is made anew (--cache)
>~ veduta: note: kept/veduta-*.heights: is no file of veduta's; it is made anew (--cache)
>~ veduta: note: kept/veduta-*.heights: cannot be mapped; it is made anew (--cache)

## damage among the heights is found on request
$ grid 40 40 >dem.asc
$ run() { veduta relief dem.asc -o out.tif --overwrite --samples 1 --cache kept "$@" 2>&1 | grep '^veduta: note.*heights' || true; }
$ run; run --cache-verify; printf x | dd of=$(ls kept/*) bs=1 seek=66000 conv=notrunc status=none; run; run --cache-verify; run --cache-verify
>~ veduta: note: kept/veduta-*.heights: is damaged; it is made anew (--cache)

## what was used longest ago goes first
$ for n in 41 42 43; do grid $n $n >dem$n.asc; done
$ run() { veduta relief dem$1.asc -o out.tif -q --overwrite --samples 1 --cache kept --cache-size 0.3; sleep 0.02; }
$ run 41; first=$(ls kept); run 42; run 41; run 43; ls kept | wc -l; ls kept | grep -c $first
$ mkdir kept/other; echo mine >kept/mine.heights; run 42; ls kept | wc -l; cat kept/mine.heights
> 2
> 1
> 4
> mine

## more than all that is to be kept
$ grid 40 40 >dem.asc; veduta relief dem.asc -o out.tif --samples 1 --cache kept --cache-size 0.001 2>&1 | grep note.*kept; ls kept
>~ veduta: note: --cache: the heights take * kB, more than --cache-size, and are not kept

## the user's own folder
$ grid 40 40 >dem.asc; XDG_CACHE_HOME=$PWD/mine veduta relief dem.asc -o out.tif -q --samples 1 --cache auto; ls mine/veduta | wc -l
$ HOME=$PWD/me XDG_CACHE_HOME= veduta relief dem.asc -o out.tif -q --overwrite --samples 1 --cache auto; ls me/.cache/veduta | wc -l
$ HOME= XDG_CACHE_HOME= veduta relief dem.asc -o out.tif -q --overwrite --samples 1 --cache auto
? 1
> 1
> 1
! veduta: error: --cache auto: neither XDG_CACHE_HOME nor HOME is set; name a folder

## a folder that cannot be
$ grid 40 40 >dem.asc; veduta relief dem.asc -o out.tif -q --samples 1 --cache dem.asc/kept
? 1
! veduta: error: --cache: cannot make the folder dem.asc/kept: Not a directory; name another one
= dem.asc

## a full disk costs the next run time, and this one nothing
$ grid 300 300 >dem.asc; (ulimit -f 200; trap '' XFSZ; veduta relief dem.asc -o out.tif --size 9x9 --samples 1 --cache kept 2>&1 | grep kept); ls -A kept
>~ veduta: warning: --cache: the heights are not kept: cannot write kept/veduta-*.heights: File too large
= dem.asc kept out.tif

## in an archive, whose date counts
$ grid 40 40 >dem.asc; gzip dem.asc
$ kept() { veduta relief dem.asc.gz -o out.tif -q --overwrite --samples 1 --cache kept; ls kept | wc -l; }
$ kept; kept; touch dem.asc.gz; kept
> 1
> 1
> 2

## two at once
$ grid 200 200 >dem.asc; for n in 1 2 3; do veduta relief dem.asc -o $n.tif -q --samples 1 --size 50x50 --cache kept & done; wait; veduta relief dem.asc -o 4.tif -q --samples 1 --size 50x50 --cache kept --cache-verify; ls -A kept | wc -l
$ for n in 1 2 3 4; do gdalinfo -checksum $n.tif | grep Checksum; done | sort | uniq | wc -l
> 1
> 1

## a cache keeps floats, so not what was rounded to 16 bits
$ veduta relief data/jacksboro.tif -o out.tif --cache kept --terrain-precision int16
? 2
! veduta: error: --terrain-precision: int16 cannot be had of a cache, which keeps floats; leave out --cache, or keep float32
=
