# Which presets there are, and what they say.

## the list has each with what it is for
$ veduta presets | grep -c .
>~ [0-9]*
$ veduta presets | grep '^swiss '
> swiss            After the Swiss school: forms a little generalised, warm soft light, cool shadows.

## one, as a scene file to start from
$ veduta presets swiss | tail -1
> sky: {model: gradient, strength: 0.2, color: [0.72, 0.84, 1], horizon: [0.86, 0.92, 1]}

## the user's own come first, and hide others of their name
$ mkdir -p config/veduta/presets
$ printf '# My own.\nsun: {azimuth: 10}\n' >config/veduta/presets/mine.yaml
$ printf 'sun: {azimuth: 20}\n' >config/veduta/presets/swiss.yaml
$ XDG_CONFIG_HOME=$PWD/config veduta presets | sed "s|$PWD||" | head -2
$ XDG_CONFIG_HOME=$PWD/config veduta presets | grep -c '^swiss '
$ XDG_CONFIG_HOME=$PWD/config veduta presets swiss
> mine             My own. (/config/veduta/presets/mine.yaml)
> swiss            (/config/veduta/presets/swiss.yaml)
> 1
> sun: {azimuth: 20}
= config config/veduta config/veduta/presets config/veduta/presets/mine.yaml config/veduta/presets/swiss.yaml

## one that there is not
$ veduta presets swis 2>&1 | cut -d';' -f1,2
> veduta: error: presets: no preset "swis"; did you mean swiss?

## more than one, and options
$ veduta presets swiss imhof
? 2
!~ veduta presets: two presets, swiss and imhof: give one*
$ veduta presets --all
? 2
!~ veduta presets: unknown option --all*
