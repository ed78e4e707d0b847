#!/bin/sh
# Makes sure that a Chromium is there for the browser tests. tests/browser_path.py says where.
set -eu
cd "$(dirname "$0")/../.."
packages="chromium fonts-noto-core"

found() { .venv/bin/python -m tests.browser_path >/dev/null 2>&1; }

found && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests (apt-get) ..."
    # shellcheck disable=SC2086 -- two packages, two words
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $packages >/dev/null || true
else
    echo "Installing Chromium for the browser tests (Playwright's own build) ..."
    .venv/bin/python -m playwright install chromium || true
fi
found && exit 0

echo "muster: the browser tests need Chromium, and it could not be installed here. Run:" >&2
if command -v apt-get >/dev/null; then
    echo "    sudo apt-get update && sudo apt-get install -y $packages" >&2
else
    echo "    .venv/bin/python -m playwright install --with-deps chromium" >&2
fi
exit 1
