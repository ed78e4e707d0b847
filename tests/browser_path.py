"""Where this machine keeps a Chromium: the one answer for browser tests, bench and set-up."""

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Inside Playwright's folder of browsers, newest build last: Linux, then macOS.
BUILDS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)


def playwright_folder() -> Path:
    """The folder that `playwright install` fills, as Playwright's documentation names it."""
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if named not in ("", "0"):
        return Path(named)
    cache = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path.home() / cache / "ms-playwright"


def chromium() -> Path | None:
    """The Chromium to drive (`executable_path`), or None when this machine has none."""
    for name in NAMES:
        if path := shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/bin:/usr/local/bin"):
            return Path(path)
    for build in BUILDS:
        found = sorted(path for path in playwright_folder().glob(build) if os.access(path, os.X_OK))
        if found:
            return found[-1]
    return None


if __name__ == "__main__":
    place = chromium()
    print(place or "no Chromium was found; `make test` installs one or says how")
    sys.exit(0 if place else 1)
