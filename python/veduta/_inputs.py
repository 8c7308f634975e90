"""What stands in a file's place: arrays, open datasets, polygons.

A raster in memory is lent to the library, which reads it where it lies: any type of number that a
raster file may have, any positive steps between cells, so that slices and transposed arrays are not
copied either. Other types (bool, half floats, 64-bit integers) and steps backwards along a row are
copied first.
"""
from __future__ import annotations

import json
import os
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from ._core import Call, FormatError, SettingError, UsageError, decode, encode, ffi, lib

Path = Union[str, "os.PathLike[str]"]

_KINDS = {
    "|u1": "UINT8",
    "<u2": "UINT16",
    "<i2": "INT16",
    "<u4": "UINT32",
    "<i4": "INT32",
    "<f4": "FLOAT32",
    "<f8": "FLOAT64",
}


def crs_text(crs: Any) -> Optional[str]:
    """A CRS as GDAL takes it: of an EPSG code, a text, or an object of pyproj or rasterio."""
    if crs is None or isinstance(crs, str):
        return crs or None
    if isinstance(crs, int):
        return f"EPSG:{crs}"
    if hasattr(crs, "to_wkt"):
        return str(crs.to_wkt())
    raise UsageError(f"{type(crs).__name__}: no CRS; give an EPSG code, WKT, or an object of pyproj")


def geotransform_of(transform: Any) -> Optional[Tuple[float, ...]]:
    """GDAL's six numbers of an Affine, or of themselves."""
    if transform is None:
        return None
    numbers = transform.to_gdal() if hasattr(transform, "to_gdal") else tuple(transform)
    if len(numbers) != 6:
        raise UsageError(
            f"a transform of {len(numbers)} numbers; give an Affine, or GDAL's six: x, width of a "
            "cell, 0, y, 0, minus its height"
        )
    return tuple(float(number) for number in numbers)


class Raster:
    """An array with its place on the map, for whatever takes a raster file: a DEM, a drape, classes.

    Args:
        array: Heights or values, [rows][columns] or [bands][rows][columns], row 0 in the north
            unless the transform says otherwise. A mask (numpy.ma) becomes NODATA.
        transform: An Affine, or GDAL's six numbers; map coordinates of the array's corner.
        bounds: Instead: xmin, ymin, xmax, ymax of the whole array.
        crs: An EPSG code, WKT or PROJ text, or a CRS of pyproj or rasterio.
        nodata: The value that stands for no height; NaN always does.
        unit: Of heights, as in files ("ft"); by the CRS, else metres.
        name: What messages call it.

    The array is not copied if the library can read it in place (see the module), and must not be
    changed while a function that was given it runs.

    >>> import numpy as np, veduta as vd
    >>> dem = vd.Raster(np.zeros((2, 3)), bounds=(0, 0, 300, 200), crs=32632)
    >>> dem
    <veduta.Raster 'array': 3 x 2, float64>
    """

    def __init__(
        self,
        array: Any,
        transform: Any = None,
        crs: Any = None,
        *,
        bounds: Optional[Sequence[float]] = None,
        nodata: Optional[float] = None,
        unit: Optional[str] = None,
        name: str = "array",
    ) -> None:
        import numpy as np

        if isinstance(array, np.ma.MaskedArray):
            array, nodata = _unmasked(array, nodata)
        self.array = np.asarray(array)
        if self.array.ndim not in (2, 3):
            raise UsageError(
                f"{name}: an array of {self.array.ndim} dimensions is no raster; give "
                "[rows][columns] or [bands][rows][columns]"
            )
        if self.array.dtype.kind not in "buif":
            raise UsageError(f"{name}: an array of {self.array.dtype} holds no numbers to read")
        if bounds is not None and transform is not None:
            raise UsageError(f"{name}: has both a transform and bounds; give one of them")
        self.geotransform = geotransform_of(transform)
        if bounds is not None:
            self.geotransform = _from_bounds(bounds, self.array.shape)
        self.crs = crs_text(crs)
        self.nodata = None if nodata is None else float(nodata)
        self.unit = unit
        self.name = name

    def __repr__(self) -> str:
        rows, columns = self.array.shape[-2:]
        return f"<veduta.Raster {self.name!r}: {columns} x {rows}, {self.array.dtype}>"

    def _lend(self, call: Call) -> "Lent":
        array, geotransform = _upright(_readable(self.array), self.geotransform)
        bands = array if array.ndim == 3 else array[None]
        label = ffi.new("char[]", encode(_label(self.name)))
        keep = [
            ffi.new("double[6]", geotransform) if geotransform else ffi.NULL,
            ffi.new("char[]", encode(self.crs)) if self.crs else ffi.NULL,
            ffi.new("double *", self.nodata) if self.nodata is not None else ffi.NULL,
            ffi.new("char[]", encode(self.unit)) if self.unit else ffi.NULL,
        ]
        step = bands.strides
        data = ffi.new(
            "vd_raster_data *",
            {
                "label": label,
                "data": ffi.cast("void *", bands.ctypes.data),
                "kind": getattr(lib, "VD_CELLS_" + _KINDS[_type_of(bands)]),
                "width": bands.shape[2],
                "height": bands.shape[1],
                "bands": bands.shape[0],
                "column_step": step[2],
                "row_step": step[1],
                "band_step": max(step[0], bands.itemsize),
                "geotransform": keep[0],
                "crs": keep[1],
                "nodata": keep[2],
                "unit": keep[3],
            },
        )
        return Lent(call, lib.vd_raster_lend, data, (bands, keep, label))


class Vector:
    """Polygons with a CRS, for whatever takes a vector file, such as a clip mask; with a column of
    numbers also for classes.

    Args:
        shapes: Anything with `__geo_interface__` (a GeoDataFrame, a geometry of shapely), a dict of
            GeoJSON, or a list of these.
        crs: As in Raster; by default the object's own, else longitude and latitude (WGS 84).
        column: The property that holds class numbers, for classes=.
        resolution: Side of a cell of these classes, in units of the CRS.
        name: What messages call it.
    """

    def __init__(
        self,
        shapes: Any,
        crs: Any = None,
        *,
        column: Optional[str] = None,
        resolution: Optional[float] = None,
        name: str = "polygons",
    ) -> None:
        if crs is None:
            crs = getattr(shapes, "crs", None)
        self.crs = crs_text(crs)
        self.column = column
        self.resolution = resolution
        self.name = name
        self.geojson = _collection(shapes)

    def __repr__(self) -> str:
        return f"<veduta.Vector {self.name!r}: {len(self.geojson['features'])} features>"

    def _lend(self, call: Call) -> "Lent":
        document: Dict[str, Any] = dict(self.geojson)
        document.pop("crs", None)
        if self.crs:
            document["crs"] = {"type": "name", "properties": {"name": self.crs}}
        text = json.dumps(document, default=_plain_json).encode()
        label = ffi.new("char[]", encode(_label(self.name) + ".geojson"))
        held = ffi.from_buffer(text)
        return Lent(call, lib.vd_bytes_lend, label, (text, held), held, len(text))

    def _lend_classes(self, call: Call) -> "Lent":
        if self.column is None or self.resolution is None:
            raise SettingError(
                f"{self.name}: polygons make classes by a column and a resolution: "
                "veduta.Vector(shapes, column='code', resolution=10)"
            )
        polygons = self._lend(call)
        try:
            label, path = encode(_label(self.name)), encode(polygons.path)
            column, resolution = encode(self.column), float(self.resolution)
            return Lent(call, lib.vd_classes_lend, label, None, path, column, resolution)
        finally:
            polygons.close()


class Lent:
    """Something lent to the library under a path, until close()."""

    def __init__(self, call: Call, function: Any, first: Any, keep: Any, *rest: Any) -> None:
        out = ffi.new("vd_lent **")
        call(function, first, *rest, out)
        self._handle = ffi.gc(out[0], lib.vd_lent_destroy)
        self._keep = keep
        self.path = decode(lib.vd_lent_path(self._handle))

    def close(self) -> None:
        ffi.release(self._handle)
        self._keep = None


# ---- arrays


def _type_of(array: Any) -> str:
    return str(array.dtype.newbyteorder("=").str).replace(">", "<")


def _readable(array: Any) -> Any:
    """An array of a type and order of bytes that the library reads: itself where that is so."""
    import numpy as np

    if not array.dtype.isnative or _type_of(array) not in _KINDS:
        kind, size = array.dtype.kind, array.dtype.itemsize
        to: Any = array.dtype.newbyteorder("=")
        if kind == "b":
            to = np.uint8
        elif _type_of(array) not in _KINDS:  # the next larger type
            to = np.float32 if kind == "f" and size < 4 else np.int16 if size == 1 else np.float64
        array = array.astype(to)
    return array


def _upright(array: Any, geotransform: Optional[Tuple[float, ...]]) -> Any:
    """Rows that run backwards in memory are taken from the other end, and the map with them."""
    import numpy as np

    steps = array.strides
    if steps[-2] < 0 and steps[-1] > 0 and geotransform:
        g, rows = geotransform, array.shape[-2]
        array = array[..., ::-1, :]
        geotransform = (g[0] + rows * g[2], g[1], -g[2], g[3] + rows * g[5], g[4], -g[5])
        steps = array.strides
    if min(steps) < array.itemsize or max(steps[-2:]) >= 2**31:
        array = np.ascontiguousarray(array)
    return array, geotransform


def _unmasked(array: Any, nodata: Optional[float]) -> Tuple[Any, Optional[float]]:
    import numpy as np

    ma: Any = np.ma  # whose functions older NumPys do not type
    mask = ma.getmaskarray(array)
    if not mask.any():
        return array.data, nodata
    to = array.dtype if array.dtype.kind == "f" else np.float64
    return np.where(mask, np.nan, array.data).astype(to, copy=False), nodata


def _from_bounds(bounds: Sequence[float], shape: Tuple[int, ...]) -> Tuple[float, ...]:
    xmin, ymin, xmax, ymax = (float(bound) for bound in bounds)
    rows, columns = shape[-2:]
    return (xmin, (xmax - xmin) / columns, 0.0, ymax, 0.0, (ymin - ymax) / rows)


def _label(name: str) -> str:
    """A name of the letters that a path in memory may have."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "_-.") else "_" for c in name)
    return (kept.lstrip(".") or "data")[:48]


# ---- objects of other packages


def raster_of(value: Any) -> Raster:
    """What holds a raster: an array, a dataset of rasterio, a DataArray of xarray."""
    if isinstance(value, Raster):
        return value
    if hasattr(value, "dims") and hasattr(value, "coords"):
        return _of_xarray(value)
    if hasattr(value, "transform") and hasattr(value, "read"):
        return _of_rasterio(value)
    if hasattr(value, "__array__") or isinstance(value, (list, tuple)):
        return Raster(value)
    raise UsageError(
        f"{type(value).__name__}: neither a file's name nor a raster; give a path, an array, "
        "veduta.Raster, a dataset of rasterio or a DataArray of xarray"
    )


def _is_file_of_rasterio(value: Any) -> bool:
    """A file that rasterio has opened to read, as it is: the library reads it as well."""
    is_plain = type(value).__name__ == "DatasetReader" and getattr(value, "mode", "") == "r"
    return is_plain and os.path.exists(str(value.name))


def _of_rasterio(dataset: Any) -> Raster:
    """A dataset of rasterio, read by it: what it has done to the file (a WarpedVRT) counts."""
    import numpy as np

    array = dataset.read(1) if dataset.count == 1 else dataset.read()
    scales, offsets = np.array(dataset.scales), np.array(dataset.offsets)
    if (scales != 1.0).any() or (offsets != 0.0).any():
        if dataset.nodata is not None:
            array = np.where(array == dataset.nodata, np.nan, array)
        shape = (-1, 1, 1) if array.ndim == 3 else ()
        array = array * scales.reshape(shape) + offsets.reshape(shape)
    units = [unit for unit in dataset.units if unit]
    transform = None if dataset.transform.is_identity else dataset.transform
    return Raster(
        array,
        transform,
        dataset.crs or None,
        nodata=dataset.nodata,
        unit=units[0] if units else None,
        name=os.path.basename(str(dataset.name)) or "dataset",
    )


def _of_xarray(array: Any) -> Raster:
    """A DataArray with coordinates at the centres of cells, and a CRS as rioxarray keeps it."""
    array = array.squeeze()
    names = {str(name).lower(): name for name in array.dims}
    x = next((names[n] for n in ("x", "lon", "longitude", "easting") if n in names), None)
    y = next((names[n] for n in ("y", "lat", "latitude", "northing") if n in names), None)
    label = str(array.name or "array")
    if x is None or y is None or array.ndim > 3:
        raise UsageError(
            f"{label}: its dimensions {tuple(array.dims)} are no map; name them y and x, or lat "
            "and lon"
        )
    array = array.transpose(..., y, x)
    attributes = {**array.attrs, **array.encoding}
    nodata = attributes.get("_FillValue", attributes.get("nodata"))
    crs = _crs_of_xarray(array)
    if crs is None and str(x).lower().startswith("lon"):
        crs = "EPSG:4326"
    return Raster(
        array.values,
        _grid_of_xarray(array, x, y, label),
        crs,
        nodata=nodata,
        unit=array.attrs.get("units"),
        name=label,
    )


def _crs_of_xarray(array: Any) -> Optional[str]:
    for name, coordinate in array.coords.items():
        if coordinate.ndim == 0 and ("crs_wkt" in coordinate.attrs or name == "spatial_ref"):
            wkt = coordinate.attrs.get("crs_wkt", coordinate.attrs.get("spatial_ref"))
            if wkt:
                return str(wkt)
    return crs_text(array.attrs.get("crs"))


def _grid_of_xarray(array: Any, x: Any, y: Any, label: str) -> Optional[Tuple[float, ...]]:
    import numpy as np

    steps = []
    for name in (x, y):
        if name not in array.coords:
            return _grid_by_attribute(array)
        values = np.asarray(array.coords[name].values, dtype=float)
        step = (values[-1] - values[0]) / (len(values) - 1) if len(values) > 1 else 0.0
        even = values[0] + step * np.arange(len(values))
        # Coordinates are often floats of 32 bits: near enough is a hundredth of a cell.
        if step == 0.0 or np.abs(values - even).max() > 0.01 * abs(step):
            raise FormatError(
                f"{label}: its coordinates {name!r} are not evenly spaced; bring it onto a regular "
                "grid first"
            )
        steps.append((values[0] - step / 2.0, step))
    (x0, dx), (y0, dy) = steps
    return (x0, dx, 0.0, y0, 0.0, dy)


def _grid_by_attribute(array: Any) -> Optional[Tuple[float, ...]]:
    """A rotated grid has no coordinates along its axes, but a note of GDAL's six numbers."""
    for coordinate in array.coords.values():
        note = coordinate.attrs.get("GeoTransform")
        if note:
            return tuple(float(number) for number in str(note).split())
    return None


# ---- vectors


def _collection(shapes: Any) -> Dict[str, Any]:
    """A FeatureCollection of whatever it is."""
    if not isinstance(shapes, dict):
        if hasattr(shapes, "__geo_interface__"):
            shapes = shapes.__geo_interface__
        elif isinstance(shapes, (list, tuple)):
            features = [f for shape in shapes for f in _collection(shape)["features"]]
            return {"type": "FeatureCollection", "features": features}
        else:
            raise UsageError(
                f"{type(shapes).__name__}: neither a file's name nor shapes; give a path, GeoJSON, "
                "or an object with __geo_interface__"
            )
    kind = shapes.get("type")
    if kind == "FeatureCollection":
        return {"type": kind, "features": list(shapes["features"])}
    if kind == "Feature":
        return {"type": "FeatureCollection", "features": [shapes]}
    feature = {"type": "Feature", "properties": {}, "geometry": shapes}
    return {"type": "FeatureCollection", "features": [feature]}


def _plain_json(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


# ---- paths


class Inputs:
    """What a run is given in memory, lent until it has been read."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._lent: List[Lent] = []

    def __enter__(self) -> "Inputs":
        return self

    def __exit__(self, *raised: Any) -> None:
        for lent in self._lent:
            lent.close()

    def path(self, knob: str, value: Any) -> str:
        """The path of a file, or of what stands in its place."""
        if isinstance(value, (str, os.PathLike)):
            return str(os.fspath(value))
        if _is_file_of_rasterio(value):
            return str(value.name)
        if knob == "clip.path" or hasattr(value, "__geo_interface__"):
            value = value if isinstance(value, Vector) else Vector(value)
        if knob == "classes.path" and isinstance(value, Vector):
            self._lent.append(value._lend_classes(self._call))
        elif knob != "clip.path" and isinstance(value, Vector):
            raise SettingError(f"{knob}: takes a raster, not polygons")
        else:
            item = value if isinstance(value, Vector) else raster_of(value)
            self._lent.append(item._lend(self._call))
        return self._lent[-1].path

    def vector(self, value: Any) -> str:
        """The path of shapes in memory."""
        vector = value if isinstance(value, Vector) else Vector(value)
        self._lent.append(vector._lend(self._call))
        return self._lent[-1].path
