"""Animations: the program's frames, and what must be said of them."""
import pytest

import veduta as vd

KNOBS = {"size": (40, 30), "samples": 1, "bounces": 0}
FLAGS = ["--size", "40x30", "--samples", 1, "--bounces", 0]


def test_frames_are_the_programs(folder, veduta):
    (folder / "ours").mkdir()
    (folder / "theirs").mkdir()
    assert vd.animate("dem.tif", "ours/%02d.exr", orbit=90, length=3, **KNOBS) == 3
    run = veduta("animate", "dem.tif", "-o", "theirs/%02d.exr", "--orbit", 90, "--length", 3, *FLAGS)
    assert run.returncode == 0, run.stderr
    for frame in ("01.exr", "02.exr", "03.exr"):
        assert vd.compare(f"ours/{frame}", f"theirs/{frame}").relmse == 0
    assert vd.compare("ours/01.exr", "ours/03.exr").relmse > 0
    (folder / "ours/02.exr").unlink()
    assert vd.animate("dem.tif", "ours/%02d.exr", orbit=90, length=3, **KNOBS) == 1


def test_keyframes_as_data(folder):
    """A scene's keyframes; one moment of it is a picture like any other."""
    scene = vd.Scene(camera={"size": (40, 30)}, animation={"noise": "still"})
    scene.keyframes = [
        vd.KeyframesItem(frame=1, knob="sun.altitude", value="10"),
        {"frame": 3, "knob": "sun.altitude", "value": "60"},
    ]
    assert vd.Scene.from_yaml(scene.to_yaml()) == scene
    low = vd.render("dem.tif", scene=scene, samples=1, frame=1, progress=False)
    plain = vd.render("dem.tif", size=(40, 30), altitude=10, samples=1, progress=False)
    assert (low.linear == plain.linear).all()
    assert vd.animate("dem.tif", "%d.png", scene=scene, samples=1, frames="2-3") == 2
    assert sorted(path.name for path in folder.glob("?.png")) == ["2.png", "3.png"]


def test_what_cannot_be_animated(folder):
    with pytest.raises(vd.UsageError, match="no output"):
        vd.animate("dem.tif", orbit=90, length=3)
    with pytest.raises(vd.SettingError, match="nothing moves"):
        vd.animate("dem.tif", "%d.png")
    with pytest.raises(vd.SettingError, match="frame.png"):
        vd.animate("dem.tif", "frame.png", orbit=90, length=3)


def test_interrupted(folder):
    """What is raised in a callback ends the run; frames that are whole stay."""

    def stop(phase, fraction):
        if (folder / "1.png").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vd.animate("dem.tif", "%d.png", orbit=90, length=50, progress=stop, **KNOBS)
    assert (folder / "1.png").exists() and not (folder / "50.png").exists()
