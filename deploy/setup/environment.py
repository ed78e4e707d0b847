"""Fill .venv from a hashed lock: once, whatever else is doing the same, and again when it changes.

Run by environment.sh with any Python >= 3.11; imports only the standard library.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# dev.lock holds everything that runtime.lock holds, in the same versions.
COVERS = {"runtime": ("runtime",), "dev": ("dev", "runtime")}


def stamp(kind: str) -> Path:
    """The file that says which inputs .venv was last filled from; the Makefile depends on it."""
    return VENV / f".muster-{kind}"


def fingerprint(kind: str) -> str:
    """SHA-256 over what decides the environment's content: the lock and the project's own file."""
    digest = hashlib.sha256()
    for path in (ROOT / "deploy" / "locks" / f"{kind}.lock", ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def alone() -> Iterator[None]:
    """Hold the tree while filling .venv: two `make` at once must not write it together."""
    # Locking the folder itself leaves no lock file behind; the kernel frees it when we die.
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def filled(kind: str) -> bool:
    """True when .venv already holds what `kind` asks for."""
    return stamp(kind).exists() and stamp(kind).read_text() == fingerprint(kind)


def works() -> bool:
    """True when .venv has an interpreter that starts: a copied or half-made one does not."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        started = subprocess.run([PYTHON, "-c", probe], check=False, capture_output=True)
    except OSError:
        return False
    return started.returncode == 0


def fill(kind: str) -> None:
    """Install the lock's packages, each checked against its hash, then the project itself."""
    if not works():
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    lock = ROOT / "deploy" / "locks" / f"{kind}.lock"
    subprocess.run([*pip, "--require-hashes", "--requirement", str(lock)], check=True)
    # setuptools warns of every editable install that its folders may shadow others: ours are meant.
    project = [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    subprocess.run(project, check=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    for covered in COVERS[kind]:
        stamp(covered).write_text(fingerprint(covered))


def main() -> int:
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in COVERS:
        print("usage: environment.py runtime|dev", file=sys.stderr)
        return 2
    with alone():
        if filled(kind):
            # The inputs were written again with the same content: only make's clock moves.
            stamp(kind).touch()
            return 0
        print(f"Setting up .venv ({kind}) with Python {sys.version.split()[0]} ...", flush=True)
        try:
            fill(kind)
        except subprocess.CalledProcessError as failed:
            command = " ".join(str(part) for part in failed.cmd)
            print(f"muster: set-up stopped; this command failed: {command}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
