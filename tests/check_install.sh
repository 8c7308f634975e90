#!/bin/sh
# An installed veduta can be used: by pkg-config and by CMake's find_package, from C, and its header
# from C++; the installed program finds its library; its man pages and completions are in place.
set -eu
[ "$VD_SANITIZE" != ON ] || exit 77 # a consumer would have to be built with the sanitizers too

rm -rf prefix moved consumer
cmake --install "$VD_BUILD_DIR" --prefix "$PWD/prefix" >log 2>&1 || {
    cat log
    exit 1
}
prefix=$PWD/prefix
version=$(sed -n 's/^Version: //p' "$VD_BUILD_DIR/veduta.pc")

mkdir consumer
cat >consumer/main.c <<'END'
#include <stdio.h>
#include <veduta/veduta.h>

int main(void)
{
    vd_context *context;
    if (vd_context_create(NULL, &context) != VD_OK) return 1;
    puts(vd_version());
    vd_context_destroy(context);
    return 0;
}
END
cat >consumer/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.16)
project(consumer C)
find_package(veduta REQUIRED)
add_executable(consumer main.c)
target_link_libraries(consumer PRIVATE veduta::veduta)
END

expect() {
    [ "$2" = "$version" ] || {
        echo "$1: got '$2' and not '$version'"
        exit 1
    }
}

library_dir=$(dirname "$(find "$prefix" -name veduta.pc)")
PKG_CONFIG_PATH=$library_dir
export PKG_CONFIG_PATH
# What was installed elsewhere than configured (a package's staging folder) says so by its prefix.
options=$(pkg-config --define-variable=prefix="$prefix" --cflags --libs veduta)
lib=$(pkg-config --define-variable=prefix="$prefix" --variable=libdir veduta)
# shellcheck disable=SC2086 # a list of options
"$VD_CC" -std=c11 -Wall -Wextra -Wpedantic -Werror consumer/main.c $options -Wl,-rpath,"$lib" \
    -o consumer/by-pkg-config
expect pkg-config "$(consumer/by-pkg-config)"

cmake -S consumer -B consumer/build -DCMAKE_C_COMPILER="$VD_CC" -DCMAKE_PREFIX_PATH="$prefix" \
    >log 2>&1 && cmake --build consumer/build >>log 2>&1 || {
    cat log
    exit 1
}
expect CMake "$(consumer/build/consumer)"

if command -v c++ >/dev/null 2>&1; then
    c++ -x c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$prefix/include" \
        "$prefix/include/veduta/veduta.h" 2>log || {
        grep -v 'pragma once' log
        exit 1
    }
fi

for file in man/man1/veduta.1 man/man1/veduta-relief.1 bash-completion/completions/veduta \
    zsh/site-functions/_veduta; do
    [ -s "$prefix/share/$file" ] || {
        echo "not installed: share/$file"
        exit 1
    }
done

# The whole tree may move: the program looks for the library relative to itself.
mv prefix moved
case $(moved/bin/veduta --version) in
*"$version"*) ;;
*)
    echo "the installed program does not say that it is $version"
    exit 1
    ;;
esac
