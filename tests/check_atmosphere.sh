#!/bin/sh
# The tables of sky and air against path tracing, briefly: one sun, one haze, and so many paths that
# the reference's own noise is below half of what is allowed.
exec "$VD_BUILD_DIR/bench/bin/atmosphere_reference" quick
