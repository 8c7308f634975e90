"""Calls: progress, Ctrl-C, threads, logging."""
import logging
import sys
import threading
import time
import types

import numpy as np
import pytest

import veduta as vd


def slow(**knobs):
    """A picture that takes far longer than any of these tests."""
    return vd.relief("dem.tif", output_scale=20, samples=65536, threads=1, **knobs)


def test_progress(folder):
    told = []
    vd.relief("dem.tif", samples=1, progress=lambda *news: told.append(news))
    phases = list(dict.fromkeys(phase for phase, _ in told))
    assert "read" in phases and phases[-1] == "render"
    for phase in phases:
        fractions = [f for p, f in told if p == phase]
        assert fractions == sorted(fractions) and 0 <= fractions[0] and fractions[-1] == 1


def test_what_progress_raises_ends_the_run(folder):
    class Enough(Exception):
        pass

    def stop(phase, fraction):
        if phase == "render":
            raise Enough("now")

    start = time.monotonic()
    with pytest.raises(Enough, match="now"):
        slow(progress=stop)
    assert time.monotonic() - start < 5
    vd.relief("dem.tif", samples=1)


def test_ctrl_c(python):
    code = """
import os, signal, sys, threading, time
import veduta as vd
threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
start = time.monotonic()
try:
    vd.relief("dem.tif", output_scale=20, samples=65536, output="never.png")
except KeyboardInterrupt:
    print("interrupted", time.monotonic() - start < 5, os.path.exists("never.png"))
print(vd.relief("dem.tif", samples=1).width)
"""
    assert python(code) == "interrupted True False\n64\n"


def test_the_lock_is_free_meanwhile(folder):
    """While one thread renders, another runs Python: it counts far beyond what the callbacks' own
    turns would let it."""
    counts, done = [0], threading.Event()

    def count():
        while not done.is_set():
            counts[0] += 1

    class Enough(Exception):
        pass

    start = time.monotonic()

    def stop(phase, fraction):
        if time.monotonic() - start > 0.4:
            raise Enough

    other = threading.Thread(target=count)
    other.start()
    with pytest.raises(Enough):
        slow(progress=stop)
    done.set()
    other.join()
    assert counts[0] > 100_000


def test_threads(folder, heights):
    """Several at once give what one after another gives."""
    knobs = [{"azimuth": 45 * i, "threads": 1, "samples": 2, "cell_size": 30} for i in range(6)]
    expected = [vd.relief(heights, **k).linear for k in knobs]
    made = [None] * len(knobs)

    def work(i):
        made[i] = vd.relief(heights, **knobs[i]).linear

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(knobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for a, b in zip(made, expected):
        assert (a == b).all()


def test_one_picture_in_threads(folder):
    picture = vd.relief("dem.tif", samples=1)
    expected, made = picture.display(), []
    threads = [threading.Thread(target=lambda: made.append(picture.display())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4 and all((values == expected).all() for values in made)


def test_logging(folder, heights, caplog):
    caplog.set_level(logging.INFO, "veduta")
    filled = heights.copy()
    filled[0, 0] = -32768
    vd.relief(vd.Raster(filled, name="hills"), cell_size=30, samples=1)
    (warning,) = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert warning.name == "veduta" and warning.getMessage().startswith("hills: its lowest height")
    caplog.clear()
    vd.relief("dem.tif", samples=1, sun_time="2026-06-21T12:00-07:00")
    assert any("azimuth" in r.getMessage() and r.levelno == logging.INFO for r in caplog.records)


class Bar:
    """What tqdm is, for this."""

    made = []

    def __init__(self, **options):
        self.n, self.closed, self.options = 0, False, options
        Bar.made.append(self)

    def update(self, step):
        self.n += step

    def close(self):
        self.closed = True


@pytest.fixture
def tqdm(monkeypatch):
    auto = types.ModuleType("tqdm.auto")
    auto.tqdm = Bar
    monkeypatch.setitem(sys.modules, "tqdm", types.ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", auto)
    Bar.made = []
    return Bar


def test_bars_of_tqdm(folder, tqdm):
    vd.relief("dem.tif", samples=1)
    assert [bar.options["desc"] for bar in tqdm.made][-1] == "render"
    assert all(bar.closed and np.isclose(bar.n, 100) for bar in tqdm.made)
    count = len(tqdm.made)
    vd.relief("dem.tif", samples=1, progress=False)
    vd.relief("dem.tif", samples=1, quiet=True)
    assert len(tqdm.made) == count
    with pytest.raises(vd.InputError):
        vd.relief("none.tif")


def test_without_tqdm(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    vd.relief("dem.tif", samples=1)


def test_nothing_is_left_behind(folder, heights):
    """Many runs and failures: no handle, loan or file stays."""
    import gc
    import resource

    def once(i):
        vd.relief(heights, cell_size=30, samples=1, output_scale=0.25).display()
        with pytest.raises(vd.Error):
            vd.relief(heights, cell_size=30, azimuth=300, sun_time="never")

    for i in range(20):
        once(i)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for i in range(100):
        once(i)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024


def test_memory(python):
    """An array is copied once at most: what a run adds to it is the heights that rays read, which
    the library keeps anyway, and as much as the run takes on a file of a few cells."""
    code = """
import sys
import numpy as np
import veduta as vd

def peak():
    return max(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmHWM")) / 1024

side = int(sys.argv[1])
y, x = np.ogrid[0:side, 0:side]
array = np.empty((side, side), np.float32)
for row in range(0, side, 256):
    array[row:row + 256] = 900 + 200 * np.sin(x / 70) * np.cos(y[row:row + 256] / 90)
vd.relief(array[:64, :64], cell_size=10, samples=1, size="64x64")
before = peak()
vd.relief(array, cell_size=10, samples=1, size="64x64")
print(peak() - before, array.nbytes / 2**20)
"""
    pytest.importorskip("resource")
    if not sys.platform.startswith("linux"):
        pytest.skip("reads /proc")
    added, size = map(float, python(code, 8192).split())
    # One copy as posts, 0.27 bytes a cell of pyramid, and 24 MiB of this and that.
    assert added < size * (1 + 0.27 / 4) + 24, (added, size)


def test_import_is_quick(python):
    code = "import time; t = time.process_time(); import veduta; print(time.process_time() - t)"
    assert min(float(python(code)) for _ in range(3)) < 0.3
    assert python("import sys, veduta; print('numpy' in sys.modules)") == "False\n"


def test_taking_back(folder):
    scene = vd.Scene(sun={"azimuth": 20}, materials=[{"name": "lawn"}])
    plain = vd.relief("dem.tif", samples=1, output_dither=False)
    taken = vd.relief(
        "dem.tif", scene=scene, samples=1, no_azimuth=True, no_materials=True, no_output_dither=True
    )
    assert np.array_equal(plain.display(), taken.display())
    with pytest.raises(vd.SettingError, match="no_fog: is True or False"):
        vd.relief("dem.tif", no_fog="height")
