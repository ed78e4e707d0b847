#!/bin/sh
# Reads every migration with squawk; .squawk.toml says which of its rules hold here and why.
set -eu
cd "$(dirname "$0")/../.."
files=$(find services -path '*/migrations/*.sql' | sort)
if [ -z "$files" ]; then
    echo "muster: no migration was found under services/: nothing was linted." >&2
    exit 1
fi
# shellcheck disable=SC2086 -- our own file names have no spaces
exec .venv/bin/squawk $files
