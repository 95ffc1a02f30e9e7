#!/bin/sh
# Prints the Python that .venv is made from: the one given, else the first fit one of this machine.
# usage: scripts/find_python.sh [PYTHON]
set -eu

# 3.13 comes last: it runs everything here but PyAirbyte.
versions="3.11 3.12 3.10"
pyenv=${PYENV_ROOT:-$HOME/.pyenv}/versions

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

makes_environments() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

fail() {
    echo "$1" >&2
    exit 1
}

if [ -n "${1:-}" ]; then
    fits "$1" || fail "$1 is not a Python from 3.10 to 3.13: name another one, as in: make PYTHON=python3.11 demo"
    makes_environments "$1" || fail "$1 lacks the modules venv and ensurepip: install them (Debian: python3-venv)."
    echo "$1"
    exit
fi

incomplete=
set --
for version in $versions; do set -- "$@" "python$version" "$pyenv/$version".*/bin/python3; done
for candidate in "$@" python3 python3.13; do
    fits "$candidate" || continue
    if makes_environments "$candidate"; then
        echo "$candidate"
        exit
    fi
    incomplete=${incomplete:-$candidate}
done
[ -z "$incomplete" ] || fail "$incomplete lacks the modules venv and ensurepip: install them (Debian: python3-venv)."
fail "No Python from 3.10 to 3.13 was found: install Python 3.11, or name yours as in: make PYTHON=/path/to/python3 demo"
