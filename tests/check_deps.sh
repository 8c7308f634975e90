#!/bin/sh
# tools/install-deps: silent when all is there; says what it runs; clear when it cannot run anything.
set -eu
script=$VD_SOURCE_DIR/tools/install-deps
shell=$(command -v sh)

fail() {
    echo "$1"
    [ ! -e out ] || cat out
    exit 1
}

# A system on which nothing is: a path of our own.
rm -rf bin
mkdir bin
status=0
PATH=$PWD/bin "$shell" "$script" build >out 2>&1 || status=$?
[ $status -eq 1 ] && [ "$(wc -l <out)" -eq 1 ] && grep -q 'cmake.*gdal.*by hand' out ||
    fail "without a package manager:"

# One with a package manager that does nothing, as root.
printf '#!%s\necho "apt-get ran: $*"\n' "$shell" >bin/apt-get
printf '#!%s\necho 0\n' "$shell" >bin/id
chmod +x bin/apt-get bin/id
ln -s "$(command -v env)" bin/env
status=0
PATH=$PWD/bin "$shell" "$script" check >out 2>&1 || status=$?
[ $status -eq 1 ] || fail "status $status after an installation that brought nothing:"
grep -q '^+ apt-get update' out || fail "does not say what it runs:"
grep -q '^apt-get ran: install .*-y .*libgdal-dev.*libcmocka-dev' out || fail "did not install:"
grep -q 'still missing' out || fail "does not say that things are still missing:"

# The same, but not root and without sudo.
printf '#!%s\necho 1000\n' "$shell" >bin/id
status=0
PATH=$PWD/bin "$shell" "$script" build >out 2>&1 || status=$?
[ $status -eq 1 ] && [ "$(wc -l <out)" -eq 1 ] && grep -q 'as root.*libgdal-dev' out ||
    fail "without sudo:"

# One where everything is: every program there, and a pkg-config that knows every library.
for program in cc make cmake ninja pkg-config gdalinfo c++ clang clang-format; do
    printf '#!%s\nexit 0\n' "$shell" >bin/$program
    chmod +x bin/$program
done
printf '#!%s\necho %s\n' "$shell" "$PWD/bin/python3" >bin/python3 # which has every module
chmod +x bin/python3
PATH=$PWD/bin "$shell" "$script" check >out 2>&1 || fail "fails though all is there:"
[ ! -s out ] || fail "says something though all is there:"
