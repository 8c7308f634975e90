"""Points of the map in a picture, for labels: where they come to lie, and whether they are seen."""
from __future__ import annotations

import csv
import os
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from ._core import Call, Progress, SettingError, UsageError, encode, ffi, lib
from ._inputs import Inputs, Vector, crs_text
from ._progress import finish, reporter
from ._recipe import build

NUMBERS = ("x", "y", "z", "pixel_x", "pixel_y", "depth", "distance")


class Points(Mapping[str, Any]):
    """Points in a picture, as arrays by their names: "x", "y" and "z" where each is on the map,
    "pixel_x" and "pixel_y" from the picture's upper left corner (a pixel's centre is at .5), "depth"
    along the way the camera looks and "distance" from the eye in metres, NaN where unknown, and
    "state" as text: visible, hidden (behind ground), underground, no_ground, outside (beside the
    picture), behind (the camera) or nowhere (no place in the DEM's CRS). Fields that came with the
    points are there under their own names.
    """

    def __init__(self, columns: Dict[str, Any]) -> None:
        self._columns = columns

    @property
    def visible(self) -> Any:
        """Which of them are seen: bool."""
        return self["state"] == "visible"

    def __getitem__(self, name: str) -> Any:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"<veduta.Points: {len(self['state'])}, {int(self.visible.sum())} of them visible>"


def project(
    dem: Any = None,
    points: Any = None,
    *,
    command: str = "render",
    crs: Any = None,
    layer: Optional[str] = None,
    height_above_ground: Optional[float] = None,
    scene: Any = None,
    preset: Any = None,
    progress: "bool | Progress | None" = False,
    **knobs: Any,
) -> Points:
    """Finds where points of the map come to lie in the picture that the other arguments make:
    `veduta project`. Nothing is rendered.

    Args:
        dem: As of render(), or with command="relief" of relief(); scene and preset too.
        points: Rows of x, y or x, y, z, where z is metres above the datum or "agl:5", 5 m above the
            ground, on which a point without z is; an array of such rows; a CSV or vector file; or
            what has a __geo_interface__, whose fields are kept.
        crs: Of points that have none; the DEM's by default.
        layer: Of a vector file that has several.
        height_above_ground: Puts all of them so many metres above the ground.
        **knobs: The picture's, as of render() or relief().

    >>> import veduta as vd
    >>> peak = vd.project("dem.tif", [(392900, 3798500)], view_from="S", size=(320, 200))
    >>> peak["state"][0], peak["pixel_x"].shape
    ('visible', (1,))
    """
    report = reporter(progress)
    options = ffi.new("vd_project_options *")
    keep: List[Any] = []

    def text(value: str) -> Any:
        keep.append(ffi.new("char[]", encode(value)))
        return keep[-1]

    try:
        with Call(report) as call, Inputs(call) as inputs:
            settings = build(command, dem, scene, preset, knobs, inputs).settings(call)
            if points is None:
                raise UsageError("no points; give rows of x, y, or a file's name")
            if isinstance(points, (str, os.PathLike)):
                options.path = text(os.fspath(points))
            elif isinstance(points, Vector) or hasattr(points, "__geo_interface__") or isinstance(
                points, dict
            ):
                options.path = text(inputs.vector(points))
            else:
                rows = [_point(row) for row in points]
                keep.append(ffi.new("vd_point[]", rows or 1))
                options.points, options.count = keep[-1], len(rows)
            if layer is not None:
                options.layer = text(layer)
            if crs is not None:
                options.crs = text(crs_text(crs) or "")
            if height_above_ground is not None:
                options.has_height, options.height_m = 1, float(height_above_ground)
            options.write, options.user = lib.py_text, call.user
            table = call.written(lib.vd_project_write, settings, options)
    finally:
        finish(report)
    return Points(_columns(table))


def _point(row: Any) -> Dict[str, Any]:
    x, y, *rest = row
    if len(rest) > 1:
        raise SettingError(f"points: {len(row)} numbers in a row; give x, y or x, y, z")
    z = rest[0] if rest else None
    height = lib.VD_HEIGHT_GROUND if z is None else lib.VD_HEIGHT_DATUM
    if isinstance(z, str):
        if not z.startswith("agl:"):
            raise SettingError(f'points: "{z}" is no height; give metres, or as in "agl:5"')
        z, height = z[4:], lib.VD_HEIGHT_ABOVE_GROUND
    return {"x": float(x), "y": float(y), "z": float(z or 0), "height": height}


def _columns(table: str) -> Dict[str, Any]:
    """The columns of a CSV: ours as numbers, others too where all of them are."""
    import numpy as np

    names, *rows = list(csv.reader(table.splitlines(keepends=True)))
    columns: Dict[str, Any] = {}
    for index, name in enumerate(names):
        cells: Tuple[str, ...] = tuple(row[index] for row in rows)
        try:
            columns[name] = np.array([float(cell or "nan") for cell in cells], np.float64)
            if name not in NUMBERS and not any(cells):
                columns[name] = np.array(cells, str)
        except ValueError:
            columns[name] = np.array(cells, str)
    return columns
