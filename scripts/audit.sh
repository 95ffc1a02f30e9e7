#!/bin/sh
# Looks up the locked packages of every component in the public databases of known vulnerabilities.
# usage: scripts/audit.sh
# Exit codes: 0 nothing is known, 1 something is, 3 the database or an index could not be asked.
set -eu
cd "$(dirname "$0")/.."

uv=0.13.8
poetry=2.5.1
poetry_export=1.10.1
pip_audit=2.10.0

unreachable=3
# The tools stay out of .venv: none of them is a dependency of a connector.
folder=.venv-audit

not_asked() {
    echo "The audit could not be done: $1 This says nothing about the dependencies; run make audit again with access." >&2
    exit "$unreachable"
}

if [ ! -x "$folder/bin/uv" ]; then
    python=$(scripts/find_python.sh "${1:-}")
    "$python" -m venv --clear "$folder"
    "$folder/bin/python" -m pip --quiet --quiet --disable-pip-version-check install "uv==$uv" "pip-audit==$pip_audit" ||
        not_asked "pip-audit $pip_audit could not be installed from the package index."
fi

found=0
for component in . destination-mparticle source-mparticle-exports; do
    locked="$PWD/$folder/$(basename "$(cd "$component" && pwd)").txt"
    "$folder/bin/uv" tool run --quiet --python "$folder/bin/python" \
        --from "poetry==$poetry" --with "poetry-plugin-export==$poetry_export" \
        poetry --directory "$component" export --quiet --all-groups --all-extras --without-hashes --output "$locked.all" ||
        not_asked "poetry $poetry, which reads the lock files, could not be installed from the package index."
    # Our own packages are in no database.
    grep -Ev '^-e |@ file:' "$locked.all" >"$locked"
    echo "Auditing $(grep -c == "$locked") locked packages of $component."
    # pip-audit exits with 1 for what it finds and for what fails. It prints a table only where it could ask.
    if ! "$folder/bin/pip-audit" --requirement "$locked" --no-deps --disable-pip --progress-spinner off \
        >"$locked.found" 2>"$locked.log"; then
        [ -s "$locked.found" ] || {
            tail -n 1 "$locked.log" >&2
            not_asked "the database of known vulnerabilities did not answer."
        }
        found=1
    fi
    # A package that the database did not answer for counts as not audited, and pip-audit alone would let it pass.
    skipped=$(grep -c "could not be audited" "$locked.found" || true)
    grep -v "could not be audited" "$locked.found" || true
    [ "$skipped" = 0 ] || not_asked "the database of known vulnerabilities did not answer for $skipped packages of $component."
done
exit "$found"
