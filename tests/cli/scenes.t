# Scene files and presets: what is wrong with them is said with file, line and key.

## a scene file is an input
$ grid 6 6 >dem.asc
$ printf 'dem: {path: dem.asc}\noutput: {path: [out.tif]}\nrender:\n  samples: 1\nrun: {quiet: true}\n' >scene.yaml
$ veduta relief scene.yaml
= dem.asc out.tif scene.yaml

## it may name its DEM, and the command line another one
$ mkdir sub; grid 6 6 >dem.asc; printf 'dem: {path: none.asc}\nrender: {samples: 1}\n' >sub/scene.yml
$ veduta relief --scene sub/scene.yml dem.asc -o out.tif -q
= dem.asc out.tif sub sub/scene.yml

## its paths are its own folder's
$ mkdir sub; grid 6 6 >sub/dem.asc; printf 'dem: {path: dem.asc}\n' >sub/scene.yaml
$ veduta relief sub/scene.yaml -o out.tif -q --samples 1
= out.tif sub sub/dem.asc sub/scene.yaml

## a flag goes before a scene file, wherever it stands
$ printf 'dem: {path: none.asc}\nrender: {samples: 0}\n' >scene.yaml
$ veduta relief --samples 4 scene.yaml -o out.tif
? 2
! veduta: error: scene.yaml:2: render.samples: "0" is out of range; it takes a whole number, 1..65536

## a scene file that is not there
$ veduta relief none.yaml -o out.tif
? 2
! veduta: error: none.yaml: cannot be opened: No such file or directory; check the name

## an unknown key
$ printf 'dem:\n  path: dem.asc\nsun:\n  azimut: 300\n' >scene.yaml
$ veduta relief scene.yaml -o out.tif
? 2
! veduta: error: scene.yaml:4: sun.azimut: unknown key; did you mean sun.azimuth?

## an unknown group
$ printf '# light\nsunn:\n  azimuth: 300\n' >scene.yaml
$ veduta relief scene.yaml -o out.tif
? 2
! veduta: error: scene.yaml:2: sunn: unknown key; did you mean sun?

## a wrong type
$ printf 'render:\n  samples: many\n' >scene.yaml
$ veduta relief scene.yaml -o out.tif
? 2
! veduta: error: scene.yaml:2: render.samples: "many" is not a whole number; it takes a whole number, 1..65536

## out of range
$ printf 'sun:\n  altitude: 30\n  azimuth: 400\n' >scene.yaml
$ veduta relief scene.yaml -o out.tif
? 2
! veduta: error: scene.yaml:3: sun.azimuth: "400" is out of range; it takes a number, 0..360 deg

## a key twice
$ printf 'render:\n  samples: 4\n  samples: 8\n' >scene.yaml
$ veduta relief scene.yaml -o out.tif
? 2
! veduta: error: scene.yaml:3: render.samples: is there twice, first in line 2; keep one

## not YAML
$ printf 'render: [1, 2\nsamples: }\n' >scene.yaml
$ veduta relief scene.yaml -o out.tif
? 2
! veduta: error: scene.yaml:2: not YAML: did not find expected ',' or ']'; correct this line or the one above

## not a map
$ printf -- '- render\n' >scene.yaml
$ veduta relief scene.yaml -o out.tif
? 2
! veduta: error: scene.yaml:1: is a sequence; write groups as maps, like sun: {azimuth: 315}

## a sun without its altitude
$ printf 'suns:\n  - {azimuth: 300, altitude: 30}\n  - {azimuth: 300}\n' >scene.yaml
$ veduta relief scene.yaml -o out.tif
? 2
! veduta: error: scene.yaml:3: suns: an item without altitude; give it

## presets by name
$ grid 6 6 >dem.asc
$ veduta relief dem.asc -o out.tif -q --samples 1 --preset hypsometric --preset multidirectional
= dem.asc out.tif

## a knob of a preset that a flag has no use for is named with the preset's line
$ grid 6 6 >dem.asc; printf '# mine\nsun: {azimuth: 300}\n' >mine.yaml
$ veduta relief dem.asc -o out.tif -q --preset mine.yaml --multidirectional

## a preset by path
$ grid 6 6 >dem.asc; printf 'render: {samples: 1}\n' >mine.yaml
$ veduta relief dem.asc -o out.tif -q --preset ./mine.yaml
= dem.asc mine.yaml out.tif

## an unknown preset
$ veduta relief dem.asc -o out.tif --preset swis
? 2
!~ veduta: error: --preset: no preset "swis"; did you mean swiss?; there are alpine, *, and your own in ~/.config/veduta/presets or by path

## a preset that is a file without its folder
$ : >look; veduta relief data/zion.tif -o out.tif --preset look
? 2
! veduta: error: --preset: no preset "look"; the file of that name is written ./look

## a preset near none
$ veduta relief dem.asc -o out.tif --preset frobnicate
? 2
!~ veduta: error: --preset: no preset "frobnicate"; there are alpine, *, and your own in ~/.config/veduta/presets or by path
