#!/bin/sh
# A quick look without its noise: rendered with few samples as it is, denoised, and by many samples
# to compare; a sky-view factor denoised by itself; noise taken out afterwards, of an OpenEXR; and
# where Open Image Denoise is, by that.
#   sh examples/denoised.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# Into the shadow of Zion's walls, where light comes from the sky and from other rock.
look() { # name, flags
    name=$1
    shift
    veduta render "$here/examples/scenes/zion_strata.yaml" --size 360x225 --fov 6 \
        -o "$out/look_$name.png" "$@"
}
look noisy --samples 8
look denoised --samples 8 --denoise nlm
look careful --samples 64
for name in noisy denoised; do
    echo "$name, beside many samples:"
    veduta compare "$out/look_careful.png" "$out/look_$name.png" --metric psnr,ssim
done

# AOVs that are shares have noise of their own, and lose it.
veduta relief "$data/bigtujunga.tif" --srcwin 300,60,320,220 --samples 16 --denoise nlm \
    --aov sky_visibility,ao -o "$out/clean_{aov}.tif" -o "$out/clean_{aov}.png"

# Later: the file has to hold what the filter goes by.
veduta relief "$data/bigtujunga.tif" --srcwin 300,60,320,220 --samples 16 \
    --aov albedo,normal,beauty_half -o "$out/noisy.exr"
veduta compose "$out/noisy.exr" -o "$out/clean.png" --denoise nlm

# Its library, which the PyPI package pyoidn brings too: OIDN=.../libOpenImageDenoise.so.2
[ -z "${OIDN:-}" ] || look oidn --samples 8 --denoise oidn --oidn-library "$OIDN"
