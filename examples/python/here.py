"""Read by the examples: where the sample data are, and where pictures go.

`data` is the folder of the samples, `out` that for pictures (the first argument, or build/examples).
`quick` are knobs that every picture takes besides: none, or those of VEDUTA_FLAGS, as in
VEDUTA_FLAGS="--samples 4" for a quick look.
"""
import os
import pathlib
import sys

_source = pathlib.Path(__file__).resolve().parents[2]
data = _source / "data"
out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else _source / "build" / "examples")
out.mkdir(parents=True, exist_ok=True)

_words = os.environ.get("VEDUTA_FLAGS", "").replace("=", " ").split()
quick = {"overwrite": True}
for _word, _next in zip(_words, _words[1:] + ["--"]):
    if _word.startswith("--"):
        _name = _word[2:].replace("-", "_")
        quick[_name] = True if _next.startswith("--") else float(_next) if "." in _next else int(_next)
