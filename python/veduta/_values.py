"""Values between Python and the library, which reads them as the command line writes them."""
from __future__ import annotations

import json
import numbers
import os
from typing import Any, List, Sequence

from ._core import Call, Knob, encode, lib

PATHS = ("path", "name")


def is_data(knob: Knob, value: Any) -> bool:
    """Is it something in memory that stands in a file's place?"""
    return knob.kind in PATHS and not isinstance(value, (str, os.PathLike))


def items_of(knob: Knob, value: Any) -> List[Any]:
    """The items of a list knob: one alone may be given as it is."""
    is_many = isinstance(value, (list, tuple)) and not (
        knob.kind == "list" and value and _is_number(value[0])
    )
    return list(value) if is_many else [value]


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Number) and not isinstance(value, bool)


def _number(value: Any) -> str:
    """As Python writes it, which reads back to the same double; 3 of 3.0."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return repr(value) if isinstance(value, (int, float)) else str(value)


def _is_sequence(value: Any) -> bool:
    return isinstance(value, (list, tuple)) or (
        hasattr(value, "tolist") and getattr(value, "ndim", 0) == 1
    )


def text_of(knob: Knob, value: Any) -> str:
    """A value, or one item of a list, as a flag takes it. What makes no sense is passed on as it is,
    for the library to say what it wants."""
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return "true" if value else "false"
    if hasattr(value, "isoformat"):  # a date for sun.time
        return str(value.isoformat())
    if knob.kind == "list":
        return _record(knob, value)
    if _is_sequence(value):
        parts: Sequence[Any] = list(value)
        joint = "x" if knob.kind == "size" else ","
        return joint.join(part if isinstance(part, str) else _number(part) for part in parts)
    return _number(value) if _is_number(value) else str(value)


def _record(knob: Knob, value: Any) -> str:
    """A record as name=VALUE,name=VALUE; a sequence by position."""
    from ._core import knobs

    fields = value if isinstance(value, dict) else getattr(value, "_given", None)
    if callable(fields):
        fields = fields()
    if not isinstance(fields, dict):
        return ",".join(_number(part) for part in value) if _is_sequence(value) else str(value)
    table = knobs()
    pairs = []
    for name, inner in fields.items():
        row = table.get(f"{knob.name}[].{name}")
        pairs.append(f"{name}={text_of(row, inner) if row else inner}")
    return ",".join(pairs)


def _thaw(value: Any) -> Any:
    """Arrays of JSON are numbers of one value: a tuple."""
    return tuple(value) if isinstance(value, list) else value


def plain(knob: Knob, value: Any) -> Any:
    """A value checked by the library, in its plainest form. Data in memory are left as they are."""
    if knob.is_list:
        return [_plain_item(knob, item) for item in items_of(knob, value)]
    return _plain_item(knob, value)


def _plain_item(knob: Knob, value: Any) -> Any:
    if is_data(knob, value):
        return value
    with Call() as call:
        text = call.text(lib.vd_knob_read, encode(knob.name), encode(text_of(knob, value)))
    read = json.loads(text)
    return from_json(knob, read[0] if knob.is_list else read)


def from_json(knob: Knob, value: Any) -> Any:
    """A value, or an item of a list, as the library writes it in JSON."""
    if knob.kind not in ("int", "ints", "size"):
        value = _floats(value)
    return _thaw(value)


def _floats(value: Any) -> Any:
    if isinstance(value, list):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
