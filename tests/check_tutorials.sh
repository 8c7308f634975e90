#!/bin/sh
# The tutorials of docs/tutorials can be followed: their snippets run, one after the other as a reader
# types them, at one sample a pixel. Those in Python are run by python/tests/test_documents.py, flags
# and links looked up by check_docs.sh.
set -u
program=$VD_BUILD_DIR/veduta
cd "$VD_SOURCE_DIR" || exit 1
scratch=$VD_BUILD_DIR/tests/check_tutorials/scratch
rm -rf "$scratch"
mkdir -p "$scratch" || exit 1

failed=0
fail() {
    echo "$1"
    failed=1
}

. tests/snippets.sh
run_snippets together docs/tutorials/*.md
[ $blocks -ge 20 ] || fail "only $blocks snippets were found"
exit $failed
