"""veduta: path-traced pictures of terrain.

    import veduta as vd
    picture = vd.relief("dem.tif", azimuth=315)
    picture.save("relief.tif")

One function a command of the program: relief(), render() and sky() make pictures, animate() frames,
compose() makes others of them, plan() says what they would cost, project() where places lie in them, compare()
measures. Their keyword arguments are the program's flags; Scene holds
them as data. A Picture is an array, a file in any format, a figure in a notebook. The guide of the
program is the guide of the package too.
"""
from ._core import (
    CancelledError,
    Error,
    ExistsError,
    FormatError,
    InputError,
    InternalError,
    Knob,
    OutOfMemoryError,
    OutputError,
    SettingError,
    UnsupportedError,
    UsageError,
    decode as _decode,
    knobs,
    lib as _lib,
)
from ._functions import (
    Comparison,
    Composition,
    Plan,
    SkyMap,
    animate,
    build_info,
    compare,
    compose,
    plan,
    presets,
    relief,
    render,
    sky,
)
from ._inputs import Raster, Vector
from ._knobs import *  # noqa: F403
from ._knobs import __all__ as _scene_names
from ._picture import AOVs, Picture
from ._points import Points, project
from ._sun import SunHours, SunPosition, sun_hours, sun_position

__version__: str = _decode(_lib.vd_version())

__all__ = [
    "AOVs",
    "CancelledError",
    "Comparison",
    "Composition",
    "Error",
    "ExistsError",
    "FormatError",
    "InputError",
    "InternalError",
    "Knob",
    "OutOfMemoryError",
    "OutputError",
    "Picture",
    "Plan",
    "Points",
    "Raster",
    "SettingError",
    "SkyMap",
    "SunHours",
    "SunPosition",
    "UnsupportedError",
    "UsageError",
    "Vector",
    "animate",
    "build_info",
    "compare",
    "compose",
    "knobs",
    "plan",
    "presets",
    "project",
    "relief",
    "render",
    "sky",
    "sun_hours",
    "sun_position",
]
__all__ += _scene_names
