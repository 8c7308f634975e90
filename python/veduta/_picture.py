"""A rendered picture: an array, a file in any format, a figure in a notebook, a raster with its CRS."""
from __future__ import annotations

import os
import struct
import zlib
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Tuple, Union

from ._core import Call, UsageError, decode, encode, ffi, lib
from ._inputs import Inputs
from ._recipe import Recipe

if TYPE_CHECKING:
    import numpy as np

# Pixels of a picture that a notebook is given whole.
_NOTEBOOK_PIXELS = 1 << 21


class Picture:
    """What relief() and render() return. Rows are from the top, pixels as rendered, whatever is
    written of them; nothing here changes them.

    Several threads may use one picture at once, but not while one of them saves it.
    """

    def __init__(self, handle: Any, recipe: Recipe) -> None:
        self._handle = handle
        self._recipe = recipe
        self._linear: Optional["np.ndarray[Any, Any]"] = None
        self._aovs: Optional[AOVs] = None

    # ---- what it is

    @property
    def width(self) -> int:
        """Pixels."""
        return int(lib.vd_picture_width(self._handle))

    @property
    def height(self) -> int:
        """Pixels."""
        return int(lib.vd_picture_height(self._handle))

    @property
    def shape(self) -> Tuple[int, int, int]:
        """Of display(): rows, columns, and 3 channels, or 4 where it may be transparent."""
        return (self.height, self.width, int(lib.vd_picture_display_channels(self._handle)))

    @property
    def geotransform(self) -> Optional[Tuple[float, ...]]:
        """GDAL's six numbers from pixels to map coordinates; None of a view."""
        out = ffi.new("double[6]")
        return tuple(out) if lib.vd_picture_geotransform(self._handle, out) else None

    @property
    def transform(self) -> Any:
        """The same as an Affine, as rasterio has it, or None; needs the package affine."""
        from affine import Affine

        numbers = self.geotransform
        return None if numbers is None else Affine.from_gdal(*numbers)

    @property
    def crs(self) -> Optional[str]:
        """WKT of the CRS of map coordinates, or None."""
        return decode(lib.vd_picture_crs(self._handle)) or None

    @property
    def bounds(self) -> Optional[Tuple[float, float, float, float]]:
        """xmin, ymin, xmax, ymax in map coordinates, or None."""
        g = self.geotransform
        if g is None:
            return None
        corners = [(c, r) for c in (0, self.width) for r in (0, self.height)]
        x = [g[0] + c * g[1] + r * g[2] for c, r in corners]
        y = [g[3] + c * g[4] + r * g[5] for c, r in corners]
        return (min(x), min(y), max(x), max(y))

    def __repr__(self) -> str:
        what = "relief" if self._recipe.command == "relief" else "view"
        return f"<veduta.Picture: {what}, {self.width} x {self.height}>"

    # ---- pixels

    @property
    def linear(self) -> "np.ndarray[Any, Any]":
        """float32 [rows][columns][4], not to be written to: scene-linear red, green and blue (Rec.
        709, D65) and coverage 0 to 1, which is not multiplied in."""
        import numpy as np

        if self._linear is None:
            values = np.empty((self.height, self.width, 4), np.float32)
            with Call() as call:
                call(
                    lib.vd_picture_read,
                    self._handle,
                    0,
                    0,
                    self.width,
                    self.height,
                    ffi.from_buffer("float[]", values),
                )
            values.flags.writeable = False
            self._linear = values
        return self._linear

    @property
    def aovs(self) -> "AOVs":
        """The AOVs that were asked for (aov="normal,depth") by their names, as arrays."""
        if self._aovs is None:
            self._aovs = AOVs(self._handle, self.height, self.width)
        return self._aovs

    def display(self, bits: int = 8) -> "np.ndarray[Any, Any]":
        """uint8 or, for 16 bits, uint16 [rows][columns][3 or 4]: the sRGB values that a PNG of the
        picture holds, alpha not multiplied in. numpy.asarray(picture) is the same."""
        import numpy as np

        if bits not in (8, 16):
            raise UsageError(f"display values of {bits} bits; ask for 8 or 16")
        values = np.empty(self.shape, np.uint8 if bits == 8 else np.uint16)
        with Call() as call:
            call(lib.vd_picture_display, self._handle, bits, ffi.from_buffer(values))
        return values

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> "np.ndarray[Any, Any]":
        values = self.display()
        return values if dtype is None else values.astype(dtype, copy=False)

    # ---- files

    def save(self, path: Union[str, "os.PathLike[str]"], **knobs: Any) -> None:
        """Writes the picture as `-o path` does: .tif, .png or .exr, georeferenced where it lies on
        a map, whole or not at all, under its settings.

        Args:
            path: The file; one that exists is refused unless overwrite=True.
            **knobs: Of the groups effects, output, tone and run, by the names of their flags: ot="UInt16",
                exposure=1, tone="filmic", co=["COMPRESS=DEFLATE"].

        Raises:
            ExistsError, OutputError: It is there, or cannot be written.
            SettingError: A knob of no use here, or one that would need rendering anew.
        """
        with Call() as call, Inputs(call) as inputs:
            recipe = Recipe(self._recipe.command, tuple(self._recipe.steps))
            recipe.knobs({**knobs, "output_path": path}, inputs)
            call(lib.vd_picture_write_as, self._handle, recipe.settings(call))

    # ---- notebooks, figures, rasters

    def _repr_png_(self) -> bytes:
        """For notebooks, where a large picture is shown smaller."""
        import numpy as np

        values = self.display()
        step = int(np.ceil(np.sqrt(self.width * self.height / _NOTEBOOK_PIXELS)))
        return _png(_smaller(values, step) if step > 1 else values)

    def plot(self, ax: Any = None, **imshow: Any) -> Any:
        """Draws the picture by matplotlib, with map coordinates along its axes where it has some.

        Args:
            ax: Axes to draw on; new ones by default.
            **imshow: For Axes.imshow().

        Returns the axes.
        """
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots()
        g, bounds = self.geotransform, self.bounds
        is_upright = g is not None and g[2] == 0.0 and g[4] == 0.0
        if is_upright and bounds is not None:
            imshow.setdefault("extent", (bounds[0], bounds[2], bounds[1], bounds[3]))
        ax.imshow(self.display(), **imshow)
        if not is_upright:
            ax.set_axis_off()
            return ax
        is_degrees = (self.crs or "").startswith("GEOG")
        ax.set_xlabel("Longitude" if is_degrees else "Easting")
        ax.set_ylabel("Latitude" if is_degrees else "Northing")
        ax.ticklabel_format(style="plain", useOffset=False)
        return ax

    def to_xarray(self, what: str = "display") -> Any:
        """The picture as a DataArray [band][y][x], with coordinates of the pixels' centres and the
        CRS as rioxarray keeps it (the coordinate spatial_ref).

        Args:
            what: "display" values, "linear" radiance and coverage, or the name of an AOV.
        """
        import numpy as np
        import xarray

        if what in ("display", "linear"):
            values = self.linear if what == "linear" else self.display()
            names = ["red", "green", "blue", "alpha"][: values.shape[2]]
        else:
            values = self.aovs[what]
            values = values[..., None] if values.ndim == 2 else values
            names = self.aovs.channels[what]
        coords = placed_coords(self.geotransform, self.crs, self.width, self.height)
        coords["band"] = np.arange(1, values.shape[2] + 1)
        return xarray.DataArray(
            np.moveaxis(values, 2, 0),
            dims=("band", "y", "x"),
            coords=coords,
            name=what,
            attrs={"long_name": tuple(names)},
        )


class AOVs(Mapping[str, Any]):
    """A picture's AOVs: float32 [rows][columns], or [rows][columns][channels] of several, not to be
    written to. What they mean, and are where nothing is, is in the guide. Each is read into an array
    once and not copied again.

    Attributes:
        origin: What must be added to "position" for map coordinates and elevation; in float64.
    """

    def __init__(self, handle: Any, height: int, width: int) -> None:
        self._handle = handle
        self._size = (height, width)
        self._arrays: Dict[str, Any] = {}
        self.channels: Dict[str, List[str]] = {}
        self.origin: Tuple[float, ...] = (0.0, 0.0, 0.0)
        self._counts: Dict[str, int] = {}
        info = ffi.new("vd_aov_info *")
        with Call() as call:
            for index in range(lib.vd_picture_aov_count(handle)):
                call(lib.vd_picture_aov_at, handle, index, info)
                self.channels[decode(info.name)] = decode(info.channels).split()
                self._counts[decode(info.name)] = info.channel_count

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def __repr__(self) -> str:
        return f"<veduta.AOVs: {', '.join(self) or 'none'}>"

    def __getitem__(self, name: str) -> "np.ndarray[Any, Any]":
        import numpy as np

        if name not in self._counts:
            raise KeyError(f"{name}: the picture has no such AOV; it has {', '.join(self) or 'none'}")
        if name not in self._arrays:
            height, width = self._size
            count, origin = self._counts[name], ffi.new("double[3]")
            values = np.empty((height, width, count), np.float32)
            with Call() as call:
                call(
                    lib.vd_picture_read_aov,
                    self._handle,
                    encode(name),
                    0,
                    0,
                    width,
                    height,
                    ffi.from_buffer("float[]", values),
                    origin,
                )
            values.flags.writeable = False
            self.origin = tuple(origin)
            self._arrays[name] = values[..., 0] if count == 1 else values
        array: "np.ndarray[Any, Any]" = self._arrays[name]
        return array


def placed_coords(
    g: Optional[Tuple[float, ...]], crs: Optional[str], width: int, height: int
) -> Dict[str, Any]:
    """Coordinates of a DataArray: of the pixels' centres, and the CRS as rioxarray keeps it."""
    import numpy as np

    coords: Dict[str, Any] = {}
    if g is None:
        return coords
    if g[2] == 0.0 and g[4] == 0.0:
        coords["x"] = g[0] + g[1] * (np.arange(width) + 0.5)
        coords["y"] = g[3] + g[5] * (np.arange(height) + 0.5)
    note = {"GeoTransform": " ".join(repr(number) for number in g)}
    if crs:
        note.update(crs_wkt=crs, spatial_ref=crs)
    coords["spatial_ref"] = ((), 0, note)
    return coords


def _smaller(values: "np.ndarray[Any, Any]", step: int) -> "np.ndarray[Any, Any]":
    """Means of step x step pixels."""
    import numpy as np

    rows, columns = values.shape[0] // step, values.shape[1] // step
    if rows == 0 or columns == 0:
        return values[::step, ::step]
    cut = values[: rows * step, : columns * step]
    means = cut.reshape(rows, step, columns, step, -1).mean(axis=(1, 3))
    small: "np.ndarray[Any, Any]" = (means + 0.5).astype(np.uint8)
    return small


def _png(values: "np.ndarray[Any, Any]") -> bytes:
    """A PNG of 8-bit RGB or RGBA."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    import numpy as np

    rows, columns, channels = values.shape
    filtered = np.zeros((rows, 1 + columns * channels), np.uint8)
    filtered[:, 1:] = values.reshape(rows, -1)
    header = struct.pack(">IIBBBBB", columns, rows, 8, 6 if channels == 4 else 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(filtered.tobytes(), 6))
        + chunk(b"IEND", b"")
    )
