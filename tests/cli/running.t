# While it runs: progress, messages, the plan, statistics, signals.

## the plan of a run, without one
$ veduta relief data/jacksboro.tif -o out.tif --dry-run
=

## a plan needs no output
$ veduta relief data/jacksboro.tif --dry-run --srcwin 0,0,32,32 --samples 4 | grep -e picture -e samples

## but refuses one that exists
$ touch out.tif; veduta relief data/jacksboro.tif -o out.tif --dry-run

## progress in tenths, and what was written
$ veduta relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 1
= out.tif

## quiet says nothing
$ veduta relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 1 --quiet
= out.tif

## but errors
$ veduta relief none.tif -o out.tif --quiet

## a note that a DEM has no CRS
$ grid 5 5 >dem.asc; veduta relief dem.asc -o out.tif --samples 1 2>&1 | grep note

## statistics
$ veduta relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 1 -q --stats stats.json
$ head -c 1 stats.json; tail -c 2 stats.json
= out.tif stats.json

## a bar on a terminal, taken away at the end
@ need script
$ TERM=xterm script -qec "'$VEDUTA' relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 4" /dev/null | tr '\r' '\n' >log
$ grep -c '^render  \[.*\] *[0-9]* %' log | awk '{ print ($1 >= 1) }'
$ tail -n 2 log | grep -c wrote
= log out.tif

## an interrupt leaves nothing behind
@ need timeout
$ timeout --preserve-status -s INT 1 "$VEDUTA" relief data/jacksboro.tif -o out.tif --samples 65536 -q
=

## nor does being told to end
@ need timeout
$ timeout --preserve-status -s TERM 1 "$VEDUTA" relief data/jacksboro.tif -o out.tif --samples 65536 -q
=

## a closed standard error does not end in the picture
$ veduta relief data/jacksboro.tif -o out.tif --srcwin 0,0,32,32 --samples 1 2>&-; head -c 2 out.tif
= out.tif
