"""Pictures: the program's own bytes, arrays, files, figures, rasters."""
import struct
import zlib

import numpy as np
import pytest

import veduta as vd


def decode_png(data):
    """An 8-bit PNG that its writer did not filter."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, bits, kind = struct.unpack(">IIBB", data[16:26])
    at, packed = 8, b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += 12 + length
    channels = {2: 3, 6: 4}[kind]
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, -1)
    assert bits == 8 and not rows[:, 0].any()
    return rows[:, 1:].reshape(height, width, channels)


@pytest.mark.parametrize(
    "command, name, flags, knobs",
    [
        ("relief", "a.png", ["-az", "300"], {"azimuth": 300}),
        ("relief", "a.tif", ["--ot", "UInt16", "--preset", "swiss"], {"ot": "UInt16", "preset": "swiss"}),
        ("relief", "a.exr", [], {}),
        ("render", "a.png", ["--size", "48x30", "--tilt", "20"], {"size": (48, 30), "tilt": 20}),
        ("relief", "a.tif", ["--co", "COMPRESS=LZW", "--smooth", "50"],
         {"co": ["COMPRESS=LZW"], "smooth": 50}),
    ],
)
def test_same_bytes_as_the_program(folder, veduta, command, name, flags, knobs):
    run = veduta(command, "dem.tif", "-o", name, "--samples", "2", *flags)
    assert run.returncode == 0, run.stderr
    made = sorted(path for path in folder.glob("a.*"))
    of_program = {path.name: path.read_bytes() for path in made}
    for path in made:
        path.unlink()
    getattr(vd, command)("dem.tif", samples=2, output=name, **knobs)
    assert {path.name: path.read_bytes() for path in folder.glob("a.*")} == of_program
    for path in folder.glob("a.*"):
        path.unlink()
    getattr(vd, command)("dem.tif", samples=2, **knobs).save(name)
    assert {path.name: path.read_bytes() for path in folder.glob("a.*")} == of_program


def test_same_bytes_by_a_scene_file(folder, veduta):
    scene = vd.Scene(preset="imhof", dem={"path": "dem.tif"}, render={"samples": 2})
    scene.to_yaml("scene.yaml")
    assert veduta("relief", "scene.yaml", "-o", "a.png", "--seed", "3").returncode == 0
    of_program = (folder / "a.png").read_bytes()
    for save in (
        lambda: vd.relief(scene, seed=3).save("a.png"),
        lambda: vd.relief("scene.yaml", seed=3).save("a.png"),
        lambda: vd.relief(scene=scene, seed=3, output="a.png"),
    ):
        for path in folder.glob("a.*"):
            path.unlink()
        save()
        assert (folder / "a.png").read_bytes() == of_program


def test_arrays(folder):
    picture = vd.relief("dem.tif", samples=1)
    assert picture.shape == (48, 64, 3) == np.asarray(picture).shape
    assert np.asarray(picture).dtype == np.uint8
    assert np.array(picture, dtype=float).max() <= 255
    wide = picture.display(16)
    assert wide.dtype == np.uint16
    # Half a step of rounding, one of triangular dither, and hundredths of both in 16 bits.
    assert np.abs(wide / 257.0 - picture.display()).max() <= 1.5 * (1 + 1 / 257)
    linear = picture.linear
    assert linear.shape == (48, 64, 4) and linear.dtype == np.float32
    assert linear is picture.linear and not linear.flags.writeable
    assert (linear[..., 3] == 1).all()
    with pytest.raises(vd.UsageError):
        picture.display(12)
    assert repr(picture) == "<veduta.Picture: relief, 64 x 48>"
    view = vd.render("dem.tif", size="20x10", samples=1, background="transparent")
    assert view.shape == (10, 20, 4) and view.geotransform is view.bounds is view.crs is None
    assert view.linear[..., 3].min() == 0


def test_saving(folder):
    picture = vd.relief("dem.tif", samples=1)
    picture.save("a.png")
    first = (folder / "a.png").read_bytes()
    with pytest.raises(FileExistsError, match="a.png"):
        picture.save("a.png")
    picture.save("b.png", exposure=-1)
    assert (picture.display() == vd.relief("dem.tif", samples=1).display()).all()
    assert vd.compare("a.png", "b.png").psnr < 30
    picture.save("c.exr", exr_compression="piz")
    with pytest.raises(vd.SettingError, match="rendered with sun.azimuth: 315"):
        picture.save("d.png", azimuth=300)
    with pytest.raises(vd.SettingError, match="no such setting; did you mean"):
        picture.save("d.png", exposre=1)
    with pytest.raises(vd.OutputError, match="none"):
        picture.save("none/d.png")
    assert not (folder / "d.png").exists()
    assert (folder / "a.png").read_bytes() == first


def test_a_view_is_exposed_afterwards(folder):
    view = vd.render("dem.tif", size=(32, 20), samples=1)
    view.save("a.png", auto_exposure=False, exposure=-9)
    assert vd.compare(view, "a.png", flip=False, ssim=False).psnr < 15
    dark = vd.render("dem.tif", size=(32, 20), samples=1, auto_exposure=False)
    with pytest.raises(vd.SettingError, match="was off when the picture was rendered"):
        dark.save("b.png", auto_exposure=True)


def test_notebook(folder, monkeypatch):
    picture = vd.relief("dem.tif", samples=1)
    assert (decode_png(picture._repr_png_()) == picture.display()).all()
    monkeypatch.setattr("veduta._picture._NOTEBOOK_PIXELS", 1000)
    small = decode_png(picture._repr_png_())
    assert small.shape == (24, 32, 3)
    assert abs(small.mean() - picture.display().mean()) < 1


def test_compare(folder):
    picture = vd.relief("dem.tif", samples=1)
    same = vd.compare(picture, picture)
    assert same.psnr == np.inf and same.ssim == 1 and same.flip == 0 and not same.is_linear
    picture.save("a.exr", ot="Float32")
    linear = vd.compare("a.exr", picture, ssim=False, roi=(1, 2, 30, 20))
    assert linear.is_linear and linear.relmse == 0 and linear.ssim is None and linear.width == 30
    noisy = vd.compare(picture, vd.relief("dem.tif", samples=1, seed=1), diff="d.png")
    assert 10 < noisy.psnr < 60 and 0 < noisy.flip < 0.5 and (folder / "d.png").exists()
    with pytest.raises(vd.SettingError, match="choose the same part"):
        vd.compare(picture, vd.relief("dem.tif", samples=1, output_scale=2))


def test_plans_and_skies(folder):
    plan = vd.plan("dem.tif", output_scale=2)
    assert (plan.width, plan.height, plan.dem_width, plan.dem_files) == (128, 96, 64, 1)
    assert plan.horizontal_unit == "metre" and plan.bounds == vd.relief("dem.tif", samples=1).bounds
    assert vd.plan("dem.tif", command="render", size=(30, 20)).width == 30
    sky = vd.sky(sun=(90, 20), size=(32, 16), output="sky.exr", disc=False)
    assert sky.radiance.shape == (16, 32, 3) and sky.radiance.dtype == np.float32
    assert sky.radiance[6, 8].sum() > 2 * sky.radiance[6, 24].sum()
    assert (folder / "sky.exr").exists() and "radiance" not in repr(sky)


def test_sun_position():
    from datetime import datetime, timezone

    at = datetime(2026, 6, 21, 12, 0, tzinfo=timezone.utc)
    sun = vd.sun_position(at, 0, 0)
    assert abs(sun.altitude - (90 - 23.44)) < 0.1 and abs(sun.azimuth) < 2
    with pytest.raises(vd.SettingError, match="names no"):
        vd.sun_position(datetime(2026, 6, 21), 0, 0)


def test_aovs_in_memory_do_not_stand_in_a_files_way(folder):
    """A picture with AOVs is saved without them too, as one that never had any."""
    vd.relief("dem.tif", samples=1, aov="normal").save("with.png")
    vd.relief("dem.tif", samples=1).save("without.png")
    assert vd.compare("with.png", "without.png").relmse == 0
    with pytest.raises(vd.SettingError, match="no use without a file to write AOVs to"):
        vd.relief("dem.tif", samples=1, aov="normal", output="other.png")


def test_aovs(folder):
    """Each that --aov offers, as an array that is not copied again; normals against the heights."""
    picture = vd.relief("dem.tif", samples=4, aov="all")
    assert len(picture.aovs) > 10 and set(picture.aovs) == set(picture.aovs.channels)
    for name, array in picture.aovs.items():
        assert array.dtype == np.float32 and array.shape[:2] == (48, 64), name
        assert array is picture.aovs[name] and not array.flags.writeable
        owner = array if array.base is None else array.base
        assert np.shares_memory(owner, picture.aovs[name])
    normal = picture.aovs["normal"]
    assert picture.aovs.channels["normal"] == ["X", "Y", "Z"]
    assert np.allclose(np.linalg.norm(normal, axis=2), 1, atol=0.05)
    slope = np.degrees(np.arccos(np.clip(normal[..., 2], -1, 1)))
    assert np.abs(slope - picture.aovs["slope"]).mean() < 2
    position = picture.aovs["position"].astype(float) + picture.aovs.origin
    xmin, ymin, xmax, ymax = picture.bounds
    assert abs(position[..., 0].mean() - (xmin + xmax) / 2) < 5
    with pytest.raises(KeyError, match="no such AOV"):
        picture.aovs["normals"]
    assert not vd.relief("dem.tif", samples=1).aovs
    with pytest.raises(vd.SettingError, match="no AOV"):
        vd.relief("dem.tif", samples=1, aov="normals")


def test_sun_hours(folder, veduta):
    day = vd.sun_hours("dem.tif", date="2026-06-21", step="1h", output="sun.tif")
    assert list(day) == ["sun_hours", "direct", "diffuse", "global"]
    assert np.allclose(day["direct"] + day["diffuse"], day["global"])
    assert day["sun_hours"].shape == (48, 64) and 5 < day["sun_hours"].mean() < 15
    assert day.units["sun_hours"] == "h" and day.geotransform[1] == 30
    of_python = (folder / "sun.tif").read_bytes()
    (folder / "sun.tif").unlink()
    run = veduta("sun-hours", "dem.tif", "-o", "sun.tif", "--date", "2026-06-21", "--step", "1h")
    assert run.returncode == 0, run.stderr
    assert (folder / "sun.tif").read_bytes() == of_python
    with pytest.raises(vd.UsageError, match="no DEM"):
        vd.sun_hours(date="2026-06-21")


def test_xarray(folder):
    xarray = pytest.importorskip("xarray")
    picture = vd.relief("dem.tif", samples=1)
    array = picture.to_xarray()
    assert isinstance(array, xarray.DataArray) and array.dims == ("band", "y", "x")
    assert (array.values == np.moveaxis(picture.display(), 2, 0)).all()
    xmin, ymin, xmax, ymax = picture.bounds
    assert np.isclose(array.x[0], xmin + 15) and np.isclose(array.y[-1], ymin + 15)
    assert "UTM zone 11N" in array.spatial_ref.attrs["crs_wkt"]
    assert (picture.to_xarray("linear").sel(band=4) == 1).all()
    normals = vd.relief("dem.tif", samples=1, aov="normal").to_xarray("normal")
    assert normals.shape == (3, 48, 64) and normals.attrs["long_name"] == ("X", "Y", "Z")
    hours = vd.sun_hours("dem.tif", date="2026-06-21", step="2h").to_xarray()
    assert hours["global"].dims == ("y", "x") and np.isclose(hours.x[0], xmin + 15)
    # And back: a DEM of the picture lies where the picture does.
    again = vd.relief(array[0].astype("float32"), samples=1)
    assert np.allclose(again.geotransform, picture.geotransform) and again.crs == picture.crs
    rioxarray = pytest.importorskip("rioxarray")
    assert rioxarray and array.rio.crs.to_epsg() == 32611


def test_plot(folder):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    picture = vd.relief("dem.tif", samples=1)
    axes = picture.plot()
    xmin, ymin, xmax, ymax = picture.bounds
    assert axes.get_xlim() == (xmin, xmax) and axes.get_ylim() == (ymin, ymax)
    assert axes.get_xlabel() == "Easting"
    view = vd.render("dem.tif", size="20x10", samples=1)
    assert view.plot(ax=axes) is axes and not axes.axison


def test_presets_and_build():
    assert vd.presets()["swiss"]
    info = vd.build_info()
    assert any("GDAL" in key for key in info), info
