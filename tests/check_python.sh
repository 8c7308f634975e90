#!/bin/sh
# The Python package: its own tests (python/tests), with the package as it was built here.
set -u
[ "$VD_SANITIZE" != ON ] || exit 77 # an interpreter that is not built so cannot load it

cd "$VD_SOURCE_DIR" || exit 1
python=$(tools/find-python cffi numpy pytest Python.h) && [ -d "$VD_BUILD_DIR/python" ] || {
    echo "no Python with cffi, numpy, pytest and headers: tools/install-deps check"
    [ -z "${CI:-}" ] || exit 1
    exit 77
}
mkdir -p "$VD_BUILD_DIR/tests/check_python"
PYTHONPATH=$VD_BUILD_DIR/python PYTHONDONTWRITEBYTECODE=1 exec "$python" -m pytest \
    -p no:cacheprovider --basetemp="$VD_BUILD_DIR/tests/check_python/scratch" "${@:-python/tests}"
