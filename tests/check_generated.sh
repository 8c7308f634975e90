#!/bin/bash
# What the program writes from the table of knobs: man pages that groff takes without a warning, and
# completion that works in a shell, each with every command and every flag.
[ -n "${BASH_VERSION:-}" ] || { command -v bash >/dev/null && exec bash "$0"; exit 77; }
set -u
veduta() { "$VD_BUILD_DIR/veduta" "$@"; }
failed=0
fail() {
    echo "$*"
    failed=1
}
export HOME=$PWD/home XDG_CONFIG_HOME=$PWD/home/.config
mkdir -p "$XDG_CONFIG_HOME/veduta/presets" files
: >"$XDG_CONFIG_HOME/veduta/presets/mine.yaml"
commands=$(veduta help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' | grep -v '^help$')
flags=$(veduta settings | grep -o -e ' -[-a-z].*' | tr ' ' '\n' | grep '^-')
[ "$(echo "$flags" | wc -l)" -gt 80 ] || fail "only these flags were found: $flags"

# ---- man pages

for command in '' $commands; do
    page=veduta${command:+-$command}.1
    # shellcheck disable=SC2086 # none, or one
    veduta man $command >"$page" || fail "veduta man $command failed"
    if command -v groff >/dev/null; then
        groff -man -ww -z "$page" >warnings 2>&1
        [ ! -s warnings ] || fail "$page: $(cat warnings)"
    fi
    for other in $commands; do
        [ "$other" = "$command" ] || grep -q "veduta.-${other//-/\\\\-} (1)" "$page" ||
            fail "$page does not speak of $other"
    done
done
sed 's/\\-/-/g; s/\\f[BIR]/ /g' veduta-relief.1 veduta-render.1 veduta-sun-hours.1 \
    veduta-compose.1 | tr ' ,' '\n\n' >words
for flag in $flags --preset --scene --help; do
    grep -qxF -e "$flag" words || fail "no man page has $flag"
done
# What roff would take for its own: a line that begins with a dot but is no request, a bare hyphen.
sed -n '/^\./!s/\\-//gp' veduta-relief.1 | grep -n -- '-' && fail "hyphens that cannot be copied"
grep -v '^\.\(TH\|S[HS]\|TP\|PP\|R[SE]\|nf\|fi\|B[RI]*\|\\"\)\( \|$\)' veduta*.1 | grep ':\.' &&
    fail "text taken for a request"

# ---- bash

veduta completion bash >veduta.bash || fail "veduta completion bash failed"

# Completes the last of the words as bash would split them; "files" where files would be offered.
complete_words() {
    (
        # The folder of the real script; compopt complains outside of a completion.
        compopt() { [ "$*" != "+o default" ] || refused=yes; }
        # shellcheck disable=SC1091 # made above
        . ./veduta.bash
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) refused=
        _veduta
        [ ${#COMPREPLY[@]} -gt 0 ] || [ -n "$refused" ] || COMPREPLY=(files)
        echo "${COMPREPLY[*]}"
    )
}
expect() { # what is offered, words
    local want=$1 got
    shift
    got=$(complete_words "$@")
    [ "$got" = "$want" ] || fail "bash: ${*@Q} offers '$got' and not '$want'"
}
expect relief veduta rel
expect "$(echo $commands help --help --version)" veduta ''
expect "$(echo $commands)" veduta help ''
expect 'relief render' veduta man r
expect 'bash zsh' veduta completion ''
expect 'text markdown json-schema' veduta settings --format ''
expect json-schema veduta settings --format = j
expect files veduta relief ''
expect files veduta relief dem
expect --multidirectional veduta relief dem.tif --mult
expect 'linear filmic agx aces neutral' veduta relief dem.tif --tone ''
expect filmic veduta relief dem.tif --tone-curve f
expect filmic veduta relief dem.tif --tone = f
expect 'linear filmic agx aces neutral' veduta relief dem.tif --tone =
expect '' veduta relief dem.tif --azimuth ''
expect '' veduta relief dem.tif -az 3
expect files veduta relief dem.tif -o ''
expect files veduta relief dem.tif --stats = ''
expect files veduta relief --overwrite ''
expect swiss-relief veduta relief dem.tif --preset swiss-
expect mine veduta relief dem.tif --preset mine
expect files veduta relief dem.tif --preset ./
expect 'bathymetry grey hypsometric terrain' veduta relief dem.tif --ramp ''
expect files veduta relief dem.tif --ramp my/
offered=" $(complete_words veduta relief dem.tif -) $(complete_words veduta render dem.tif -) "
offered="$offered $(complete_words veduta sun-hours dem.tif -) "
offered="$offered $(complete_words veduta compose view.exr -) "
for flag in $flags --preset --scene --help; do
    case $offered in *" $flag "*) ;; *) fail "bash does not offer $flag" ;; esac
done
bash -c 'eval "$1"; complete -p veduta' - "$(cat veduta.bash)" | grep -q -- '-F _veduta veduta' ||
    fail "bash: veduta has no completion"

# ---- zsh

veduta completion zsh >_veduta || fail "veduta completion zsh failed"
for flag in $flags --preset --scene --help; do
    grep -qE -e "^ +'\*$flag=?\[" _veduta || fail "zsh does not offer $flag"
done
grep -q 'commands=($' _veduta || fail "zsh offers no commands"
if command -v zsh >/dev/null; then
    zsh -n _veduta || fail "zsh cannot read _veduta"
    # The two functions of the completion system that it calls say what they were given.
    # shellcheck disable=SC2016 # zsh's own
    offer='
        _arguments() { print -rl -- "$@" }
        _describe() { print -r -- "$1: ${(P)2}" }
        fpath=($PWD)
        autoload -U _veduta
        words=("$@") CURRENT=$#
        _veduta'
    zsh -f -c "$offer" - veduta relief dem.tif '' >offered 2>&1
    grep -qF -e "*--tone=[" offered && grep -qF ':(linear filmic agx' offered ||
        fail "zsh offers for relief: $(cat offered)"
    grep -qF 'compadd -- hypsometric' offered || fail "zsh offers no presets"
    [ "$(grep -c -v '^\*' offered)" -eq 0 ] || fail "zsh takes apart: $(grep -v '^\*' offered)"
    zsh -f -c "$offer" - veduta re >offered 2>&1
    grep -q '^command: relief:shaded.* completion:' offered || fail "zsh offers: $(cat offered)"
fi
exit $failed
