#!/usr/bin/env bash
# Runs the transcripts of the command line: what was typed, and what came of it, held in files.
#
#   bash tests/cli/run.sh PROGRAM [FILE.t ...]      runs all of tests/cli/*.t, or those named
#   UPDATE=1 bash tests/cli/run.sh PROGRAM ...      writes what happened into those that failed
#
# A transcript is a row of cases. A line's first characters say what it is:
#
#   ## name      begins a case; every case runs in an empty folder of its own (but for data, a link)
#   # text       a comment
#   @ need WORD  skips the case where a program or file is missing, or (@ need user) for root
#   $ command    what is typed, a line of bash; `veduta` is the program under test, $VEDUTA its path,
#                and `grid COLUMNS ROWS` writes a small DEM
#   ? status     exit status of the last command; 0 when there is no such line
#   > line       a line of standard output            >~ pattern   one that matches a bash pattern
#   ! line       a line of standard error             !~ pattern   likewise
#   >~ ...       any number of lines (!~ ... too)
#   = files      exactly what is in the folder afterwards, in order; not compared if not written
#
# Where nothing is written of a stream, it has to be empty. Exit status: 0 when every case passes.
set -u
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ $# -lt 1 ] || [ ! -x "$1" ]; then
    echo "usage: run.sh PROGRAM [FILE.t ...]: PROGRAM must be veduta" >&2
    exit 2
fi
VEDUTA=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
[ $# -gt 0 ] || set -- "$here"/*.t
scratch=$(mktemp -d "${PWD}/transcripts.XXXXXX") || exit 2
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT

# The folder's own settings only: nothing of the person who runs the tests.
export VEDUTA HOME=$scratch/home XDG_CONFIG_HOME=$scratch/home TERM=dumb
unset COLUMNS
mkdir "$scratch/home"

veduta() { "$VEDUTA" "$@"; }

# A slope with a ridge in it, on cells of 30 m without a CRS, as an ESRI ASCII grid.
grid() { # columns, rows
    echo "ncols $1"
    echo "nrows $2"
    echo "xllcorner 500000"
    echo "yllcorner 4000000"
    echo "cellsize 30"
    echo "nodata_value -9999"
    local x y
    for ((y = 0; y < $2; y++)); do
        for ((x = 0; x < $1; x++)); do printf '%d ' $((100 + 2 * x + y % 5 * 9)); done
        echo
    done
}

passed=0 failed=0 skipped=0

# matches TEXT_FILE EXPECTED_FILE: lines of the second are "=text" or "~pattern".
matches() {
    local -a actual expected
    mapfile -t actual <"$1"
    mapfile -t expected <"$2"
    local a=0 e=0 gap=-1 gap_a=0
    # Greedy with one step back to the last "...", as a glob is matched with its last star.
    while [ $a -lt ${#actual[@]} ]; do
        if [ $e -lt ${#expected[@]} ] && [ "${expected[e]}" = "~..." ]; then
            gap=$e gap_a=$a
            e=$((e + 1))
        elif [ $e -lt ${#expected[@]} ] && line_matches "${actual[a]}" "${expected[e]}"; then
            a=$((a + 1)) e=$((e + 1))
        elif [ $gap -ge 0 ]; then
            gap_a=$((gap_a + 1))
            a=$gap_a e=$((gap + 1))
        else
            return 1
        fi
    done
    while [ $e -lt ${#expected[@]} ] && [ "${expected[e]}" = "~..." ]; do e=$((e + 1)); done
    [ $e -eq ${#expected[@]} ]
}

line_matches() {
    if [ "${2:0:1}" = "=" ]; then
        [ "$1" = "${2:1}" ]
    else
        # shellcheck disable=SC2053 # the pattern is meant as one
        [[ $1 == ${2:1} ]]
    fi
}

# Prints a stream as it happened, under its sign, keeping the patterns that still match a line.
print_stream() { # sign, actual, expected
    local line want same
    while IFS= read -r line || [ -n "$line" ]; do
        same=""
        while IFS= read -r want; do
            case $want in
            "~...") ;;
            "~"*) line_matches "$line" "$want" && same=$want && break ;;
            esac
        done <"$3"
        if [ -n "$same" ]; then echo "$1~ ${same:1}"; else echo "$1${line:+ $line}"; fi
    done <"$2"
}

# The case read so far: name, lines that stay as they are, commands, and expectations.
start_case() {
    name=$1 kept=("## $1") status=0
    commands="" files="" skip=""
    : >"$scratch/out.want"
    : >"$scratch/err.want"
}

run_case() {
    [ -n "$name" ] || return 0
    if [ -n "$skip" ]; then
        skipped=$((skipped + 1))
        echo "skipped  $file: $name (needs $skip)"
        printf '%s\n' "${original[@]}" >>"$rewritten"
        return 0
    fi
    local folder=$scratch/case actual_status actual_files ok=1
    mkdir "$folder"
    ln -s "$here/../../data" "$folder/data"
    (cd "$folder" && eval "$commands") >"$scratch/out" 2>"$scratch/err" </dev/null
    actual_status=$?
    actual_files=$(cd "$folder" && find . -mindepth 1 ! -path ./data | sed 's|^\./||' | sort | xargs)
    chmod -R u+w "$folder"
    rm -rf "$folder"

    [ "$actual_status" -eq "$status" ] || ok=0
    matches "$scratch/out" "$scratch/out.want" || ok=0
    matches "$scratch/err" "$scratch/err.want" || ok=0
    [ -z "$files" ] || [ "$files" = "= $actual_files" ] || [ "$files" = "=$actual_files" ] || ok=0
    if [ $ok -eq 1 ]; then
        passed=$((passed + 1))
        printf '%s\n' "${original[@]}" >>"$rewritten"
        return 0
    fi
    failed=$((failed + 1))
    {
        printf '%s\n' "${kept[@]}"
        [ "$actual_status" -eq 0 ] || echo "? $actual_status"
        print_stream '>' "$scratch/out" "$scratch/out.want"
        print_stream '!' "$scratch/err" "$scratch/err.want"
        [ -z "$files" ] || echo "=${actual_files:+ $actual_files}"
        echo
    } >"$scratch/now"
    cat "$scratch/now" >>"$rewritten"
    echo "FAILED   $file: $name"
    printf '%s\n' "${original[@]}" | diff -u --label expected --label happened - "$scratch/now"
}

need() { # word
    case $1 in
    user) [ "$(id -u)" -ne 0 ] || skip=user ;;
    *) [ -e "$1" ] || command -v "$1" >/dev/null || skip=$1 ;;
    esac
}

run_file() {
    local line text
    file=$(basename "$1") name="" original=()
    rewritten=$scratch/rewritten
    : >"$rewritten"
    while IFS= read -r line || [ -n "$line" ]; do
        text=${line:2}
        case $line in
        '## '*)
            run_case
            original=()
            start_case "${line#'## '}"
            ;;
        '# '*) [ -z "$name" ] || kept+=("$line") ;;
        '@ need '*) kept+=("$line") && need "${line#@ need }" ;;
        '$ '*) kept+=("$line") && commands+=$text$'\n' ;;
        '? '*) status=$text ;;
        '>~ '*) echo "~${line#'>~ '}" >>"$scratch/out.want" ;;
        '!~ '*) echo "~${line#'!~ '}" >>"$scratch/err.want" ;;
        '>'*) printf '%s\n' "=$text" >>"$scratch/out.want" ;;
        '!'*) printf '%s\n' "=$text" >>"$scratch/err.want" ;;
        '='*) files=$line ;;
        '') ;;
        *)
            echo "$file: this line is none of a transcript's: $line" >&2
            exit 2
            ;;
        esac
        if [ -z "$name" ]; then echo "$line" >>"$rewritten"; else original+=("$line"); fi
    done <"$1"
    run_case
    if [ "${UPDATE:-0}" = 1 ] && ! cmp -s "$rewritten" "$1"; then
        # The blank lines that a rewritten last case leaves at the end are not wanted.
        printf '%s\n' "$(cat "$rewritten")" >"$1"
        echo "rewrote  $1"
    fi
}

for transcript in "$@"; do run_file "$transcript"; done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
