#!/bin/sh
# Makes sure that a Chromium is there for the browser tests. tests/browser_path.py says where.
set -eu
cd "$(dirname "$0")/../.."
packages="chromium fonts-noto-core"

# Asked for its version, because some systems put a script there that only advertises a store.
found() {
    path=$(.venv/bin/python -m tests.browser_path 2>/dev/null) && "$path" --version >/dev/null 2>&1
}

found && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests (apt-get) ..."
    # shellcheck disable=SC2086 -- two packages, two words
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $packages >/dev/null || true
    found && exit 0
fi
echo "Installing Chromium for the browser tests (Playwright's own build) ..."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
.venv/bin/python -m playwright install chromium >"$log" 2>&1 || true
found && exit 0

tail -n 5 "$log" >&2
echo "muster: the browser tests need Chromium, and it could not be installed here. Run:" >&2
if command -v apt-get >/dev/null; then
    echo "    sudo apt-get update && sudo apt-get install -y $packages" >&2
else
    echo "    .venv/bin/python -m playwright install --with-deps chromium" >&2
fi
exit 1
