"""What the generated classes of _knobs.py stand on.

A value that is set is checked at once by the library, with its own message, and kept in its
plainest form ("640x480" as (640, 480), 225 degrees as "SW"), so that equal settings compare equal.
"""
from __future__ import annotations

import dataclasses
import json
import os
import re
from typing import Any, ClassVar, Dict, Iterator, Optional, Tuple, Type, TypeVar, Union

from ._core import Call, Error, Knob, SettingError, encode, ffi, knobs, lib
from ._values import PATHS, from_json, is_data, plain

S = TypeVar("S", bound="SceneBase")


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, (str, int, float, tuple, list)) else f"<{_name(value)}>"


def _name(value: Any) -> str:
    return type(value).__name__


def _same(a: Any, b: Any) -> bool:
    """Data in memory are the same only if they are one object."""
    if isinstance(a, (str, int, float, tuple, Group, Record, type(None))):
        return bool(a == b) if type(a) is type(b) or not isinstance(a, tuple) else False
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b))
    return a is b


class _Checked:
    """Fields that are knobs."""

    _group: ClassVar[str]
    _infix: ClassVar[str] = "."

    def _knob(self, name: str) -> Optional[Knob]:
        return knobs().get(f"{self._group}{self._infix}{name.rstrip('_')}")

    def __setattr__(self, name: str, value: Any) -> None:
        row = self._knob(name)
        if row is None:
            raise AttributeError(f"{self._group} has no setting {name!r}; see help({_name(self)})")
        object.__setattr__(self, name, value if value is None else plain(row, value))

    def _values(self) -> Iterator[Tuple[dataclasses.Field[Any], Any]]:
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            yield field, getattr(self, field.name)

    def _given(self) -> Dict[str, Any]:
        """What is set, by the names of the table."""
        raise NotImplementedError

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={_shown(value)}" for name, value in self._given().items())
        return f"{_name(self)}({given})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(
            _same(value, getattr(other, field.name)) for field, value in self._values()
        )

    __hash__ = None  # type: ignore[assignment]


class Group(_Checked):
    """The knobs of a group; None is not set."""

    def _given(self) -> Dict[str, Any]:
        return {
            field.name.rstrip("_"): value for field, value in self._values() if value is not None
        }


class Record(_Checked):
    """An item of a list; its fields have the values that they are left out with."""

    _infix: ClassVar[str] = "[]."

    def _given(self) -> Dict[str, Any]:
        return {
            field.name.rstrip("_"): value
            for field, value in self._values()
            if value is not None
            and (field.default is dataclasses.MISSING or not _same(value, field.default))
        }


class SceneBase:
    """See veduta.Scene."""

    def _classes(self) -> Dict[str, Any]:
        from . import _knobs

        return {
            item._group: item
            for item in vars(_knobs).values()
            if isinstance(item, type) and issubclass(item, _Checked) and hasattr(item, "_group")
        }

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "preset":
            value = None if value is None else os.fspath(value)
        elif name not in {field.name for field in dataclasses.fields(self)}:  # type: ignore[arg-type]
            raise AttributeError(f"a scene has no group {name!r}; see help(veduta.Scene)")
        else:
            value = self._part(name.rstrip("_"), value)
        object.__setattr__(self, name, value)

    def _part(self, name: str, value: Any) -> Any:
        """A group from a dict, or records from dicts and sequences."""
        kind = self._classes()[name]
        if issubclass(kind, Group):
            value = {} if value is None else value
            value = kind(**value) if isinstance(value, dict) else value
            if not isinstance(value, kind):
                raise TypeError(f"{name} takes a {kind.__name__} or a dict, not {_name(value)}")
            return value
        if value is None:
            return None
        return [_record(kind, item) for item in value]

    def _parts(self) -> Iterator[Tuple[str, Any]]:
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            if field.name != "preset":
                yield field.name.rstrip("_"), getattr(self, field.name)

    def __repr__(self) -> str:
        parts = [f"preset={self.preset!r}"] if self.preset else []  # type: ignore[attr-defined]
        for name, part in self._parts():
            if part is not None and (isinstance(part, list) or part._given()):
                parts.append(f"{name}={part!r}")
        return f"Scene({', '.join(parts)})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SceneBase):
            return NotImplemented
        return self.preset == other.preset and all(  # type: ignore[attr-defined]
            _same(a, b) for (_, a), (_, b) in zip(self._parts(), other._parts())
        )

    __hash__ = None  # type: ignore[assignment]

    # ---- files

    def to_yaml(self, path: Union[None, str, os.PathLike[str]] = None) -> str:
        """The scene as the text of a scene file, for the program too; written to path if given,
        with paths inside made relative to that file.

        Raises SettingError if it holds data in memory, which no file can name, and OSError.
        """
        folder = None if path is None else os.path.dirname(os.path.abspath(os.fspath(path)))
        text = self._yaml(folder, data_is_left_out=False)
        if path is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return text

    def _yaml(self, folder: Optional[str], data_is_left_out: bool) -> str:
        lines = []
        preset = self.preset  # type: ignore[attr-defined]
        if preset:
            is_path = "/" in preset or preset.endswith(".yaml")
            lines.append(f"preset: {_quoted(_moved(preset, folder) if is_path else preset)}")
        for name, part in self._parts():
            if isinstance(part, list):
                lines.append(f"{name}:" if part else f"{name}: []")
                lines += [f"  - {{{_flow(item, folder, False)}}}" for item in part]
            elif part is not None:
                inner = list(_pairs(part, folder, data_is_left_out))
                lines += [f"{name}:"] + [f"  {key}: {value}" for key, value in inner] if inner else []
        return "\n".join(lines) + "\n" if lines else "{}\n"

    def _data(self) -> Iterator[Tuple[Knob, Any]]:
        """What it holds in memory in place of files."""
        for _, part in self._parts():
            for name, value in part._given().items() if isinstance(part, Group) else ():
                row = part._knob(name)
                assert row is not None
                if _holds_data(row, value):
                    yield row, value

    @classmethod
    def from_yaml(
        cls: Type[S], source: Union[str, os.PathLike[str]], command: Optional[str] = None
    ) -> S:
        """Reads a scene file, or the text of one if source has a line end.

        A scene file is of one command and may not hold knobs of another; if none is named, any that
        takes it will do. Paths in the file become such that the program can open them from here.

        Raises InputError, FormatError or SettingError, which name file, line and key.
        """
        if command is not None:
            return cls(**_arguments(cls, _load(source, command)))
        failure: Optional[Error] = None
        for each in dict.fromkeys(c for knob in knobs().values() for c in knob.commands):
            try:
                return cls(**_arguments(cls, _load(source, each)))
            except SettingError as error:
                failure = failure or error
        raise failure or SettingError("no command takes a scene")


def _load(source: Union[str, os.PathLike[str]], command: str) -> Dict[str, Any]:
    """What a scene file sets, as the library has it in JSON."""
    out = ffi.new("vd_settings **")
    with Call() as call:
        call(lib.vd_settings_create, encode(command), out)
        settings = ffi.gc(out[0], lib.vd_settings_destroy)
        if isinstance(source, str) and "\n" in source:
            call(lib.vd_settings_load_text, settings, b"scene", encode(source))
        else:
            call(lib.vd_settings_load, settings, encode(str(os.fspath(source))))
        shown: Dict[str, Any] = json.loads(call.text(lib.vd_settings_show, settings))
    return shown


def _arguments(cls: Any, shown: Dict[str, Any]) -> Dict[str, Any]:
    return {_safe(cls, name): _held(name, part) for name, part in shown.items()}


def _safe(cls: Any, name: str) -> str:
    return name if name in {field.name for field in dataclasses.fields(cls)} else name + "_"


def _held(name: str, part: Any) -> Any:
    """A group or list of the library's JSON as arguments of its classes."""
    if isinstance(part, list):
        return [_fields(f"{name}[].", item) for item in part]
    return _fields(f"{name}.", part) if isinstance(part, dict) else part


def _fields(prefix: str, part: Dict[str, Any]) -> Dict[str, Any]:
    table = knobs()
    out = {}
    for name, value in part.items():
        row = table[prefix + name]
        out[name] = value if row.is_list else from_json(row, value)
    return out


def _record(kind: Any, item: Any) -> Any:
    if isinstance(item, kind):
        return item
    if isinstance(item, dict):
        return kind(**item)
    if isinstance(item, (list, tuple)):
        return kind(*item)
    raise TypeError(f"{kind._group} takes {kind.__name__}s, dicts or tuples, not {_name(item)}")


def _holds_data(row: Knob, value: Any) -> bool:
    return any(is_data(row, item) for item in (value if isinstance(value, list) else [value]))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _moved(path: str, folder: Optional[str]) -> str:
    """A path as it is written in a file of that folder; a URL or a driver's prefix is left alone."""
    if folder is None or os.path.isabs(path) or re.match(r"[A-Za-z0-9_]{2,}:", path):
        return path
    return os.path.relpath(path, folder)


def _value(row: Knob, value: Any, folder: Optional[str]) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(row, item, folder) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        is_path = row.kind == "path" or (row.kind in PATHS and ("/" in value or "." in value))
        return _quoted(_moved(value, folder) if is_path else value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return repr(value)


def _pairs(
    part: _Checked, folder: Optional[str], data_is_left_out: bool
) -> Iterator[Tuple[str, str]]:
    for name, value in part._given().items():
        row = part._knob(name)
        assert row is not None
        if not _holds_data(row, value):
            yield name, _value(row, value, folder)
        elif not data_is_left_out:
            raise SettingError(
                f"{row.name}: is data in memory, which a file cannot name; save it and set its path"
            )


def _flow(part: _Checked, folder: Optional[str], data_is_left_out: bool) -> str:
    return ", ".join(f"{key}: {value}" for key, value in _pairs(part, folder, data_is_left_out))
