"""What one calls: a relief, a view, a plan, a sky, a comparison."""
from __future__ import annotations

import dataclasses
import os
import tempfile
from typing import TYPE_CHECKING, Any, Dict, Optional, Sequence, Tuple, Union

from ._core import Call, Progress, SettingError, UsageError, decode, encode, ffi, lib
from ._inputs import Inputs
from ._picture import Picture
from ._progress import finish, reporter
from ._recipe import Recipe, build, members, value_of

if TYPE_CHECKING:
    import numpy as np
    from typing_extensions import Unpack

    from ._knobs import ComposeKnobs, ReliefKnobs, RenderKnobs, SkyKnobs

Path = Union[str, "os.PathLike[str]"]
Report = Union[None, bool, Progress]


def relief(
    dem: Any = None,
    *,
    scene: Any = None,
    preset: Optional[Path] = None,
    progress: Report = None,
    **knobs: "Unpack[ReliefKnobs]",
) -> Picture:
    """Renders a shaded relief of a DEM on its own grid.

    Args:
        dem: A raster file, several that make one, or a folder of them; an array, veduta.Raster,
            a dataset of rasterio or a DataArray of xarray; or a Scene or scene file (.yaml).
        scene: A Scene or scene file, which yields to the knobs here.
        preset: A preset beneath both: a name (see veduta.presets()) or a path.
        progress: Called with a phase and its fraction, 0 to 1, on this thread; what it raises ends
            the run. None: bars, if tqdm is installed. False: nothing.
        **knobs: Any flag of `veduta relief` by its name, with _ for -: azimuth=315, z_factor=2,
            clip_mask=polygons, output=["relief.tif"]. See veduta.knobs().

    Returns:
        The picture. Outputs that the knobs name are written.

    Raises:
        veduta.Error: One of its kinds, with the library's sentence.
        KeyboardInterrupt: After Ctrl-C, with everything cleared up.

    >>> import veduta as vd
    >>> picture = vd.relief("dem.tif", azimuth=300, samples=1)
    >>> picture.width, picture.height
    (64, 48)
    """
    return _picture("relief", dem, scene, preset, progress, dict(knobs))


def render(
    dem: Any = None,
    *,
    scene: Any = None,
    preset: Optional[Path] = None,
    progress: Report = None,
    **knobs: "Unpack[RenderKnobs]",
) -> Picture:
    """Renders a view of the land: `veduta render`. Arguments are as of relief().

    >>> import veduta as vd
    >>> scene = vd.Scene(camera=vd.Camera(view_from="NE", size=(40, 30)))
    >>> vd.render("dem.tif", scene=scene, samples=1).shape
    (30, 40, 3)
    """
    return _picture("render", dem, scene, preset, progress, dict(knobs))


def _picture(
    command: str, dem: Any, scene: Any, preset: Any, progress: Report, knobs: Dict[str, Any]
) -> Picture:
    report = reporter(False if knobs.get("quiet") and not progress else progress)
    loaded, out = ffi.new("vd_scene **"), ffi.new("vd_picture **")
    try:
        with Call(report) as call, Inputs(call) as inputs:
            recipe = build(command, dem, scene, preset, knobs, inputs)
            settings = recipe.settings(call)
            if not value_of(call, settings, "dem.path"):
                raise UsageError("no DEM; give a file's name or an array first")
            if value_of(call, settings, "run.dry_run") == "true":
                raise SettingError("dry_run: renders nothing; use veduta.plan()")
            is_written = bool(value_of(call, settings, "output.path"))
            if is_written:
                call(lib.vd_outputs_check, settings)
            try:
                call(lib.vd_scene_load, settings, loaded)
                call(lib.vd_render, loaded[0], out)
            finally:
                lib.vd_scene_destroy(loaded[0])
            picture = Picture(ffi.gc(out[0], lib.vd_picture_destroy), recipe)
            if is_written:
                call(lib.vd_picture_write, out[0])
            stats = value_of(call, settings, "run.stats")
            if stats:
                call(lib.vd_picture_write_stats, out[0], encode(stats))
            return picture
    finally:
        finish(report)


# ---- plans


@dataclasses.dataclass(frozen=True)
class Plan:
    """What would be rendered, and what it would cost.

    Attributes:
        crs: Name of the picture's CRS, or "none".
        horizontal_unit: Of map coordinates.
        vertical_unit: Of the heights in the file.
        dem_width, dem_height: Cells of the DEM.
        dem_files: Rasters that make it.
        read_width, read_height: Cells of the overview that will be read, or of the DEM.
        width, height: Of the picture, in pixels.
        samples: Per pixel, at most.
        cell_m: Metres per cell in x and y, at the middle row.
        bounds: Of the picture in map units: xmin, ymin, xmax, ymax.
        memory_bytes: Peak, estimated.
        detail_bytes: Of memory_bytes, what finer ground takes (terrain.detail).
        spool_bytes: On disk while rendering; 0 if the picture fits in memory.
        rays: Estimated.
        seconds: Estimated, from a short measurement on this machine.
    """

    crs: str
    horizontal_unit: str
    vertical_unit: str
    dem_width: int
    dem_height: int
    dem_files: int
    read_width: int
    read_height: int
    width: int
    height: int
    samples: int
    cell_m: Tuple[float, float]
    bounds: Tuple[float, float, float, float]
    memory_bytes: float
    detail_bytes: float
    spool_bytes: float
    rays: float
    seconds: float


def plan(
    dem: Any = None,
    *,
    command: str = "relief",
    scene: Any = None,
    preset: Optional[Path] = None,
    **knobs: Any,
) -> Plan:
    """Says what relief() or render() (command="render") would do with these arguments, and what it
    would cost, without reading the heights: `--dry-run`.

    >>> import veduta as vd
    >>> vd.plan("dem.tif", output_scale=2).width
    128
    """
    out = ffi.new("vd_plan *")
    with Call() as call, Inputs(call) as inputs:
        settings = build(command, dem, scene, preset, knobs, inputs).settings(call)
        if not value_of(call, settings, "dem.path"):
            raise UsageError("no DEM; give a file's name or an array first")
        call(lib.vd_plan_make, settings, out)
    return Plan(**members(out))


# ---- skies


@dataclasses.dataclass(frozen=True)
class SkyMap:
    """A physical sky: how bright it is, and its light from everywhere.

    Attributes:
        illuminance_sun_lx: By the sun, on a plane that faces it.
        illuminance_sky_lx: By the sky alone, on level ground.
        illuminance_level_lx: By both, on level ground.
        zenith_luminance_cd_m2: Of the sky straight above.
        sun_rgb: Irradiance of a plane that faces the sun, linear Rec. 709, in the unit of
            `sun.strength`.
        sun_azimuth_deg, sun_altitude_deg: Where it stands; the moon, if that shines.
        sun_color_temperature_k, sky_color_temperature_k: Of their light, 0 if there is none.
        moon_lit: The part of the moon's disc that is lit; 0 without it.
        radiance: float32 [rows][columns][3] of camera.size (256 x 512 unless set): linear radiance
            in the same unit, row 0 at the zenith, columns from north eastwards.
    """

    illuminance_sun_lx: float
    illuminance_sky_lx: float
    illuminance_level_lx: float
    zenith_luminance_cd_m2: float
    sun_rgb: Tuple[float, float, float]
    sun_azimuth_deg: float
    sun_altitude_deg: float
    sun_color_temperature_k: float
    sky_color_temperature_k: float
    moon_lit: float
    radiance: "np.ndarray[Any, Any]" = dataclasses.field(repr=False, compare=False)


def sky(
    sun: Optional[Tuple[float, float]] = None,
    *,
    preset: Optional[Path] = None,
    progress: Report = None,
    **knobs: "Unpack[SkyKnobs]",
) -> SkyMap:
    """Computes the sky of a real atmosphere for one sun: `veduta sky`.

    Args:
        sun: Azimuth and altitude in degrees, down to -18; or by the knobs azimuth and altitude.
        preset, progress: As of relief().
        **knobs: As of relief(); outputs that they name are written, an EXR of which lights other
            scenes (environment="sky.exr").

    >>> import veduta as vd
    >>> noon = vd.sky(sun=(180, 60), size=(16, 8))
    >>> noon.radiance.shape, round(noon.illuminance_sun_lx, -4)
    ((8, 16, 3), 90000.0)
    """
    import numpy as np

    report = reporter(progress)
    out = ffi.new("vd_sky_figures *")
    given: Dict[str, Any] = dict(knobs)
    if sun is not None:
        given["sun_azimuth"], given["sun_altitude"] = sun
    try:
        with Call(report) as call, Inputs(call) as inputs:
            recipe = Recipe("sky")
            recipe.preset(preset)
            recipe.knobs(given, inputs)
            settings = recipe.settings(call)
            if value_of(call, settings, "output.path"):
                call(lib.vd_outputs_check, settings)
            width, height = map(int, value_of(call, settings, "camera.size").split("x"))
            radiance = np.empty((height, width, 3), np.float32)
            call(lib.vd_sky_read, settings, ffi.from_buffer("float[]", radiance), out)
    finally:
        finish(report)
    return SkyMap(**members(out), radiance=radiance)


# ---- animations


def animate(
    dem: Any = None,
    output: Any = None,
    /,
    *,
    scene: Any = None,
    preset: Optional[Path] = None,
    progress: Report = None,
    **knobs: "Unpack[RenderKnobs]",
) -> int:
    """Renders the frames of an animation, or a movie of them: `veduta animate`. What moves are
    keyframes, orbit= or day=.

    Args:
        dem, scene, preset, progress: As of render().
        output: The files, with a place for the frame's number ("frame_%04d.png"), or a movie
            (.mp4, .mov, .mkv, .webm), which the program ffmpeg makes.
        **knobs: As of render(), which is for one moment (frame=12); frames="1-48", chunk="3/10".

    Returns how many frames were rendered: those that are there already are kept unless
    overwrite=True.

    >>> import veduta as vd
    >>> vd.animate("dem.tif", "turn_%02d.png", orbit=90, length=3, size=(40, 30), samples=1)
    3
    """
    report = reporter(False if knobs.get("quiet") and not progress else progress)
    count = ffi.new("int *")
    given = {**knobs, **_written_to(output)}
    try:
        with Call(report) as call, Inputs(call) as inputs:
            settings = build("render", dem, scene, preset, given, inputs).settings(call)
            if not value_of(call, settings, "output.path"):
                raise UsageError('no output; give one as in "frame_%04d.png", or a movie')
            call(lib.vd_animate, settings, count)
    finally:
        finish(report)
    return int(count[0])


def _written_to(output: Any) -> Dict[str, Any]:
    """A call's outputs as a knob: one, several, or none."""
    if output is None:
        return {}
    several = output if isinstance(output, (list, tuple)) else [output]
    return {"output_path": [str(os.fspath(file)) for file in several]}


# ---- composing


@dataclasses.dataclass(frozen=True)
class Composition:
    """What compose() made: its size in pixels, and the files it wrote."""

    width: int
    height: int
    files: Tuple[str, ...]


def compose(
    path: Path,
    output: Any = None,
    /,
    *,
    preset: Optional[Path] = None,
    progress: Report = None,
    **knobs: "Unpack[ComposeKnobs]",
) -> Composition:
    """Makes other pictures of an OpenEXR that was rendered, without rendering again: `veduta
    compose`.

    Args:
        path: The OpenEXR, as Picture.save("view.exr") or an output of render() or relief() is.
        output: The file to write, .png, .tif or .exr, or several.
        preset, progress: As of relief().
        **knobs: As of relief(); tone as in exposure=1, and with the AOV lights
            light_weights=[("light_sun", 0.5)].

    What the file notes of its tone holds unless it is set here.

    >>> import veduta as vd
    >>> vd.relief("dem.tif", samples=1).save("light.exr")
    >>> vd.compose("light.exr", "brighter.png", exposure=1)
    Composition(width=64, height=48, files=('brighter.png',))
    """
    report = reporter(False if knobs.get("quiet") and not progress else progress)
    width, height = ffi.new("int *"), ffi.new("int *")
    try:
        with Call(report) as call, Inputs(call) as inputs:
            recipe = Recipe("compose")
            recipe.preset(preset)
            recipe.knobs({**knobs, "compose_path": path, **_written_to(output)}, inputs)
            settings = recipe.settings(call)
            files = tuple(value_of(call, settings, "output.path").splitlines())
            call(lib.vd_outputs_check, settings)
            call(lib.vd_compose, settings, width, height)
    finally:
        finish(report)
    return Composition(width[0], height[0], files)


# ---- comparing


@dataclasses.dataclass(frozen=True)
class Comparison:
    """How far a picture is from another.

    Attributes:
        width, height: Of the part compared.
        is_linear: Radiance was compared, not display values.
        psnr: In decibels for a peak of 1; infinite if nothing differs.
        ssim: 1 if nothing differs; None if not asked for.
        flip: FLIP (Andersson et al. 2020), 0 to 1; 0 if nothing differs, None if not asked for.
        relmse: Mean of (test - reference)^2 / (reference^2 + 0.01).
    """

    width: int
    height: int
    is_linear: bool
    psnr: float
    ssim: Optional[float]
    flip: Optional[float]
    relmse: float


def compare(
    reference: Union[Picture, Path],
    test: Union[Picture, Path],
    *,
    ssim: bool = True,
    flip: bool = True,
    roi: Optional[Sequence[int]] = None,
    diff: Optional[Path] = None,
    overwrite: bool = False,
) -> Comparison:
    """Measures how far `test` is from `reference`: `veduta compare`.

    Args:
        reference, test: Pictures, or files of PNG, TIFF, OpenEXR or Radiance. Of two pictures the
            display values are compared, in 16 bits; of a picture and an EXR, radiance.
        ssim, flip: Whether to measure these.
        roi: x, y, width, height of the part to compare; the whole by default.
        diff: A PNG to write: what FLIP sees at each pixel. overwrite lets it replace one.
    """
    linear = any(str(item).lower().endswith((".exr", ".hdr")) for item in (reference, test)
                 if not isinstance(item, Picture))
    out = ffi.new("vd_comparison *")
    with tempfile.TemporaryDirectory() as folder, Call() as call:
        paths = [
            encode(_as_file(item, os.path.join(folder, name), linear))
            for item, name in ((reference, "reference"), (test, "test"))
        ]
        keep = ffi.new("char[]", encode(os.fspath(diff))) if diff is not None else ffi.NULL
        options = ffi.new(
            "vd_compare_options *",
            {
                "ssim": ssim,
                "flip": flip,
                "roi": list(roi) if roi is not None else [0] * 4,
                "diff": keep,
                "overwrite": overwrite,
            },
        )
        call(lib.vd_compare_files, *paths, options, out)
    figures = members(out)
    figures["is_linear"] = bool(figures["is_linear"])
    figures["ssim"] = figures["ssim"] if ssim else None
    figures["flip"] = figures["flip"] if flip else None
    return Comparison(**figures)


def _as_file(item: Union[Picture, Path], name: str, linear: bool) -> str:
    if not isinstance(item, Picture):
        return str(os.fspath(item))
    path = name + (".exr" if linear else ".png")
    item.save(path, output_type="Float32" if linear else "UInt16")
    return path


# ---- what there is


def presets() -> Dict[str, str]:
    """The presets by name, your own first, and what each is for.

    >>> import veduta as vd
    >>> "alpine" in vd.presets()
    True
    """
    with Call() as call:
        return call.listed_presets()


def build_info() -> Dict[str, str]:
    """How the library was built and what it found."""
    lines = decode(lib.vd_build_info()).splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
