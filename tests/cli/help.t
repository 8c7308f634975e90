# What veduta says of itself.

## the overview
$ veduta --help

## the overview is also what help gives
$ veduta help | head -1

## no command at all
$ veduta

## the version
$ veduta --version
>~ veduta [0-9]*.[0-9]*.[0-9]*

## relief: how it is used
$ veduta relief --help | sed '/^DEM/,$d'

## relief: the options come from the table of settings
$ veduta relief --help >help.txt
$ grep -A 1 -e '--bounces' -e '-az' -e '--overwrite' -e '--sun ' help.txt

## help relief is relief --help
$ veduta help relief >a; veduta relief -h >b; veduta relief dem.tif --help >c; cmp a b && cmp a c
= a b c

## every flag of the table is in the help, and every line fits 80 columns
$ veduta relief --help >help.txt
$ veduta settings --format json-schema >schema.json
$ awk 'length > 80' help.txt
$ grep -c '^      ' help.txt | awk '$1 < 40 { print "too few lines: " $1 }'
= help.txt schema.json

## help for a command that does not exist
$ veduta help relif

## help for two
$ veduta help relief info

## settings and info
$ veduta settings --help
$ veduta info -h

## settings as text name every group
$ veduta settings | grep -c -e azimuth -e z_factor -e bounces | awk '{ print ($1 >= 3) }'

## text is the default form
$ veduta settings >a; veduta settings --format text >b; veduta settings --format=text >c
$ cmp a b && cmp a c
= a b c

## settings as Markdown are tables
$ veduta settings --format markdown | grep -c '^|' | awk '{ print ($1 > 40) }'

## settings as JSON Schema
$ veduta settings --format=json-schema | head -c 1

## settings in no known form
$ veduta settings --format html

## settings with a value forgotten
$ veduta settings --format

## settings with something else
$ veduta settings relief

## info
$ veduta info --build | grep -c : | awk '{ print ($1 >= 3) }'

## info alone says the same
$ veduta info >a; veduta info --build >b; cmp a b
= a b

## info with something else
$ veduta info --verbose

## a reader that goes away early is no error
$ set -o pipefail; veduta relief --help | head -1

## a full disk is one
@ need /dev/full
$ veduta --help >/dev/full

## so is a closed output
$ veduta --version >&-
