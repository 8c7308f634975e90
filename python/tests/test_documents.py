"""What documents say in Python runs: the snippets, the docstrings' examples, the types."""
import doctest
import importlib
import pkgutil
import re
import subprocess
import sys

import pytest

import veduta as vd
from conftest import SOURCE

DOCUMENTS = ["README.md", "python/README.md", "docs/guide.md", "docs/tutorials/8-python.md"]


def snippets():
    for name in DOCUMENTS:
        text = (SOURCE / name).read_text(encoding="utf-8")
        for match in re.finditer(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            line = text[: match.start()].count("\n") + 1
            yield pytest.param(match.group(1), id=f"{name}:{line}")


@pytest.mark.parametrize("code", list(snippets()))
def test_snippets(folder, code, monkeypatch):
    """Each block by itself, one sample a pixel, where what it imports is installed."""
    for module in re.findall(r"^import (\w+)", code, re.MULTILINE):
        pytest.importorskip(module)
    if "plot(" in code:
        pytest.importorskip("matplotlib").use("agg")
    if "to_xarray(" in code:
        pytest.importorskip("xarray")
    for name in ("relief", "render"):
        quick = getattr(vd, name)
        monkeypatch.setattr(
            vd, name, lambda *args, _quick=quick, **knobs: _quick(*args, **{**knobs, "samples": 1})
        )
    exec(compile(code, "snippet", "exec"), {"__name__": "snippet"})


def test_readme_has_one():
    assert any("README.md" in str(s.id) for s in snippets())


@pytest.mark.parametrize("name", [m.name for m in pkgutil.iter_modules(vd.__path__)])
def test_docstrings(folder, name):
    module = importlib.import_module(f"veduta.{name}")
    result = doctest.testmod(module)
    assert result.failed == 0


def test_public_things_are_documented():
    for name in vd.__all__:
        thing = getattr(vd, name)
        assert (thing.__doc__ or "").strip(), name


WRONG = {
    'vd.relief("a.tif", azimut=3)': "azimut",
    'vd.relief("a.tif", azimuth="3")': "azimuth",
    'vd.relief("a.tif", view_from="SW")': "view_from",
    'vd.Camera(projection="lens")': "projection",
}


def test_types(folder):
    """The package under mypy's strict rules, and what those must refuse of its users."""
    pytest.importorskip("mypy")
    lines = ["import veduta as vd", 'vd.relief("a.tif", azimuth=3, suns=[(1, 2)], size=(3, 4))']
    (folder / "user.py").write_text("\n".join([*lines, *WRONG]), encoding="utf-8")

    def mypy(*arguments):
        command = [sys.executable, "-m", "mypy", "--strict", *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    run = mypy("-p", "veduta")
    assert run.returncode == 0, run.stdout
    said = [line for line in mypy("user.py").stdout.splitlines() if ": error:" in line]
    assert [int(line.split(":")[1]) for line in said] == [3, 4, 5, 6], said
    assert all(word in line for word, line in zip(WRONG.values(), said)), said
