#!/bin/sh
# A hundred million rays through every tracer, where `make check` traces two million.
VEDUTA_TEST_RAYS=100000000 exec "$VD_BUILD_DIR/tests/bin/test_batch"
