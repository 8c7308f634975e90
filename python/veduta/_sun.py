"""The sun by itself: where it stands, and how long it shines on each cell."""
from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Dict, Iterator, Mapping, Optional, Tuple

from ._core import Call, Progress, decode, encode, ffi, lib
from ._inputs import Inputs
from ._picture import placed_coords
from ._progress import finish, reporter
from ._recipe import build, members

if TYPE_CHECKING:
    import numpy as np
    from typing_extensions import Unpack

    from ._knobs import SunHoursKnobs


@dataclasses.dataclass(frozen=True)
class SunPosition:
    """Where the sun is in a place's sky, in degrees.

    Attributes:
        azimuth: Clockwise from true north.
        altitude: Of its centre above the horizon, as without air.
        refracted_altitude: As seen through mean air at sea level.
    """

    azimuth: float
    altitude: float
    refracted_altitude: float


def sun_position(time: Any, longitude: float, latitude: float) -> SunPosition:
    """Finds the sun, to 0.0003 degrees but for refraction (Reda & Andreas 2004).

    Args:
        time: A datetime with a time zone, or text such as "2026-06-21T09:30+02:00".
        longitude, latitude: Degrees, east and north positive.

    Raises SettingError for a time without a zone, or one that is none.

    >>> import veduta as vd
    >>> sun = vd.sun_position("2003-10-17T12:30:30-07:00", -105.1786, 39.742476)
    >>> round(sun.azimuth, 2), round(sun.altitude, 2)
    (194.34, 39.87)
    """
    text = time.isoformat() if hasattr(time, "isoformat") else str(time)
    out = ffi.new("vd_sun_place *")
    with Call() as call:
        call(lib.vd_sun_find, encode(text), float(longitude), float(latitude), out)
    return SunPosition(**members(out))


class SunHours(Mapping[str, Any]):
    """Maps of the sun by their names, float32 [rows][columns], NaN where the DEM has no height:
    "sun_hours" (h), "direct", and unless insolation_diffuse=False "diffuse" and "global" (Wh/m2 on
    the slope).

    Attributes:
        units: Of each map.
        geotransform: GDAL's six numbers from cells to map coordinates, or None.
        crs: WKT of their CRS, or None.
    """

    def __init__(
        self,
        maps: Dict[str, "np.ndarray[Any, Any]"],
        units: Dict[str, str],
        geotransform: Optional[Tuple[float, ...]],
        crs: Optional[str],
    ) -> None:
        self._maps = maps
        self.units = units
        self.geotransform = geotransform
        self.crs = crs

    def __getitem__(self, name: str) -> "np.ndarray[Any, Any]":
        return self._maps[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._maps)

    def __len__(self) -> int:
        return len(self._maps)

    def __repr__(self) -> str:
        rows, columns = self._maps["sun_hours"].shape
        return f"<veduta.SunHours: {', '.join(self)}, {columns} x {rows}>"

    def to_xarray(self) -> Any:
        """A Dataset of the maps [y][x], with coordinates and CRS as Picture.to_xarray() has them."""
        import xarray

        rows, columns = self._maps["sun_hours"].shape
        return xarray.Dataset(
            {name: (("y", "x"), self[name], {"units": self.units[name]}) for name in self},
            coords=placed_coords(self.geotransform, self.crs, columns, rows),
        )


def sun_hours(
    dem: Any = None,
    *,
    scene: Any = None,
    preset: Any = None,
    progress: "bool | Progress | None" = None,
    **knobs: "Unpack[SunHoursKnobs]",
) -> SunHours:
    """Adds up hours of direct sun, and the energy of a clear sky, on each cell: `veduta sun-hours`.

    Arguments are as of relief(); outputs that the knobs name are written.

    >>> import veduta as vd
    >>> day = vd.sun_hours("dem.tif", date="2026-06-21", step="2h", insolation_diffuse=False)
    >>> list(day), 8 < day["sun_hours"].max() < 16
    (['sun_hours', 'direct'], True)
    """
    report = reporter(False if knobs.get("quiet") and not progress else progress)
    taken: Dict[str, Any] = {}

    def take(maps: Any) -> None:
        import numpy as np

        shape = (maps.count, maps.height, maps.width)
        size = int(np.prod(shape)) * 4
        values = np.frombuffer(ffi.buffer(maps.values, size), np.float32).reshape(shape).copy()
        values[values == maps.nodata] = np.nan
        names = [decode(maps.names[i]) for i in range(maps.count)]
        taken["maps"] = dict(zip(names, values))
        taken["units"] = {name: decode(maps.units[i]) for i, name in enumerate(names)}
        taken["geotransform"] = tuple(maps.geotransform[0:6]) if maps.geotransform else None
        taken["crs"] = decode(maps.crs) or None

    try:
        with Call(report) as call, Inputs(call) as inputs:
            recipe = build("sun-hours", dem, scene, preset, dict(knobs), inputs)
            call.given(take, lib.vd_sun_hours_read, recipe.settings(call))
    finally:
        finish(report)
    return SunHours(**taken)
