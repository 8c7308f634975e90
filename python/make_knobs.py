"""Writes veduta/_knobs.py from the table of settings of the module just built.

    python make_knobs.py FOLDER_OF_THE_EXTENSION OUTPUT

One dataclass a group of knobs and one a record of each list, then Scene with all of them; and for
type checkers the keyword arguments of each command. A row of src/settings/settings.def is all that
it takes for a knob to appear here.
"""
import importlib.util
import keyword
import pathlib
import sys
import textwrap

HEADER = '''\
"""The knobs of veduta as classes: made by make_knobs.py from the table of settings."""
# Do not edit: the table is src/settings/settings.def.
from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, List, Optional, Sequence, Tuple, Union

from ._scene import Group, Record, SceneBase

if TYPE_CHECKING:
    from typing import Literal, TypedDict

# A colour: one number, or linear red, green and blue.
Color = Union[float, Tuple[float, float, float]]
# A file by its name, or what can be read in its place (see veduta.Raster, veduta.Vector).
Path = Any
'''

# Types of kinds: in a dataclass, where values are in their plainest form, and as an argument. A kind
# that is new to the table is Any until it has a row here.
HELD = {
    "bool": "bool",
    "int": "int",
    "float": "float",
    "text": "str",
    "path": "Path",
    "name": "str",
    "color": "Color",
    "pair": "Tuple[float, float]",
    "floats": "Tuple[float, float, float, float]",
    "distortion": "Tuple[float, ...]",
    "ints": "Tuple[int, int, int, int]",
    "size": "Tuple[int, int]",
    "bearing": "Union[float, str]",
    "place": "Tuple[float, float, Union[float, str]]",
    "paint": "Union[str, Color]",
}
TAKEN = {
    **HELD,
    "name": "Union[str, os.PathLike[str]]",
    "color": "Union[float, Sequence[float], str]",
    "pair": "Union[Sequence[float], str]",
    "floats": "Union[Sequence[float], str]",
    "distortion": "Union[Sequence[float], str]",
    "ints": "Union[Sequence[int], str]",
    "size": "Union[Sequence[int], str]",
    "place": "Union[Sequence[Union[float, str]], str]",
    "paint": "Union[float, Sequence[float], str]",
}


def load(folder):
    path = next(pathlib.Path(folder).glob("_veduta.*so"))
    spec = importlib.util.spec_from_file_location("_veduta", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ffi, module.lib


class Table:
    """The rows, with their text as Python strings."""

    def __init__(self, ffi, lib):
        text = lambda value: ffi.string(value).decode()
        self.rows = []
        self.titles = {}
        for i in range(lib.vd_knob_count()):
            info = lib.vd_knob_at(i)
            row = {
                key: text(getattr(info, key))
                for key in "name flags kind fallback range unit choices commands help".split()
            }
            row["is_list"] = bool(info.is_list)
            row["own"] = {
                command: text(lib.vd_knob_fallback(info.name, command.encode()))
                for command in row["commands"].split()
            }
            self.rows.append(row)
            group = self.group_of(row)
            title = lib.vd_group_title(group.encode())
            self.titles[group] = text(title) if title else None
        self.commands = list(dict.fromkeys(c for r in self.rows for c in r["commands"].split()))

    @staticmethod
    def group_of(row):
        return row["name"].split(".")[0].replace("[]", "")

    def groups(self):
        for group in self.titles:
            yield group, [r for r in self.rows if self.group_of(r) == group]


def literal(choices):
    return "Literal[" + ", ".join(f'"{word}"' for word in choices.split("|")) + "]"


def type_of(row, types, lists):
    if row["kind"] == "list":
        return f"{lists}[{class_of(row['name'], True)}]"
    held = literal(row["choices"]) if row["kind"] == "choice" else types.get(row["kind"], "Any")
    if row["kind"] == "int" and " or " in row["range"]:
        held = "Union[int, str]"
    return f"{lists}[{held}]" if row["is_list"] else held


def taken_type(row):
    if row["kind"] == "list":
        return "Sequence[Any]"
    one = type_of({**row, "is_list": False}, TAKEN, "Sequence")
    return f"Union[{one}, Sequence[{one}]]" if row["is_list"] else one


def class_of(group, is_record):
    return group.title().replace("_", "") + ("Item" if is_record else "")


def facts(row):
    """What documents say behind the help: choices, range, unit, defaults."""
    parts = []
    if row["choices"]:
        parts.append(row["choices"].replace("|", ", "))
    if row["range"] or row["unit"]:
        parts.append(" ".join(filter(None, (row["range"], row["unit"]))))
    if row["fallback"]:
        parts.append(f"default {row['fallback']}")
    for command, own in row["own"].items():
        if own != row["fallback"]:
            parts.append(f"{command}: {own or 'unset'}")
    return f" ({'; '.join(parts)})" if parts else ""


def documented(name, row, indent):
    text = f"{name}: {row['help']}{facts(row)}"
    return textwrap.fill(text, 96, initial_indent=indent, subsequent_indent=indent + "    ",
                         break_long_words=False, break_on_hyphens=False)


def docstring(first, rows):
    lines = [f'    """{first.rstrip(".")}.', "", "    Attributes:"]
    lines += [documented(r["name"].split(".")[1], r, "        ") for r in rows]
    return lines + ['    """', ""]


def safe(name):
    return name + "_" if keyword.iskeyword(name) else name


def value_of(row):
    """A field's default as Python has it, None where it must be given or is nothing."""
    text, kind = row["fallback"], row["kind"]
    if not text or (text == "none" and kind in ("text", "path", "name", "place")):
        return "None"
    if kind == "bool":
        return text.title()
    if kind in ("int", "float"):
        return text if text.lstrip("-").replace(".", "").isdigit() else repr(text)
    if kind == "color":
        return f"({text.replace(',', ', ')})" if "," in text else repr(float(text))
    return repr(text)


def group_class(group, rows, title):
    lines = ["", "", "@dataclass(repr=False, eq=False)", f"class {class_of(group, False)}(Group):"]
    lines += docstring(title, rows)
    lines.append(f'    _group: ClassVar[str] = "{group}"')
    for row in rows:
        name = safe(row["name"].split(".")[1])
        lines.append(f"    {name}: Optional[{type_of(row, HELD, 'List')}] = None")
    return lines


def record_class(group, rows):
    """The list's own row is the first; a record's fields have the values they are left out with."""
    lines = ["", "", "@dataclass(repr=False, eq=False)", f"class {class_of(group, True)}(Record):"]
    lines += docstring(f"A record of `{group}`. {rows[0]['help']}", rows[1:])
    lines.append(f'    _group: ClassVar[str] = "{group}"')
    for row in rows[1:]:
        name, held, value = safe(row["name"].split(".")[1]), type_of(row, HELD, "List"), value_of(row)
        is_needed = not row["fallback"]
        if row["is_list"] or value == "None":
            held = held if is_needed else f"Optional[{held}]"
        default = "" if is_needed else f" = {value}"
        lines.append(f"    {name}: {held}{default}")
    return lines


def scene_class(table):
    lines = ["", "", "@dataclass(repr=False, eq=False)", "class Scene(SceneBase):"]
    lines += ['    """Everything that can be set, group by group; what is None is left to the preset,',
              "    and then to the command's default.", "",
              "    A group may be given as a dict. Values are checked when they are set, by the",
              "    library itself, and kept in their plainest form.", "",
              "    Attributes:",
              "        preset: The preset beneath the scene: a name, or a path."]
    for group, rows in table.groups():
        title = table.titles[group] or rows[0]["help"]
        lines.append(textwrap.fill(f"{group}: {title.rstrip('.')}.", 96, initial_indent=" " * 8,
                                   subsequent_indent=" " * 12))
    lines += ['    """', "", "    preset: Optional[str] = None"]
    for group, rows in table.groups():
        if table.titles[group]:
            name = class_of(group, False)
            lines.append(f"    {safe(group)}: {name} = field(default_factory={name})")
        else:
            lines.append(f"    {safe(group)}: Optional[List[{class_of(group, True)}]] = None")
    return lines


def arguments_class(table, command):
    name = command.replace("-", "_")
    lines = ["", f"    class {class_of(name, False)}Knobs(TypedDict, total=False):",
             f'        """Keyword arguments of veduta.{name}(): each flag\'s name."""', ""]
    for row in table.rows:
        if command not in row["commands"].split():
            continue
        own = ["--" + row["name"]] if row["kind"] == "list" else []
        for flag in own + row["flags"].split():
            name = flag[2:].replace("-", "_")
            if flag.startswith("--") and not name.startswith("no_") and name.isidentifier():
                lines.append(f"        {safe(name)}: {taken_type(row)}")
    return lines


def main():
    folder, output = sys.argv[1:]
    table = Table(*load(folder))
    lines, names = [HEADER], ["Scene"]
    for group, rows in table.groups():
        title = table.titles[group]
        lines += group_class(group, rows, title) if title else record_class(group, rows)
        names.append(class_of(group, not title))
    lines += scene_class(table)
    lines += ["", "", "if TYPE_CHECKING:"]
    for command in table.commands:
        lines += arguments_class(table, command)
    lines += ["", "", "__all__ = ["] + [f'    "{name}",' for name in sorted(names)] + ["]", ""]
    pathlib.Path(output).write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
