#!/bin/sh
# Every example, with all scenes of the gallery rendered.
VEDUTA_EXAMPLES=all exec sh "$VD_SOURCE_DIR/tests/check_examples.sh"
