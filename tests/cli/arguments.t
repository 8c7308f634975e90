# Arguments that cannot be meant: one line, exit status 2, before anything is read or written.

## a command that does not exist, near one that does
$ veduta releif dem.tif
? 2
! veduta: unknown command releif; did you mean relief?

## a command near none
$ veduta frobnicate
? 2
! veduta: unknown command frobnicate; veduta --help lists the commands

## a file instead of a command
$ grid 2 2 >dem.asc; veduta dem.asc -o out.png
? 2
! veduta: dem.asc is a file, not a command; did you mean veduta relief dem.asc?
= dem.asc

## an option before the command
$ veduta --samples 4
? 2
! veduta: unknown option --samples; options follow a command, as in veduta relief

## an unknown option near a known one
$ veduta relief dem.tif -o out.png --samplse 4
? 2
! veduta relief: unknown option --samplse; did you mean --samples?

## with an equals sign
$ veduta relief dem.tif -o out.png --samplse=4
? 2
! veduta relief: unknown option --samplse; did you mean --samples?

## near one of the program's own
$ veduta relief dem.tif -o out.png --presett alpine
? 2
! veduta relief: unknown option --presett; did you mean --preset?

## the beginning of one, beside a shorter one that is as near
$ veduta relief dem.tif --samp 4 -o out.tif
? 2
! veduta relief: unknown option --samp; did you mean --samples?

## one dash too few
$ veduta relief dem.tif -o out.png -samples 4
? 2
! veduta relief: unknown option -samples; did you mean --samples?

## near nothing
$ veduta relief dem.tif -o out.png --frobnicate
? 2
! veduta relief: unknown option --frobnicate; veduta relief --help lists them

## far too long
$ veduta relief dem.tif "--$(printf 'x%.0s' {1..300})"
? 2
!~ veduta relief: unknown option --xxx*xxx; veduta relief --help lists them

## a value forgotten at the end
$ veduta relief dem.tif -o
? 2
! veduta relief: option -o needs a value

## a value forgotten in the middle
$ veduta relief dem.tif -o out.png --samples --noise 0.1
? 2
! veduta relief: option --samples needs a value

## a value forgotten before the end of options
$ veduta relief dem.tif --samples -- out.png
? 2
! veduta relief: option --samples needs a value

## a preset forgotten
$ veduta relief dem.tif -o out.png --preset
? 2
! veduta relief: option --preset needs a value

## nothing
$ veduta relief
? 2
! veduta relief: no input: give a DEM, as in veduta relief IN -o OUT

## no input
$ veduta relief -o out.png
? 2
! veduta relief: no input: give a DEM, as in veduta relief IN -o OUT
=

## no output
$ grid 2 2 >dem.asc; veduta relief dem.asc
? 2
! veduta relief: no output: add -o OUT.tif or -o OUT.png

## three inputs without an output
$ veduta relief a.tif b.tif c.tif
? 2
! veduta relief: no output: add -o OUT.tif or -o OUT.png

## two scene files
$ echo 'render: {samples: 1}' >a.yaml; veduta relief a.yaml --scene b.yaml -o out.png
? 2
! veduta relief: two scene files, a.yaml and b.yaml: give one

## not a number
$ veduta relief dem.tif -o out.png --samples many
? 2
! veduta: error: --samples: "many" is not a whole number; it takes a whole number, 1..65536

## trailing junk
$ veduta relief dem.tif -o out.png --sun-size 25deg
? 2
! veduta: error: --sun-size: "25deg" is not a number; it takes a number, 0..120 deg

## out of range
$ veduta relief dem.tif -o out.png --samples 0
? 2
! veduta: error: --samples: "0" is out of range; it takes a whole number, 1..65536

## an empty value
$ veduta relief dem.tif -o out.png --seed=
? 2
! veduta: error: --seed: "" is empty; it takes a whole number, 0..2147483647

## no number is infinite
$ veduta relief dem.tif -o out.png --exposure inf
? 2
! veduta: error: --exposure: "inf" is not a number; it takes a number, -32..32 stops

## a choice that is none
$ veduta relief dem.tif -o out.png --terrain-normals smoth
? 2
! veduta: error: --terrain-normals: "smoth" is none of its words; it takes one of smooth|flat

## three numbers for four
$ veduta relief dem.tif -o out.png --bbox -120,35,-119
? 2
! veduta: error: --bbox: "-120,35,-119" has too few numbers; it takes four numbers as a,b,c,d

## a sun with one number
$ veduta relief dem.tif -o out.png --sun 315
? 2
! veduta: error: --sun: "315" has too few numbers; it takes values as azimuth,altitude[,strength]

## a sun with four
$ veduta relief dem.tif -o out.png --sun 315,45,2,1
? 2
! veduta: error: --sun: "315,45,2,1" has too many numbers; it takes values as azimuth,altitude[,strength]

## a sun below the horizon
$ veduta relief dem.tif -o out.png --sun 315,-45
? 2
! veduta: error: --sun: "-45" is out of range; it takes a number, 0..90 deg

## a switch with a value that is none
$ veduta relief dem.tif -o out.png --overwrite=perhaps
? 2
! veduta: error: --overwrite: "perhaps" is neither; it takes true or false

## a control character does not reach the terminal
$ veduta relief dem.tif -o out.png $'--sam\e[31mples'
? 2
! veduta relief: unknown option --sam?[31mples; veduta relief --help lists them
