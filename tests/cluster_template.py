"""One initdb for a whole run of tests: every later cluster starts as a copy of the first."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.cli.embedded.postgres import PostgresCluster


@dataclass(frozen=True)
class ClusterTemplate:
    """A cluster that never ran, in a folder that all workers of a run share.

    initdb takes a second of one processor, a copy a quarter of it. All copies have the same
    password, a random one for each folder.
    """

    folder: Path

    def password(self) -> str:
        """The superuser's password in every copy."""
        path = self.folder / "password"
        with self._held():
            if not path.exists():
                path.touch(mode=0o600)
                path.write_text(secrets.token_urlsafe(12))
            return path.read_text()

    def fill(self, cluster: PostgresCluster) -> None:
        """Give a cluster that has our password its data, unless it has some."""
        original = self.folder / "data"
        with self._held():
            if not original.exists():
                cluster.initialise()
                _copy(cluster.data, draft := self.folder / "draft")
                draft.rename(original)
        if not cluster.data.exists():
            cluster.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            _copy(original, cluster.data)
            _give(cluster.home, cluster.isolation.uid, cluster.isolation.gid)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """By one process at a time; the kernel lets go of it when that process ends."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _copy(data: Path, place: Path) -> None:
    # A copy of a killed worker may stand there half made.
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(data, place, symlinks=True)


def _give(home: Path, uid: int | None, gid: int | None) -> None:
    """A copy made by root is root's: hand it to the user that PostgreSQL runs as."""
    if uid is None or gid is None:
        return
    for path in (home, *home.rglob("*")):
        os.chown(path, uid, gid, follow_symlinks=False)
