"""Where PostgreSQL lives when root must run it as another user, who cannot enter our folders."""

import hashlib
import os
import shutil
from pathlib import Path

REFUGE = Path("/var/lib/muster")


def programs_in(refuge: Path, install: Path) -> Path:
    """A copy (40 MB, made once per version) of the programs that every user can run."""
    changed = (install / "bin" / "postgres").stat().st_mtime_ns
    copy = refuge / f"programs-{_fingerprint(f'{install}{changed}')}"
    package = install.parent.name
    if not copy.exists():
        refuge.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(install, draft / package / install.name, symlinks=True)
        # The programs look for these beside their package.
        libraries = install.parent.with_name(f"{package}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        draft.rename(copy)
    return copy / package / install.name


def home_in(refuge: Path, data_folder: Path) -> Path:
    """The cluster's folder there, one per installation: its name comes from the data folder's."""
    return refuge / f"postgres-{_fingerprint(str(data_folder))}"


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
