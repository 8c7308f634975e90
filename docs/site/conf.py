"""The documentation site: `make site` builds it with Sphinx into build/site.

The pages are the Markdown files of the repository as they are, which read well without any of this;
their links stay links. Sphinx's source is therefore the whole repository, of which include_patterns
takes the documents. What is generated (the examples, the interface in C) is written by
reference.py into docs/reference, which git ignores; the settings are docs/settings.md, from the
program itself; the Python package speaks for itself by its docstrings.
"""
import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "docs/site"), str(SOURCE / "build/python")]

import reference  # noqa: E402 # beside this file

_header = (SOURCE / "include/veduta/veduta.h").read_text(encoding="utf-8")
_version = [re.search(rf"VD_VERSION_{part} (\d+)", _header)[1] for part in ("MAJOR", "MINOR", "PATCH")]

project = "veduta"
author = copyright = "the veduta authors"
release = version = ".".join(_version)

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "docs/index"
include_patterns = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/*.md",
    "docs/*/*.md",
    "python/README.md",
    "data/README.md",
]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
nitpicky = False

# Declarations in C as the header has them, less the words that macros stand for.
c_id_attributes = ["VD_API", "VD_MUST_USE"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
napoleon_use_ivar = True

html_theme = "furo"
html_title = f"veduta {release}"
html_copy_source = False
html_show_sphinx = False
# The root of the site leads to its contents.
html_extra_path = ["pages"]


def _as_page(app, name, text):
    """Links to what is no page: a folder of examples is the page that shows them."""
    text[0] = re.sub(r"\]\((?:\.\./)?examples/\)", f"]({_up(name)}docs/reference/examples.md)", text[0])


def _up(name):
    return "../" * name.count("/")


def _write_reference(app):
    reference.write(SOURCE)


def setup(app):
    app.connect("builder-inited", _write_reference, priority=100)
    app.connect("source-read", _as_page)
