#!/bin/sh
# Ten million rays against the exact surface, where `make check` traces one million.
VEDUTA_TEST_RAYS=10000000 exec "$VD_BUILD_DIR/tests/bin/test_intersect"
