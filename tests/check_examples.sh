#!/bin/sh
# Every example runs, at one sample a pixel, views small, and leaves pictures that GDAL can read.
# Scenes of the gallery under a physical sky, each of which takes seconds to compute, are looked at
# without rendering, unless VEDUTA_EXAMPLES is "all" (long_examples.sh).
set -eu
VEDUTA=$PWD/veduta
VEDUTA_FLAGS="--samples 1 --bounces 0 --quiet"
VEDUTA_VIEW_FLAGS="--size 160x90"
export VEDUTA VEDUTA_FLAGS VEDUTA_VIEW_FLAGS

rm -rf out
failed=0
cat >veduta <<END
#!/bin/sh
case "\${VEDUTA_BRIEF:-} \$2" in
scenes*/scenes/*.yaml) ! grep -qE 'physical|golden-hour' "\$2" || set -- "\$@" --dry-run ;;
esac
exec "$VD_BUILD_DIR/veduta" "\$@"
END
chmod +x veduta
fail() {
    echo "$1"
    failed=1
}

for example in "$VD_SOURCE_DIR"/examples/*.sh; do
    name=$(basename "$example" .sh)
    case $name in # noise is told by two halves of the samples, in some of the scenes too
    denoised | scenes | through_a_lens) flags="--samples 2 --bounces 0 --quiet" ;;
    *) flags=$VEDUTA_FLAGS ;;
    esac
    brief=$name
    [ "${VEDUTA_EXAMPLES:-}" != all ] || brief=
    VEDUTA_BRIEF=$brief VEDUTA_FLAGS=$flags sh "$example" "out/$name" >log 2>&1 || {
        fail "$name.sh failed:"
        cat log
        continue
    }
    pictures=0
    for picture in "out/$name"/*.tif "out/$name"/*.png; do
        [ -e "$picture" ] || continue
        pictures=$((pictures + 1))
        ! command -v gdalinfo >/dev/null || gdalinfo "$picture" >log 2>&1 || {
            fail "$name.sh made a picture that gdalinfo cannot read: $picture"
            cat log
        }
    done
    [ $pictures -gt 0 ] || fail "$name.sh made no picture"
    grep -q "sh examples/$name.sh" "$example" || fail "$name.sh does not say how it is run"
done
exit $failed
