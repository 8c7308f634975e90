"""Points in pictures and pictures of OpenEXRs: as the program has them."""
import csv
import io

import numpy as np
import pytest

import veduta as vd

VIEW = {"view_from": "S", "tilt": 30, "size": (320, 200)}
FLAGS = ["--view-from", "S", "--tilt", 30, "--size", "320x200"]
PLACES = [(392900, 3798500), (392900, 3798500, 1500), (392900, 3798500, "agl:20"), (1, 2)]


def rows_of(program, *arguments):
    return list(csv.DictReader(io.StringIO(program("project", *arguments).stdout)))


def assert_same(points, rows):
    for name in points:
        theirs = [row[name] for row in rows]
        if points[name].dtype.kind == "f":
            theirs = np.array([float(cell or "nan") for cell in theirs])
            np.testing.assert_array_equal(points[name], theirs)
        else:
            assert list(points[name]) == theirs


def test_points_are_the_programs(folder, veduta):
    flags = [f for place in PLACES for f in ("--point", ",".join(map(str, place)))]
    points = vd.project("dem.tif", PLACES, **VIEW)
    assert_same(points, rows_of(veduta, "dem.tif", *FLAGS, *flags))
    assert points["state"].shape == (4,) and points.visible.dtype == bool
    assert points["z"][2] == pytest.approx(points["z"][0] + 20, abs=0.002)


def test_points_of_files_and_shapes(folder, veduta):
    (folder / "peaks.csv").write_text("name,x,y\nÄ peak,392900,3798500\nb,393100,3798300\n")
    points = vd.project("dem.tif", "peaks.csv", height_above_ground=5, **VIEW)
    flags = ["--points", "peaks.csv", "--height-above-ground", 5]
    assert_same(points, rows_of(veduta, "dem.tif", *FLAGS, *flags))
    assert list(points["name"]) == ["Ä peak", "b"]
    shape = {
        "type": "Feature",
        "properties": {"name": "c", "code": 7},
        "geometry": {"type": "Point", "coordinates": [392900, 3798500]},
    }
    same = vd.project("dem.tif", vd.Vector(shape, crs="EPSG:32611"), height_above_ground=5, **VIEW)
    assert same["pixel_x"][0] == points["pixel_x"][0] and same["code"][0] == 7
    degrees = vd.project("dem.tif", [(-118.1641306, 34.3222420)], crs="EPSG:4326", command="relief")
    assert degrees["state"][0] == "visible" and np.isnan(degrees["depth"][0])


def test_points_on_a_map_are_where_its_geotransform_says(folder):
    relief = vd.relief("dem.tif", samples=1)
    x0, dx, _, y0, _, dy = relief.geotransform
    points = vd.project("dem.tif", np.array([[x0 + 10.5 * dx, y0 + 20.5 * dy]]), command="relief")
    assert points["pixel_x"][0] == pytest.approx(10.5, abs=0.002)
    assert points["pixel_y"][0] == pytest.approx(20.5, abs=0.002)


def test_points_that_are_none(folder):
    with pytest.raises(vd.UsageError, match="no points"):
        vd.project("dem.tif")
    with pytest.raises(vd.SettingError, match="x, y or x, y, z"):
        vd.project("dem.tif", [(1, 2, 3, 4)])
    with pytest.raises(vd.SettingError, match="no height"):
        vd.project("dem.tif", [(1, 2, "5")])
    with pytest.raises(vd.InputError, match="none.csv"):
        vd.project("dem.tif", "none.csv")
    assert len(vd.project("dem.tif", [])["state"]) == 0


def test_compose_is_the_programs(folder, veduta):
    vd.relief("dem.tif", samples=2, bounces=0, aov="lights").save("light.exr")
    made = vd.compose("light.exr", ["a.png", "a.tif"], exposure=0.5, light_weights=[("light_sky", 2)])
    assert (made.width, made.height, made.files) == (64, 48, ("a.png", "a.tif"))
    ours = [(folder / name).read_bytes() for name in made.files]
    flags = ["--exposure", 0.5, "--light-weight", "light_sky,2", "-o", "a.png", "-o", "a.tif"]
    for file in folder.glob("a.*"):
        file.unlink()
    run = veduta("compose", "light.exr", *flags)
    assert run.returncode == 0, run.stderr
    assert ours == [(folder / name).read_bytes() for name in made.files]
    with pytest.raises(vd.ExistsError):
        vd.compose("light.exr", "a.png")
    with pytest.raises(vd.SettingError):
        vd.compose("light.exr", "c.png", exposure=99)
    with pytest.raises(vd.InputError):
        vd.compose("none.exr", "c.png")
