"""The library as Python calls it: errors, callbacks, one context a call.

A context belongs to one call, so that any number of threads may be in the library at once. C runs
without Python's lock; the callbacks take it, and what is raised in them (Ctrl-C too, which Python
delivers there) ends the call and comes out of it.
"""
from __future__ import annotations

import logging
import re
from types import TracebackType
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Type, TypeVar

from . import _veduta

ffi: Any = _veduta.ffi
lib: Any = _veduta.lib

logger = logging.getLogger("veduta")

Progress = Callable[[str, float], Any]


class Error(Exception):
    """What the library says went wrong: one sentence that names the file, key or value, and what to
    do.

    Attributes:
        code: The name that C has for it, such as "VD_ERR_SETTING".
        exit_status: What the program of that name ends with: 2 for usage and input, else 1.
    """

    code = "VD_ERR_INTERNAL"

    @property
    def exit_status(self) -> int:
        return int(lib.vd_result_exit_status(getattr(lib, self.code)))


class UsageError(Error, TypeError):
    """A call that cannot be meant."""

    code = "VD_ERR_USAGE"


class SettingError(Error, ValueError):
    """A knob unknown, out of range, or of no use here."""

    code = "VD_ERR_SETTING"


class FormatError(Error, ValueError):
    """Input that is not what it should be."""

    code = "VD_ERR_FORMAT"


class InputError(Error, OSError):
    """An input that cannot be opened or read to its end."""

    code = "VD_ERR_INPUT"


class OutputError(Error, OSError):
    """A file that cannot be written, or a spool file that fails."""

    code = "VD_ERR_IO"


class ExistsError(Error, FileExistsError):
    """An output that exists and may not be overwritten."""

    code = "VD_ERR_EXISTS"


class OutOfMemoryError(Error, MemoryError):
    """Not enough memory."""

    code = "VD_ERR_MEMORY"


class UnsupportedError(Error, NotImplementedError):
    """Sensible, but not in this build."""

    code = "VD_ERR_UNSUPPORTED"


class CancelledError(Error):
    """Ended by a callback."""

    code = "VD_ERR_CANCELLED"


class InternalError(Error):
    """A fault of veduta itself."""

    code = "VD_ERR_INTERNAL"


_errors: Dict[int, Type[Error]] = {
    getattr(lib, error.code): error for error in Error.__subclasses__()
}

# Data in memory have paths of which only the last part was chosen here.
_lent_folder = re.compile(r"/vsimem/veduta-0x[0-9a-f]+/")


def decode(text: Any) -> str:
    """C's text as Python's; "" of NULL."""
    return ffi.string(text).decode("utf-8", "replace") if text else ""


def spoken(text: Any) -> str:
    """C's text for people."""
    return _lent_folder.sub("", decode(text))


def encode(text: str) -> bytes:
    """Python's text as C's; what comes from the file system goes back as it was."""
    if "\0" in text:
        raise SettingError("a text holds a zero character; remove it")
    return text.encode("utf-8", "surrogateescape")


class Call:
    """A call into the library, or several in a row, with a context of their own.

    with Call(progress) as call:
        call(lib.vd_render, scene, out)
    """

    def __init__(self, progress: Optional[Progress] = None) -> None:
        self.progress = progress
        self.raised: Optional[BaseException] = None
        self.texts: List[str] = []
        self.presets: Dict[str, str] = {}
        self.take: Any = None
        self._user: Any = None
        self._context: Any = None

    def __enter__(self) -> "Call":
        self._user = ffi.new_handle(self)
        callbacks = ffi.new(
            "vd_callbacks *",
            {
                "user": self._user,
                "progress": lib.py_progress if self.progress else ffi.NULL,
                "cancel": lib.py_cancel,
                "message": lib.py_message,
            },
        )
        out = ffi.new("vd_context **")
        if lib.vd_context_create(callbacks, out) != lib.VD_OK:
            raise OutOfMemoryError("not enough memory for a context")
        self._context = out[0]
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        lib.vd_context_destroy(self._context)
        self._context = self._user = self.progress = None

    def __call__(self, function: Any, *arguments: Any) -> None:
        """Calls function(context, *arguments) and raises what it says."""
        result = function(self._context, *arguments)
        if self.raised is not None:
            raised, self.raised = self.raised, None
            raise raised
        if result != lib.VD_OK:
            text = spoken(lib.vd_context_error(self._context))
            raise _errors.get(result, InternalError)(text or decode(lib.vd_result_name(result)))

    def text(self, function: Any, *arguments: Any) -> str:
        """Calls function(context, *arguments, write, user) and returns what it writes."""
        self.texts = []
        self(function, *arguments, lib.py_text, self._user)
        return "".join(self.texts)

    @property
    def user(self) -> Any:
        """What C hands to the callbacks of this call."""
        return self._user

    def written(self, function: Any, *arguments: Any) -> str:
        """The same of a function whose arguments hold py_text and user."""
        self.texts = []
        self(function, *arguments)
        return "".join(self.texts)

    def given(self, take: Callable[[Any], Any], function: Any, *arguments: Any) -> None:
        """Calls function(context, *arguments, take, user)."""
        self.take = take
        self(function, *arguments, lib.py_maps, self._user)

    def listed_presets(self) -> Dict[str, str]:
        self.presets = {}
        self(lib.vd_presets_list, lib.py_preset, self._user)
        return self.presets


F = TypeVar("F", bound=Callable[..., Any])


def _keep(kind: Any, value: Any, trace: Any) -> None:
    """What was raised in a callback waits in its call for that to return."""
    call = ffi.from_handle(trace.tb_frame.f_locals["user"])
    if call.raised is None:
        call.raised = value


def _callback(error: Optional[int] = None) -> Callable[[F], F]:
    """What C calls by the name of the function; error is its answer if it raises."""
    define: Callable[[F], F] = ffi.def_extern(error=error, onerror=_keep)
    return define


@_callback(error=1)
def py_cancel(user: Any) -> int:
    return ffi.from_handle(user).raised is not None


@_callback()
def py_progress(user: Any, phase: Any, fraction: float) -> None:
    call = ffi.from_handle(user)
    if call.raised is None:
        call.progress(decode(phase), fraction)


@_callback()
def py_message(user: Any, level: int, text: Any) -> None:
    is_warning = level == lib.VD_LEVEL_WARNING
    logger.log(logging.WARNING if is_warning else logging.INFO, "%s", spoken(text))


@_callback()
def py_text(user: Any, text: Any, length: int) -> None:
    ffi.from_handle(user).texts.append(ffi.buffer(text, length)[:].decode("utf-8"))


@_callback()
def py_preset(user: Any, name: Any, summary: Any, path: Any) -> None:
    ffi.from_handle(user).presets[decode(name)] = decode(summary)


@_callback()
def py_maps(user: Any, maps: Any) -> None:
    ffi.from_handle(user).take(maps)


class Knob(NamedTuple):
    """A row of the table of settings."""

    name: str
    flags: List[str]
    kind: str
    fallback: str
    range: str
    unit: str
    choices: List[str]
    commands: List[str]
    help: str
    is_list: bool


_knobs: Dict[str, Knob] = {}


def knobs() -> Dict[str, Knob]:
    """Every knob by its dotted name, in the order of the table; a field of a record is
    "suns[].azimuth".

    >>> import veduta as vd
    >>> vd.knobs()["sun.azimuth"].unit
    'deg'
    """
    if not _knobs:
        for index in range(lib.vd_knob_count()):
            row = lib.vd_knob_at(index)
            choices = decode(row.choices)
            _knobs[decode(row.name)] = Knob(
                decode(row.name),
                decode(row.flags).split(),
                decode(row.kind),
                decode(row.fallback),
                decode(row.range),
                decode(row.unit),
                choices.split("|") if choices else [],
                decode(row.commands).split(),
                decode(row.help),
                bool(row.is_list),
            )
    return dict(_knobs)


def knob_named(name: str) -> Optional[Knob]:
    """The row of a dotted name or a flag."""
    if not _knobs:
        knobs()
    found = _knobs.get(name)
    if found is None:
        row = lib.vd_knob_find(encode(name))
        found = _knobs[decode(row.name)] if row else None
    return found
