#!/bin/sh
# Writes deploy/locks: exact versions with hashes for every Python >= 3.11, no index addresses.
# The same file content comes out until pyproject.toml or UPGRADE=1 asks for other versions.
set -eu
cd "$(dirname "$0")/../.."
compile() {
    output=$1
    shift
    .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
        ${UPGRADE:+--upgrade} --output-file "$output" "$@"
}
compile deploy/locks/runtime.lock --group build
compile deploy/locks/dev.lock --group build --group dev --constraint deploy/locks/runtime.lock
