"""Writes the C source of the extension module from the public header.

    python make_module.py include/veduta/veduta.h _veduta.c

The module is cffi's, in API mode: a C compiler checks every declaration against the header, and the
result keeps to Python's limited API, so that one binary serves all versions. Nothing is listed
here: what veduta.h declares, the module has.
"""
import re
import sys

import cffi

# What C calls back; _core.py defines them.
CALLBACKS = """
extern "Python" void py_progress(void *user, const char *phase, double fraction);
extern "Python" int py_cancel(void *user);
extern "Python" void py_message(void *user, vd_level level, const char *text);
extern "Python" void py_text(void *user, const char *text, size_t length);
extern "Python" void py_preset(void *user, const char *name, const char *summary,
                               const char *path);
extern "Python" void py_maps(void *user, const vd_band_maps *maps);
"""


def declarations(header: str) -> str:
    """The header without what a parser of plain C does not take: comments, the preprocessor, the
    words that macros stand for."""
    text = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    text = re.sub(r"#ifdef __cplusplus.*?#endif", "", text, flags=re.DOTALL)
    text = re.sub(r"(?m)^\s*#.*$", "", text)
    return re.sub(r"\bVD_(API|MUST_USE)\b", "", text)


def main() -> None:
    header, output = sys.argv[1:]
    with open(header, encoding="utf-8") as file:
        text = file.read()
    builder = cffi.FFI()
    builder.cdef(declarations(text) + CALLBACKS)
    builder.set_source("veduta._veduta", '#include "veduta/veduta.h"\n')
    builder.emit_c_code(output)


if __name__ == "__main__":
    main()
