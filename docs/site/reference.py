"""Writes the generated pages of the site into docs/reference: the examples, the interface in C, the
Python package.

The page of the C interface is the header's own comments and declarations, in its order. A block of
text that begins with /** belongs to the declaration behind it, a plain comment with a line of dashes
is a heading, and the comment at the top an introduction. Nothing is listed here by hand.
"""
import pathlib
import re

TOP = "<!-- Made by docs/site/reference.py; do not edit. -->\n\n"


def text_of(comment):
    """A comment's text as Markdown: stars off; a line further in is a table's, kept as it is."""
    lines = [re.sub(r"^\s*\* ?", "", line).rstrip() for line in comment.splitlines()]
    text = "\n".join(lines).strip()
    return re.sub(r"(?m)^ {1,3}(?=\S)", "", text)


def as_markdown(comment):
    """Code, a column of names or figures, stays in its lines; all else is prose."""
    blocks = []
    for block in re.split(r"\n\s*\n", text_of(comment)):
        if re.search(r"(?m)^ {4,}\S|\S {2,}\S", block):
            blocks.append("```text\n" + block + "\n```")
        else:
            blocks.append(re.sub(r"([<>*])", r"\\\1", block))
    return "\n\n".join(blocks)


def tokens(header):
    """Comments and declarations in their order: ("doc" | "note" | "code", text)."""
    body = header.split('extern "C" {\n#endif', 1)[1].rsplit("#ifdef __cplusplus", 1)[0]
    body = re.sub(r"(?m)^#.*(\\\n.*)*$", "", body)
    at = 0
    while at < len(body):
        rest = body[at:]
        space = re.match(r"\s+", rest)
        if space:
            at += space.end()
            continue
        comment = re.match(r"/\*(\*?)(.*?)\*/", rest, re.DOTALL)
        if comment:
            yield "doc" if comment[1] else "note", comment[2]
            at += comment.end()
            continue
        depth, end = 0, 0
        for end, char in enumerate(rest):
            depth += (char == "{") - (char == "}")
            if char == ";" and depth == 0 and not rest[:end].endswith("*"):
                break
        yield "code", rest[: end + 1]
        at += end + 1


def name_of(code):
    """What a declaration declares, and how Sphinx calls its kind."""
    plain = re.sub(r"/\*.*?\*/", "", code, flags=re.DOTALL)
    kind = re.match(r"typedef (enum|struct)", plain)
    if kind:
        return re.search(r"(\w+)\s*;\s*$", plain)[1], kind[1]
    found = re.search(r"(\w+)\s*\(", re.sub(r"VD_API|VD_MUST_USE", "", plain))
    return (found[1], "function") if found else (None, None)


def c_page(header):
    intro = re.match(r"\s*/\*(.*?)\*/", header, re.DOTALL)[1]
    page = [TOP + "# The C interface", as_markdown(intro),
            "From [`veduta.h`](../../include/veduta/veduta.h); the library is found by pkg-config "
            "(`veduta`) and CMake (`veduta::veduta`)."]
    pending = None
    for kind, text in tokens(header):
        heading = re.match(r"\s*-+ (.*?) -+\s*$", text) if kind == "note" else None
        if heading:
            page.append(f"## {heading[1].capitalize()}")
        elif kind == "doc":
            pending = text
        elif kind == "code":
            name, what = name_of(text)
            if what == "function":
                signature = " ".join(re.sub(r"VD_API|VD_MUST_USE", "", text).split()).rstrip(";")
                page.append(f"```{{c:function}} {signature}\n```")
            elif what:
                page.append(f"```{{c:type}} {name}\n```\n\n```c\n{text.strip()}\n```")
            if pending and what:
                page.append(as_markdown(pending))
            pending = None
    return "\n\n".join(page) + "\n"


def summary_of(script):
    lines = script.read_text(encoding="utf-8").splitlines()
    if script.suffix == ".py":
        return lines[0].strip('"').rstrip()
    first = [line[2:] for line in lines[1:] if line.startswith("# ")]
    return " ".join(line for line in first if not line.startswith(" "))


def examples_page(source):
    page = [TOP + "# Examples",
            "Scripts to run and to take apart. `sh examples/NAME.sh` writes its pictures into "
            "`build/examples`, or into the folder that is named after it; so does "
            "`python examples/python/NAME.py`. The tests run all of them."]
    for title, folder, pattern, language in (
        ("In the shell", "examples", "*.sh", "sh"),
        ("In Python", "examples/python", "*.py", "python"),
        ("Scenes", "examples/scenes", "*.yaml", "yaml"),
    ):
        page.append(f"## {title}")
        for path in sorted((source / folder).glob(pattern)):
            if path.stem == "here":
                continue
            what = summary_of(path) if language != "yaml" else ""
            page.append(f"### {path.name}\n\n{what}\n\n```{{literalinclude}} ../../{folder}/{path.name}\n"
                        f":language: {language}\n```")
    return "\n\n".join(page) + "\n"


PYTHON = TOP + """# The Python package

[Its own page](../../python/README.md) explains it; here is all that it has.

```{eval-rst}
.. automodule:: veduta

Pictures
--------

.. autofunction:: veduta.relief
.. autofunction:: veduta.render
.. autofunction:: veduta.animate
.. autofunction:: veduta.compose
.. autoclass:: veduta.Composition
.. autoclass:: veduta.Picture
   :members:
.. autoclass:: veduta.AOVs

Before and beside a picture
---------------------------

.. autofunction:: veduta.plan
.. autoclass:: veduta.Plan
.. autofunction:: veduta.project
.. autoclass:: veduta.Points
   :members: visible
.. autofunction:: veduta.compare
.. autoclass:: veduta.Comparison

Sun and sky
-----------

.. autofunction:: veduta.sun_position
.. autoclass:: veduta.SunPosition
.. autofunction:: veduta.sun_hours
.. autoclass:: veduta.SunHours
   :members: to_xarray
.. autofunction:: veduta.sky
.. autoclass:: veduta.SkyMap

Inputs in memory
----------------

.. autoclass:: veduta.Raster
.. autoclass:: veduta.Vector

Settings
--------

.. autoclass:: veduta.Scene
   :members: from_yaml, to_yaml
   :inherited-members:
.. autofunction:: veduta.knobs
.. autoclass:: veduta.Knob
.. autofunction:: veduta.presets
.. autofunction:: veduta.build_info

Errors
------

.. autoexception:: veduta.Error
   :members: exit_status
ERRORS
```
"""


def python_page():
    import veduta

    errors = sorted(kind.__name__ for kind in veduta.Error.__subclasses__())
    return PYTHON.replace("ERRORS", "\n".join(f".. autoexception:: veduta.{name}" for name in errors))


def write(source):
    folder = source / "docs/reference"
    folder.mkdir(exist_ok=True)
    header = (source / "include/veduta/veduta.h").read_text(encoding="utf-8")
    pages = {"c-api.md": c_page(header), "examples.md": examples_page(source),
             "python.md": python_page()}
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(pathlib.Path(__file__).resolve().parents[2])
