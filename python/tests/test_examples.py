"""The scripts of examples/python, each in a process of its own, at one sample a pixel; the code of
the notebook."""
import json
import os
import subprocess
import sys

import pytest

import veduta as vd
from conftest import SOURCE

SCRIPTS = [path for path in sorted((SOURCE / "examples/python").glob("*.py")) if path.stem != "here"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_example(tmp_path, script):
    run = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "VEDUTA_FLAGS": "--samples 1 --bounces 0"},
    )
    assert run.returncode == 0, run.stderr
    assert any(path.stat().st_size > 1000 for path in tmp_path.iterdir()), "no picture"
    text = script.read_text(encoding="utf-8")
    assert f"python examples/python/{script.name} [OUTDIR]" in text, "does not say how it is run"


def test_notebook(monkeypatch, capsys):
    """Its cells in a row, one sample a pixel; tests/long_python.sh has Jupyter run it as it is."""
    for name in ("relief", "render"):
        quick = getattr(vd, name)
        monkeypatch.setattr(
            vd, name, lambda *args, _quick=quick, **knobs: _quick(*args, **{**knobs, "samples": 1})
        )
    notebook = json.loads((SOURCE / "examples/terrain.ipynb").read_text(encoding="utf-8"))
    monkeypatch.chdir(SOURCE / "examples")
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] for cell in cells), "outputs are kept out of the repository"
    names = {}
    for cell in cells:
        exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    assert len(names["view"]._repr_png_()) > 10000
    assert "visible" in capsys.readouterr().out


def test_there_are_some():
    assert len(SCRIPTS) >= 5
