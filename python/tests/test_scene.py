"""Scenes: every knob, checked by the library, through YAML and back."""
import copy
import inspect
import pickle

import pytest

import veduta as vd
from veduta import _core, _knobs

TABLE = vd.knobs()
CLASSES = {
    kind._group + (".", "[].")[kind.__name__.endswith("Item")]: kind
    for kind in vars(_knobs).values()
    if inspect.isclass(kind) and hasattr(kind, "_group")
}


def sample(knob):
    """A value that is not the default, in its plainest form."""
    low = knob.range.split("..")[0].lstrip("> =") if knob.range else "0"
    number = knob.fallback if knob.fallback.isdigit() else 0
    by_kind = {
        "bool": knob.fallback != "true",
        "int": max(int(number) + 1, int(float(low)) if low.lstrip("-").isdigit() else 0),
        "float": float(low or 0) + 0.75,
        "choice": next((c for c in knob.choices[::-1] if c != knob.fallback), None),
        "color": (0.25, 0.5, 0.125),
        "pair": (-1.5, 2.0),
        "floats": (-1.5, 2.0, 3e9, 0.1),
        "distortion": (-0.1, 0.2, 0.0, 0.0, 3e5),
        "ints": (-1, 2, 3, 2147483647),
        "size": (640, 480),
        "bearing": 100.0,
        "place": (-1.5, 2000000.25, "agl:1.7"),
        "paint": (0.25, 0.5, 0.125),
    }
    if knob.kind in ("text", "path", "name"):
        value = "a b \"q\" \\ 'z' #x: é,bump=2\t null"
    elif knob.kind in by_kind:
        value = by_kind[knob.kind]
    else:
        pytest.fail(f"{knob.name}: give the kind {knob.kind} a sample here, and types in make_knobs.py")
    return [value, "b"] if knob.is_list else value


def value_rows():
    return [name for name, knob in TABLE.items() if knob.kind != "list"]


def test_the_table_is_whole():
    assert len(TABLE) == _core.lib.vd_knob_count()
    for name in value_rows():
        group, field = name.rsplit(".", 1)
        kind = CLASSES[group + "."]
        assert field in kind.__annotations__, name
        assert TABLE[name].help[:20] in " ".join(kind.__doc__.split()), name


@pytest.mark.parametrize("name", value_rows())
def test_every_knob_through_yaml(name):
    group, field = name.rsplit(".", 1)
    value = sample(TABLE[name])
    if group.endswith("[]"):
        kind = CLASSES[group + "."]
        needed = {
            other.rsplit(".", 1)[1]: sample(TABLE[other])
            for other in TABLE
            if other.startswith(group + ".") and not TABLE[other].fallback
        }
        item = kind(**{**needed, field: value})
        scene = vd.Scene(**{group[:-2]: [item]})
        assert getattr(item, field) == value
    else:
        scene = vd.Scene(**{group: {field: value}})
        assert getattr(getattr(scene, group), field) == value
    text = scene.to_yaml()
    back = vd.Scene.from_yaml(text)
    assert back == scene
    assert back.to_yaml() == text
    assert scene != vd.Scene()
    assert field in repr(scene)


def test_plainest_form():
    camera = vd.Camera(size="640x480", view_from=225, projection="ORTHO")
    assert camera == vd.Camera(size=(640, 480), view_from="sw", projection="ortho")
    assert repr(camera) == "Camera(size=(640, 480), projection='ortho', view_from='SW')"
    assert vd.Surface(albedo=[0.5, 0.5, 0.5]).albedo == 0.5
    assert vd.Render(bounces="unlimited").bounces == "unlimited"
    assert vd.Output(path="a.png").path == ["a.png"]


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: vd.Sun(azimuth=400), '--sun-azimuth: "400" is out of range; it takes a number, 0..360 deg'),
        (lambda: vd.Sun(azimuth="north"), '--sun-azimuth: "north" is not a number'),
        (lambda: vd.Camera(size=(640,)), '--camera-size: "640" has too few numbers'),
        (lambda: vd.SunsItem(azimuth=1, altitude=100), 'suns[].altitude: "100" is out of range'),
        (lambda: vd.Render(samples=float("nan")), '--render-samples: "nan" is not a whole number'),
        (lambda: vd.Surface(ramp="a\0b"), "zero character"),
    ],
)
def test_the_librarys_own_words(make, text):
    with pytest.raises(vd.SettingError) as failure:
        make()
    assert text in str(failure.value)
    assert isinstance(failure.value, ValueError)
    assert failure.value.exit_status == 2


def test_the_programs_words_are_the_same(folder, veduta):
    said = veduta("relief", "dem.tif", "-o", "a.png", "--sun-azimuth", "400").stderr
    with pytest.raises(vd.SettingError) as failure:
        vd.relief("dem.tif", azimuth=400)
    assert said == f"veduta: error: {failure.value}\n"


def test_checked_when_set():
    scene = vd.Scene()
    scene.sun.azimuth = 300
    with pytest.raises(vd.SettingError):
        scene.sun.azimuth = -1
    assert scene.sun.azimuth == 300
    with pytest.raises(AttributeError, match="azimut"):
        scene.sun.azimut = 1
    with pytest.raises(AttributeError, match="sunn"):
        scene.sunn = vd.Sun()
    with pytest.raises(TypeError):
        vd.Scene(sun=vd.Sky())
    with pytest.raises(TypeError):
        vd.Scene(sunn={})
    scene.suns = [(315, 45), {"azimuth": 270, "altitude": 30, "strength": 1}]
    assert scene.suns[0] == vd.SunsItem(azimuth=315, altitude=45)


def test_scene_is_data():
    scene = vd.Scene(preset="swiss", sun={"azimuth": 300}, suns=[(315, 45)])
    assert eval(repr(scene), vars(vd)) == scene
    assert copy.deepcopy(scene) == scene
    assert pickle.loads(pickle.dumps(scene)) == scene
    assert repr(vd.Scene()) == "Scene()"
    assert vd.Scene().to_yaml() == "{}\n"
    with pytest.raises(TypeError):
        hash(scene)


def test_files(folder):
    (folder / "below").mkdir()
    scene = vd.Scene(preset="swiss", dem={"path": "dem.tif"}, drape={"path": "/abs/a.tif"})
    scene.surface.ramp = "terrain"
    text = scene.to_yaml("below/scene.yaml")
    assert 'path: ["../dem.tif"]' in text and '"/abs/a.tif"' in text and 'ramp: "terrain"' in text
    back = vd.Scene.from_yaml("below/scene.yaml")
    assert back.preset == "swiss" and back.surface.ramp == "terrain"
    assert back.dem.path == ["below/../dem.tif"]
    assert vd.Scene.from_yaml("sun: {azimuth: 10}\n").sun.azimuth == 10
    with pytest.raises(vd.SettingError, match="scene:2: sun.azimut: unknown key; did you mean"):
        vd.Scene.from_yaml("sun:\n  azimut: 10\n")
    with pytest.raises(vd.InputError, match="none.yaml"):
        vd.Scene.from_yaml("none.yaml")


def test_a_scene_of_either_command():
    assert vd.Scene.from_yaml("dem: {bbox: [0, 0, 1, 1]}\n").dem.bbox == (0, 0, 1, 1)
    assert vd.Scene.from_yaml("camera: {tilt: 10}\n").camera.tilt == 10
    with pytest.raises(vd.SettingError, match="no use"):
        vd.Scene.from_yaml("dem: {bbox: [0, 0, 1, 1]}\ncamera: {tilt: 10}\n")


def test_lists_by_either_name(folder):
    """As the flag that adds to it, and as a scene has it."""
    one = vd.relief("dem.tif", sun=[(315, 45, 1.5), (270, 30, 1)], samples=1)
    assert (one.display() == vd.relief("dem.tif", suns=one_by_one(), samples=1).display()).all()
    with pytest.raises(vd.SettingError, match="sunss: no such setting"):
        vd.relief("dem.tif", sunss=[(315, 45)])


def one_by_one():
    return [vd.SunsItem(azimuth=315, altitude=45, strength=1.5), (270, 30, 1)]


def test_data_in_a_scene(folder, heights):
    scene = vd.Scene(dem={"path": heights})
    with pytest.raises(vd.SettingError, match="dem.path: is data in memory"):
        scene.to_yaml()
    assert scene == scene and scene != vd.Scene(dem={"path": heights.copy()})
    assert vd.relief(scene, cell_size=30, samples=1).width == 64


def test_every_error_has_a_class():
    codes = {name for name in dir(_core.lib) if name.startswith("VD_ERR_")}
    assert {error.code for error in vd.Error.__subclasses__()} == codes
    assert issubclass(vd.ExistsError, FileExistsError) and issubclass(vd.InputError, OSError)


def test_structs_match_the_header():
    for kind, struct in ((vd.Plan, "vd_plan"), (vd.Comparison, "vd_comparison"),
                         (vd.SunPosition, "vd_sun_place"), (vd.SkyMap, "vd_sky_figures")):
        names = [name for name, _ in _core.ffi.typeof(struct).fields]
        assert [n for n in kind.__annotations__ if n != "radiance"] == names
