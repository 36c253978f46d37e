#!/usr/bin/env bash
# Makes .venv, or sees that it is already right.
#   PYTHON     the Python to make it from; empty: the first one found that is new enough
#   PIP_ARGS   more arguments for pip install
set -euo pipefail
cd "$(dirname "$0")/.."

stop() { printf '%s\n' "$*" >&2; exit 1; }

version() {  # "3.11.7", or nothing if the command is no Python
    local line
    line=$("$1" --version 2>&1) || return 0
    [[ $line =~ ^(Python\ )?([0-9]+\.[0-9]+[0-9.]*) ]] && printf '%s' "${BASH_REMATCH[2]}" || true
}

new_enough() { local major minor; IFS=. read -r major minor _ <<<"$1"; ((major > 3 || (major == 3 && minor >= 11))); }

find_python() {
    local candidate found seen=""
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        found=$(version "$candidate")
        [[ -n $found ]] || continue
        if new_enough "$found"; then printf '%s' "$candidate"; return; fi
        seen+="${seen:+, }$candidate is $found"
    done
    stop "The book needs Python 3.11 or newer, and none was found (${seen:-there is no Python on the PATH}):" \
         "install one, or name one with PYTHON=/path/to/python3.11."
}

check_python() {
    local found
    found=$(version "$1")
    [[ -n $found ]] || stop "PYTHON=$1 does not run as a Python: name one that is 3.11 or newer."
    new_enough "$found" || stop "The book needs Python 3.11 or newer, and PYTHON=$1 is $found: name a newer one."
}

# A Python that was asked for by name is checked even if .venv would do without it.
if [[ -n ${PYTHON:-} ]]; then check_python "$PYTHON"; fi

# The stamp is written last, so an interrupted install has none. It holds what was installed and where:
# a virtual environment does not survive a move of its folder.
stamp=.venv/installed
wanted=$(cat requirements.txt pyproject.toml && pwd)

runs() {  # .venv has a Python that starts, and it is the one asked for
    local have
    have=$(version .venv/bin/python)
    [[ -n $have ]] && { [[ -z ${PYTHON:-} ]] || [[ $have == "$(version "$PYTHON")" ]]; }
}

if [[ -f $stamp ]] && runs; then
    [[ $(<"$stamp") != "$wanted" ]] || exit 0
    [[ $(tail -n 1 "$stamp") == "$PWD" ]] && usable=yes
fi

if [[ -z ${usable:-} ]]; then
    python=${PYTHON:-$(find_python)}
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "$python has no venv module: install it (on Debian and Ubuntu: apt-get install python3-venv)."
    echo "Making .venv with $python ($(version "$python")). The first install takes some minutes."
    # From scratch: half an install can look whole to pip.
    "$python" -m venv --clear .venv
fi

rm -f "$stamp"
# shellcheck disable=SC2086  # PIP_ARGS is several words on purpose
.venv/bin/python -m pip install --disable-pip-version-check --no-input ${PIP_ARGS:-} -r requirements.txt -e . |
    { grep -v '^Requirement already satisfied' || true; } ||
    stop "The install did not finish; the reason stands above. Run the same command again: it starts from where it is safe."
printf '%s\n' "$wanted" >"$stamp.new"
mv "$stamp.new" "$stamp"
