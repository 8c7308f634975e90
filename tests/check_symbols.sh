#!/bin/sh
# The shared library exports the public API, no more and no less: the names in src/api/exports.txt,
# which are those that veduta.h declares.
set -eu
[ "$VD_SANITIZE" != ON ] || exit 77 # the sanitizers export names of their own

library=
for name in libveduta.so libveduta.dylib; do
    [ ! -e "$VD_BUILD_DIR/$name" ] || library=$VD_BUILD_DIR/$name
done
[ -n "$library" ] || {
    echo "no shared library in $VD_BUILD_DIR"
    exit 1
}

LC_ALL=C sort -u "$VD_SOURCE_DIR/src/api/exports.txt" >listed
case $library in
*.dylib) nm -gU "$library" | awk '{ sub(/^_/, "", $3); print $3 }' ;;
*) nm -D --defined-only "$library" | awk '$3 !~ /^_(init|fini|edata|end|_bss_start)$/ { print $3 }' ;;
esac | LC_ALL=C sort -u >exported
"$VD_CC" -E -P -I"$VD_SOURCE_DIR/include" "$VD_SOURCE_DIR/include/veduta/veduta.h" | tr '\n' ' ' |
    tr ';' '\n' | grep 'visibility("default")' | grep -oE 'vd_[a-z_]+ *\(' | tr -d '( ' |
    LC_ALL=C sort -u >declared

status=0
for what in exported declared; do
    diff listed $what >differences || {
        echo "src/api/exports.txt (<) and the names $what (>) differ:"
        cat differences
        status=1
    }
done
exit $status
