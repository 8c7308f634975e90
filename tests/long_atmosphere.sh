#!/bin/sh
# The same under seven suns and two hazes, with less noise.
exec "$VD_BUILD_DIR/bench/bin/atmosphere_reference" long 1000
