# Where places of the map are in a picture.

## on a map, from arguments
$ grid 40 30 >grid.asc
$ veduta project relief grid.asc -q --point 500015,4000885 --point 500600,4000450,900 --point 0,0
> x,y,z,pixel_x,pixel_y,depth,distance,state
> 500015,4000885,100.000,0.500,0.500,,,visible
> 500600,4000450,900.000,20.000,15.000,,,visible
> 0,0,139.500,-16666.667,133363.333,,,outside

## a CSV, whose other columns are kept
$ grid 40 30 >grid.asc
$ printf 'name,x,y\n"Peak, ""high""",500015,4000885\nB,500045,4000855\n' >in.csv
$ veduta project relief grid.asc -q --points in.csv
> name,x,y,z,pixel_x,pixel_y,depth,distance,state
> "Peak, ""high""",500015,4000885,100.000,0.500,0.500,,,visible
> B,500045,4000855,111.000,1.500,1.500,,,visible

## the same from standard input, to a file, as heights above the ground
$ grid 40 30 >grid.asc
$ printf '500015,4000885,7\n' | veduta project relief grid.asc -q --points - --height-above-ground 3 -o out.csv
$ cat out.csv
> x,y,z,pixel_x,pixel_y,depth,distance,state
> 500015,4000885,103.000,0.500,0.500,,,visible

## GeoJSON of a view, without a place on the globe
$ grid 40 30 >grid.asc
$ printf 'name,x,y,state\n"a\\b\tc",500600,4000450,07\n' >in.csv
$ veduta project grid.asc -q --size 320x200 --points in.csv --point 500600,4000450,-50 --geojson
> {"type": "FeatureCollection", "picture": {"width": 320, "height": 200}, "features": [
>~ {"type": "Feature", "geometry": null, "properties": {"name": "a?u005cb?u0009c", "input_state": 7, "x": 500600, "y": 4000450, "z": 157.000, "pixel_x": 162.*, "pixel_y": 7*, "depth": 2*, "distance": 2*, "state": "visible"}},
>~ {"type": "Feature", "geometry": null, "properties": {"name": null, "input_state": null, *, "state": "underground"}}
> ]}

## no points, and none that can be read
$ grid 40 30 >grid.asc
$ veduta project grid.asc
? 2
! veduta project: no points: give --points FILE, or --point X,Y
$ veduta project grid.asc --point 5
? 2
! veduta project: --point: 5 is not X,Y or X,Y,Z or X,Y,agl:Z
