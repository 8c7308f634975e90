# What veduta says of itself.

## the overview
$ veduta --help
> veduta turns elevation data into path-traced pictures.
>
> Usage: veduta COMMAND [arguments]
>
> Commands:
>   relief     shaded relief of a DEM, on the DEM's own grid
>   render     landscape view of a DEM, by a camera in space
>   animate    frames of a moving picture: keyframes, turntables, days
>   sky        a physical sky as a map of light, and its figures
>   compose    another look for an OpenEXR, without rendering again
>   settings   every setting, as text, Markdown or JSON Schema
>   presets    the presets there are, or the text of one
>   compare    how far one picture is from another
>   project    where places of the map are in a picture, for labels
>   sun-hours  hours of sun on each cell of a DEM, and its energy
>   info       how veduta was built
>   man        a man page, of veduta or of a command
>   completion completion of arguments for bash or zsh
>   help       this text, or that of a command: veduta help relief
>
> Start with: veduta relief dem.tif -o relief.tif
>
> Options:
>   -h, --help     this text
>   --version      the version

## the overview is also what help gives
$ veduta help | head -1
> veduta turns elevation data into path-traced pictures.

## no command at all
$ veduta
? 2
! veduta turns elevation data into path-traced pictures.
!
! Usage: veduta COMMAND [arguments]
!
! Commands:
!   relief     shaded relief of a DEM, on the DEM's own grid
!   render     landscape view of a DEM, by a camera in space
!   animate    frames of a moving picture: keyframes, turntables, days
!   sky        a physical sky as a map of light, and its figures
!   compose    another look for an OpenEXR, without rendering again
!   settings   every setting, as text, Markdown or JSON Schema
!   presets    the presets there are, or the text of one
!   compare    how far one picture is from another
!   project    where places of the map are in a picture, for labels
!   sun-hours  hours of sun on each cell of a DEM, and its energy
!   info       how veduta was built
!   man        a man page, of veduta or of a command
!   completion completion of arguments for bash or zsh
!   help       this text, or that of a command: veduta help relief
!
! Start with: veduta relief dem.tif -o relief.tif
!
! Options:
!   -h, --help     this text
!   --version      the version

## the version
$ veduta --version
>~ veduta [0-9]*.[0-9]*.[0-9]*

## relief: how it is used
$ veduta relief --help | sed '/^DEM/,$d'
> Usage: veduta relief [options] IN... -o OUT
>        veduta relief [options] SCENE.yaml [-o OUT]
>
> Renders a path-traced shaded relief of the elevation raster IN, georeferenced on
> IN's own grid. Several rasters, or a folder of them, make one DEM. OUT is a
> GeoTIFF (.tif) or a PNG (.png), and -o may repeat. A flag wins over a scene
> file, a scene file over a preset, a later preset over an earlier one. --no-
> before an option's name turns a switch off, and takes any other back, as if no
> preset or scene file named it.
>
> START
>   -h, --help
>       Shows these options.
>   --preset NAME
>       A look that comes with veduta, by name, or a YAML file of your own, by
>       path; may repeat.
>   --scene FILE
>       A YAML scene file; as IN, a file that ends in .yaml or .yml is one too.
>

## relief: the options come from the table of settings
$ veduta relief --help >help.txt
$ grep -A 1 -e '--bounces' -e '-az' -e '--overwrite' -e '--sun ' help.txt
>   -az, --azimuth, --sun-azimuth X
>       Where the sun is, clockwise from north; unset, a view has it on its left.
> --
>   --sun AZIMUTH,ALTITUDE[,STRENGTH]
>       Suns instead of the one above, in size and colour like it; the flag may
> --
>   --bounces, --render-bounces N
>       Times light may bounce off the ground on its way; 0 is direct light only.
> --
>   --overwrite, --output-overwrite
>       Replaces outputs that exist.

## help relief is relief --help
$ veduta help relief >a; veduta relief -h >b; veduta relief dem.tif --help >c; [ -s a ] && cmp a b && cmp a c
= a b c

## every flag of the table is in the help, and every line fits 80 columns
$ veduta relief --help >help.txt
$ veduta render --help >>help.txt
$ veduta sun-hours --help >>help.txt
$ veduta compose --help >>help.txt
$ awk 'length > 80' help.txt
$ flags=$(veduta settings | grep -o -e ' -[-a-z].*' | tr ' ' '\n' | grep '^-')
$ for flag in $flags; do grep -q -e "^  .*$flag\>" help.txt || echo "$flag is missing"; done
$ [ "$(echo "$flags" | wc -l)" -gt 80 ]
= help.txt

## help for a command that does not exist
$ veduta help relif
? 2
! veduta: unknown command relif; did you mean relief?

## help for two
$ veduta help relief info
? 2
! veduta help: one command at a time, not info too

## settings and info
$ veduta settings --help
$ veduta info -h
> Usage: veduta settings [--format text|markdown|json-schema]
>
> Writes every setting with its default, range and meaning. As JSON Schema it
> describes a scene file, for editors that complete and check YAML.
>
> OPTIONS
>   -h, --help
>       Shows these options.
>   --format text|markdown|json-schema
>       The form it is written in; text by default.
> Usage: veduta info [--build]
>
> Says how veduta was built, which libraries it found, and which of its parts
> cannot promise the same pixels everywhere.
>
> OPTIONS
>   -h, --help
>       Shows these options.
>   --build
>       The same.

## settings as text name every group
$ veduta settings | grep -c -e azimuth -e z_factor -e bounces | awk '{ print ($1 >= 3) }'
> 1

## text is the default form
$ veduta settings >a; veduta settings --format text >b; veduta settings --format=text >c
$ [ -s a ] && cmp a b && cmp a c
= a b c

## settings as Markdown are tables
$ veduta settings --format markdown | grep -c '^|' | awk '{ print ($1 > 40) }'
> 1

## settings as JSON Schema
$ veduta settings --format=json-schema | head -c 1
> {

## settings in no known form
$ veduta settings --format html
? 2
! veduta settings: --format: html is none of text, markdown, json-schema

## settings with a value forgotten
$ veduta settings --format
? 2
! veduta settings: option --format needs a value

## settings with something else
$ veduta settings relief
? 2
! veduta settings: unknown argument relief; only --format is known

## info
$ veduta info --build | grep -c : | awk '{ print ($1 >= 3) }'
> 1

## info alone says the same
$ veduta info >a; veduta info --build >b; [ -s a ] && cmp a b
= a b

## info with something else
$ veduta info --verbose
? 2
! veduta info: unknown argument --verbose; only --build is known

## a reader that goes away early is no error
$ set -o pipefail; veduta relief --help | head -1
> Usage: veduta relief [options] IN... -o OUT

## a full disk is one
@ need /dev/full
$ veduta --help >/dev/full
? 1
! veduta: error: cannot write to standard output: No space left on device

## so is a closed output
$ veduta --version >&-
? 1
! veduta: error: cannot write to standard output: Bad file descriptor

## a man page of no command
$ veduta man relif
? 2
! veduta: unknown command relif; did you mean relief?

## completion for no shell, or an unknown one
$ veduta completion fish
? 2
! veduta completion: fish is none of bash, zsh
