"""What the tests share: a folder with a small DEM to work in, and the program to compare with."""
import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import pytest

SOURCE = pathlib.Path(os.environ.get("VD_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
WIDTH, HEIGHT = 64, 48


@pytest.fixture(scope="session")
def small_dem(tmp_path_factory):
    """Part of the DEM of the other tests, 64 x 48 cells of 30 m."""
    path = tmp_path_factory.mktemp("dem") / "dem.tif"
    translate = shutil.which("gdal_translate")
    if translate is None:
        pytest.skip("no gdal_translate")
    subprocess.run(
        [translate, "-q", "-srcwin", "100", "100", str(WIDTH), str(HEIGHT)]
        + [str(SOURCE / "tests/data/window.tif"), str(path)],
        check=True,
    )
    return path


@pytest.fixture
def folder(small_dem, tmp_path, monkeypatch):
    """The working directory, with dem.tif in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    shutil.copy(small_dem, tmp_path / "dem.tif")
    return tmp_path


@pytest.fixture(scope="session")
def heights(small_dem):
    """The cells of that DEM, [48][64]."""
    raw = small_dem.with_suffix(".raw")
    subprocess.run(
        ["gdal_translate", "-q", "-of", "ENVI", "-ot", "Float32", str(small_dem), str(raw)],
        check=True,
    )
    return np.fromfile(raw, np.float32).reshape(HEIGHT, WIDTH)


@pytest.fixture(scope="session")
def veduta():
    """Runs the program in the working directory."""
    program = os.path.join(os.environ.get("VD_BUILD_DIR", SOURCE / "build"), "veduta")
    if not os.path.exists(program):
        pytest.skip("no program beside the package")

    def run(*arguments):
        return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)

    return run


@pytest.fixture
def python(folder):
    """Runs Python code in a process of its own and returns what it prints."""

    def run(code, *arguments):
        result = subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run
