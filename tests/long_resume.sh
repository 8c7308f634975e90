#!/bin/sh
# Twenty kills, where `make check` has four.
VEDUTA_TEST_KILLS=20 exec sh "$VD_SOURCE_DIR/tests/check_resume.sh"
