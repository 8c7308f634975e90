#!/bin/sh
# The reference reliefs at the other renderer's own numbers of samples, where `make check` takes 64.
VEDUTA_TEST_SAMPLES=2048 exec "$VD_BUILD_DIR/tests/bin/test_reference"
