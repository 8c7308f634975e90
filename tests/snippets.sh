# Read by the tests that run documents' snippets, in the folder of the source. Wants $program, $scratch,
# an empty folder, and fail TEXT.

veduta() { # one sample a pixel, two to tell noise by, views small, two frames of a film
    case "$*" in
    *--denoise*) samples=2 ;;
    *) samples=1 ;;
    esac
    for word; do
        case $word in
        *.yaml) ! grep -qs '^denoise:' "$word" || samples=2 ;;
        esac
    done
    case $1 in
    relief) "$program" "$@" --samples $samples --quiet ;;
    render) "$program" "$@" --samples $samples --size 160x90 --quiet ;;
    animate) "$program" "$@" --samples 1 --size 32x18 --frames 1-2 --quiet ;;
    *) "$program" "$@" ;;
    esac
}
make() { # only whether there is such a target
    command make --no-print-directory -n -C "$VD_SOURCE_DIR" "$@" >/dev/null
}
for tool in gdalinfo gdal_translate; do
    command -v "$tool" >/dev/null || eval "$tool() { :; }"
done

# Runs each block of shell and loads each scene file of the documents, in a folder with what they
# speak of: dem.tif, data, and a flight of it with a place for its frames. Leaves their number in
# $blocks.
run_snippets() { # apart | together (the blocks of a document in one folder), documents
    how=$1
    shift
    for document in "$@"; do
        awk -v prefix="$scratch/$(basename "$document" .md)" '
            /^```/ && !file { file = sprintf("%s-%04d.%s", prefix, NR, substr($0, 4)); next }
            /^```/ { close(file); file = ""; next }
            file { print >file }
        ' "$document"
    done
    blocks=0
    for block in "$scratch"/*-*.sh "$scratch"/*-*.yaml; do
        [ -e "$block" ] || continue
        folder=${block%.*}
        [ "$how" = apart ] || folder=${folder%-*}
        if [ ! -d "$folder" ]; then
            mkdir "$folder" "$folder/frames"
            cp tests/data/window.tif "$folder/dem.tif"
            ln -s "$VD_SOURCE_DIR/data" "$folder/data"
            printf '%s\n' 'dem: {path: dem.tif}' 'keyframes:' \
                '  - {frame: 1, knob: camera.view_from, value: 180}' \
                '  - {frame: 200, knob: camera.view_from, value: 250}' >"$folder/flight.yaml"
        fi
        # Not in a condition, where `set -e` would have no effect.
        (
            set -e
            cd "$folder"
            case $block in
            # shellcheck disable=SC1090 # the snippet
            *.sh) . "$block" ;;
            *)
                "$program" relief dem.tif --scene "$block" --dry-run ||
                    "$program" render dem.tif --scene "$block" --dry-run
                ;;
            esac
        ) >"$folder.log" 2>&1
        status=$?
        [ $status -eq 0 ] || {
            fail "a snippet failed, $(basename "$block") (document and line):"
            cat "$block" "$folder.log"
        }
        blocks=$((blocks + 1))
    done
}
