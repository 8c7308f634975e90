"""The scripts of examples/python, each in a process of its own, at one sample a pixel."""
import os
import subprocess
import sys

import pytest

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


def test_there_are_some():
    assert len(SCRIPTS) >= 5
