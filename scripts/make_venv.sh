#!/bin/sh
# Makes .venv from nothing: the locked packages of all dependency groups, and this checkout's own packages, editable.
# usage: scripts/make_venv.sh [PYTHON]
set -eu
cd "$(dirname "$0")/.."

uv=0.13.8
poetry=2.5.1
poetry_export=1.10.1

python=$(scripts/find_python.sh "${1:-}")
echo "Making .venv with $("$python" --version); the first time takes about a minute."
"$python" -m venv --clear .venv
# pip alone would need several minutes for all packages, and it does not read poetry.lock.
.venv/bin/python -m pip --quiet --quiet --disable-pip-version-check install "uv==$uv"
# Poetry stays out of .venv: its own dependencies are none of ours.
.venv/bin/uv tool run --quiet --python .venv/bin/python \
    --from "poetry==$poetry" --with "poetry-plugin-export==$poetry_export" \
    poetry export --quiet --all-groups --output .venv/requirements.txt
# Bytecode is made here, so that no command has to: importing PyAirbyte from source alone takes over ten seconds.
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --compile-bytecode \
    --requirement .venv/requirements.txt --editable .
