"""Code of others that our pages and their tests load is exactly what was written down."""

import hashlib
import json
from pathlib import Path

import pytest

import services.web

OF_PAGES = Path(services.web.__file__).parent / "static" / "vendor"
OF_TESTS = Path(__file__).parent / "vendor"


@pytest.mark.parametrize("folder", [OF_PAGES, OF_TESTS], ids=["pages", "tests"])
def test_vendored_files_are_the_recorded_bytes(folder: Path) -> None:
    """Every vendored script is listed with version, licence text and a SHA-256 that holds."""
    recorded = json.loads((folder / "VENDORED.json").read_text())
    assert {path.name for path in folder.glob("*.js")} == set(recorded)
    for name, facts in recorded.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == facts["sha256"]
        assert facts["version"]
        assert (folder / facts["licence_file"]).read_text().strip()
