"""How the settings of a run come about, kept so that a picture can be written again otherwise."""
from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Tuple

from ._core import Call, Knob, SettingError, UsageError, decode, encode, ffi, knob_named, lib
from ._inputs import Inputs
from ._scene import SceneBase
from ._values import is_data, items_of, text_of

Step = Tuple[str, str, Optional[str]]  # what to do, with which knob or label, and what value


def is_scene_file(value: Any) -> bool:
    return isinstance(value, (str, os.PathLike)) and str(os.fspath(value)).lower().endswith(
        (".yaml", ".yml")
    )


class Recipe:
    """Steps to the settings of a command, in the order of the command line."""

    def __init__(self, command: str, steps: Tuple[Step, ...] = ()) -> None:
        self.command = command
        self.steps = list(steps)

    def preset(self, name: Any) -> None:
        if name is not None:
            self.steps.append(("preset", str(os.fspath(name)), None))

    def scene(self, scene: Any, inputs: Inputs) -> None:
        if scene is None:
            return
        if not isinstance(scene, SceneBase):
            self.steps.append(("load", str(os.fspath(scene)), None))
            return
        self.steps.append(("text", "scene", scene._yaml(None, data_is_left_out=True)))
        for knob, value in scene._data():
            self._add(knob.name, knob.is_list, value, knob, inputs)

    def dem(self, dem: Any, inputs: Inputs) -> None:
        if dem is None:
            return
        several = isinstance(dem, (list, tuple)) and all(
            isinstance(item, (str, os.PathLike)) for item in dem
        )
        for item in dem if several else [dem]:
            self.steps.append(("set", "dem.path", inputs.path("dem.path", item)))

    def knobs(self, knobs: Dict[str, Any], inputs: Inputs) -> None:
        """Keyword arguments, each the name of a flag without its dashes, or of a list ("suns"); None
        is left out. no_NAME=True takes back what presets and scenes say of it, as --no-NAME does."""
        for name, value in knobs.items():
            words = name.rstrip("_").replace("_", "-")
            knob = knob_named("--" + words) or knob_named("-" + words) or _list_named(name)
            if value is None:
                continue
            if knob is None:
                raise SettingError(_unknown("--" + words))
            if words.startswith("no-"):
                if value is True:
                    self.steps.append(("set", "--" + words, None))
                elif value is not False:
                    raise SettingError(f"{name}: is True or False, not {value!r}")
                continue
            self._add(knob.name, knob.is_list, value, knob, inputs)

    def _add(self, name: str, is_list: bool, value: Any, knob: Any, inputs: Inputs) -> None:
        self.steps = [s for s in self.steps if not (is_list and s[:2] == ("set", name))]
        for item in items_of(knob, value) if is_list else [value]:
            text = inputs.path(name, item) if is_data(knob, item) else text_of(knob, item)
            self.steps.append(("set", name, text))

    def settings(self, call: Call) -> Any:
        """Settings of the library, freed with the object returned."""
        out = ffi.new("vd_settings **")
        call(lib.vd_settings_create, encode(self.command), out)
        settings = ffi.gc(out[0], lib.vd_settings_destroy)
        for what, name, value in self.steps:
            if what == "preset":
                call(lib.vd_settings_preset, settings, encode(name))
            elif what == "load":
                call(lib.vd_settings_load, settings, encode(name))
            elif what == "text":
                call(lib.vd_settings_load_text, settings, encode(name), encode(value or ""))
            else:
                text = ffi.NULL if value is None else encode(value)
                call(lib.vd_settings_set, settings, encode(name), text)
        return settings


def build(
    command: str, dem: Any, scene: Any, preset: Any, knobs: Dict[str, Any], inputs: Inputs
) -> Recipe:
    """The recipe of a call's arguments; a scene may stand in the DEM's place."""
    if isinstance(dem, SceneBase) or is_scene_file(dem):
        if scene is not None:
            raise UsageError("two scenes; give one")
        dem, scene = None, dem
    recipe = Recipe(command)
    recipe.preset(preset)
    recipe.scene(scene, inputs)
    recipe.dem(dem, inputs)
    recipe.knobs(knobs, inputs)
    if not any(step[:2] == ("set", "dem.path") for step in recipe.steps) and scene is None:
        raise UsageError("no DEM; give a file's name or an array first")
    return recipe


def _list_named(name: str) -> Optional[Knob]:
    knob = knob_named(name)
    return knob if knob is not None and knob.kind == "list" else None


def members(struct: Any) -> Dict[str, Any]:
    """A struct's members as Python values: texts, numbers, tuples of numbers."""
    values = {}
    for name, field in ffi.typeof(struct).item.fields:
        value = getattr(struct, name)
        if field.type.kind == "array":
            is_text = field.type.item.cname == "char"
            value = decode(value) if is_text else tuple(value)
        values[name] = value
    return values


def _unknown(flag: str) -> str:
    nearest = decode(lib.vd_knob_nearest(encode(flag)))
    name = nearest.lstrip("-").replace("-", "_")
    given = flag.lstrip("-").replace("-", "_")
    return f"{given}: no such setting" + (f"; did you mean {name}?" if nearest else "")


def value_of(call: Call, settings: Any, name: str) -> str:
    """A knob's value as text, "" if it is unset."""
    buffer = ffi.new("char[]", 1 << 16)
    call(lib.vd_settings_get, settings, encode(name), buffer, len(buffer))
    return decode(buffer)
