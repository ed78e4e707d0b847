#!/bin/sh
# Finds a Python that can make a virtual environment and hands over to environment.py.
# usage: environment.sh runtime|dev          PYTHON=... names the interpreter to use
set -eu
here=$(cd "$(dirname "$0")" && pwd)

without_venv=
for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3; do
    python=$(command -v "$name" 2>/dev/null) || continue
    # A version switcher's shim exists for versions that are not switched on: only running it tells.
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        exec "$python" "$here/environment.py" "$@"
    fi
    without_venv=$python
done

sudo="sudo "
[ "$(id -u)" -ne 0 ] || sudo=
if [ -n "$without_venv" ]; then
    version=$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "muster: $without_venv cannot make virtual environments: its venv or ensurepip is missing." >&2
    debian="python$version-venv"
else
    echo "muster: no Python 3.11 or newer was found." >&2
    debian="python3 python3-venv"
fi
if command -v apt-get >/dev/null; then
    echo "Run: ${sudo}apt-get update && ${sudo}apt-get install -y $debian" >&2
elif command -v dnf >/dev/null; then
    echo "Run: ${sudo}dnf install -y python3.12" >&2
elif command -v apk >/dev/null; then
    echo "Run: ${sudo}apk add python3" >&2
elif command -v brew >/dev/null; then
    echo "Run: brew install python@3.12" >&2
else
    echo "Install Python 3.11 or newer with its venv module, then run the same command again." >&2
fi
exit 1
