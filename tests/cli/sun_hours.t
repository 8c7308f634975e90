# Hours of sun on every cell.

## a day, two days, and thicker air
$ grid 20 10 >grid.asc
$ veduta sun-hours grid.asc --place 8,46 --date 2026-06-21 -o a.tif
$ veduta sun-hours grid.asc --place 8,46 --date 2026-06-21 --to 2026-06-22 --step 30m -q -o b.tif
$ veduta sun-hours grid.asc --place 8,46 --date 2026-06-21 --linke-turbidity 6 --no-insolation-diffuse -q -o c.tif
$ for f in a b c; do gdalinfo $f.tif | grep -E 'Description|Unit|NoData' | tr -d '\n'; echo; done
>   Description = sun_hours  NoData Value=-9999  Unit Type: h  Description = direct  NoData Value=-9999  Unit Type: Wh/m2  Description = diffuse  NoData Value=-9999  Unit Type: Wh/m2  Description = global  NoData Value=-9999  Unit Type: Wh/m2
>   Description = sun_hours  NoData Value=-9999  Unit Type: h  Description = direct  NoData Value=-9999  Unit Type: Wh/m2  Description = diffuse  NoData Value=-9999  Unit Type: Wh/m2  Description = global  NoData Value=-9999  Unit Type: Wh/m2
>   Description = sun_hours  NoData Value=-9999  Unit Type: h  Description = direct  NoData Value=-9999  Unit Type: Wh/m2
$ for f in a b c; do gdallocationinfo -valonly $f.tif 10 5 | cut -d. -f1 | tr '\n' ' '; echo; done
>~ 11 7353 1068 842? 
>~ 23 1471? 213? 168?? 
>~ 11 4990 
!~ ...

## cells without data, and a part of the DEM
$ grid 20 10 | sed 's/^100 102/-9999 102/' >grid.asc
$ veduta sun-hours grid.asc --place 8,46 --date 2026-06-21 -q --srcwin 0,0,5,4 -o a.tif
$ gdalinfo a.tif | grep 'Size is'
> Size is 5, 4
$ gdallocationinfo -valonly a.tif 0 0 | tr '\n' ' '
> -9999 -9999 -9999 -9999 
