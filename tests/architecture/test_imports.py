"""The import contracts of pyproject.toml find what they forbid."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")

# A tree that keeps every contract and has what they name: chassis, nats, a room of each layer.
SOUND = {
    "schemas/__init__.py": "",
    "schemas/envelope.py": "",
    "services/__init__.py": "",
    "services/chassis/__init__.py": "",
    "services/chassis/lanes.py": "import nats",
    "services/incident/__init__.py": "",
    "services/incident/__main__.py": "from services.incident import wiring",
    "services/incident/wiring.py": "from services.incident import routes, store",
    "services/incident/routes.py": "from services.incident import handlers\nimport aiohttp",
    "services/incident/store.py": "from services.chassis import lanes\nimport asyncpg",
    "services/incident/handlers.py": "from services.incident import domain, ports",
    "services/incident/ports.py": "from schemas import envelope",
    "services/incident/domain/__init__.py": "from schemas import envelope",
    "services/roster/__init__.py": "",
    "services/roster/store.py": "",
    "services/roster/offline.py": "",
    "services/cli/__init__.py": "",
    "services/cli/imports.py": "from services.roster import offline",
}
# (what is broken, file, the import that breaks it)
BROKEN = (
    ("Rooms", "services/incident/domain/__init__.py", "from services.incident import handlers"),
    ("Rooms", "services/incident/handlers.py", "from services.incident import store"),
    ("Rooms", "services/incident/store.py", "from services.incident import routes"),
    ("Services are independent", "services/incident/store.py", "import services.roster.store"),
    ("Services are independent", "services/incident/store.py", "import services.roster.offline"),
    ("Services are independent", "services/cli/imports.py", "import services.roster.store"),
    ("Services are independent", "services/chassis/lanes.py", "import services.roster.store"),
    ("Only the outer rooms", "services/incident/handlers.py", "import services.chassis.lanes"),
    ("Only the chassis talks", "services/incident/store.py", "import nats"),
    ("Decisions do no input", "services/incident/handlers.py", "import asyncpg"),
    ("Decisions do no input", "services/incident/domain/__init__.py", "import os"),
    ("A domain is synchronous", "services/incident/domain/__init__.py", "import asyncio"),
    ("The language imports", "schemas/envelope.py", "import services.roster"),
)


def lint(root: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the project's own contracts on a small tree."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text + "\n")
    command = [str(LINT), "--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    return subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)


def test_a_sound_tree_keeps_every_contract(tmp_path: Path) -> None:
    """Contracts that complained about sound code would soon be switched off."""
    done = lint(tmp_path, SOUND)
    assert done.returncode == 0, done.stdout
    assert "BROKEN" not in done.stdout


@pytest.mark.parametrize(("contract", "path", "line"), BROKEN)
def test_a_broken_import_is_found(contract: str, path: str, line: str, tmp_path: Path) -> None:
    """A contract that never fails would protect nothing."""
    done = lint(tmp_path, {**SOUND, path: f"{SOUND[path]}\n{line}"})
    broken = [said for said in done.stdout.splitlines() if " BROKEN" in said]
    assert done.returncode != 0
    assert any(said.startswith(contract) for said in broken), done.stdout
