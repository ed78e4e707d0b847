"""Code of others that our pages load is exactly what was written down."""

import hashlib
import json
from pathlib import Path

import services.web

VENDOR = Path(services.web.__file__).parent / "static" / "vendor"


def test_vendored_files_are_the_recorded_bytes() -> None:
    """Every vendored script is listed with version, licence text and a SHA-256 that holds."""
    recorded = json.loads((VENDOR / "VENDORED.json").read_text())
    assert {path.name for path in VENDOR.glob("*.js")} == set(recorded)
    for name, facts in recorded.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == facts["sha256"]
        assert facts["version"]
        assert (VENDOR / facts["licence_file"]).read_text().strip()
