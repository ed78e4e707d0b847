"""The data folder of one installation: its lock, its secrets, what is running in it."""

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from services.cli.errors import CommandError


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """`run.json`: written when everything is ready, removed at a clean stop. Mode 0600.

    `services`: name → loopback URL. `clock`: seconds added to the real clock.
    """

    pid: int
    url: str
    live_url: str
    services: dict[str, str]
    database_url: str
    nats_url: str
    nats_monitor_url: str
    demo: bool
    clock: float


class Installation:
    """Everything Muster keeps is below `folder`; a folder that exists keeps its mode."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    def create(self) -> None:
        """Make what is missing, private to this user."""
        for folder in (self.folder, self.logs, self._secrets):
            if not folder.exists():
                folder.mkdir(mode=0o700, parents=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder and hold it until the block, or this process, ends, however it ends.

        Raises CommandError `already_running` when another `muster up` holds it.
        """
        self.create()
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise CommandError(
                "already_running",
                f"Muster is already running on {self.folder}. Stop it first, or give this one "
                "another folder with MUSTER_DATA.",
            ) from None
        try:
            yield
        finally:
            os.close(descriptor)

    @property
    def logs(self) -> Path:
        """One log a program."""
        return self.folder / "logs"

    @property
    def service_key_file(self) -> Path:
        """The installation's secret, from which every service derives its keys."""
        self.secret("service.key")
        return self._secrets / "service.key"

    def secret(self, name: str) -> str:
        """A random secret of 43 characters in a file of mode 0600, made at first use."""
        path = self._secrets / name
        if not path.exists():
            _write_private(path, secrets.token_urlsafe(32).encode())
        return path.read_text().strip()

    def note(self, name: str) -> str | None:
        """A small fact kept between runs, None when it was never written."""
        try:
            return (self.folder / name).read_text().strip()
        except FileNotFoundError:
            return None

    def keep_note(self, name: str, value: str) -> None:
        """Write such a fact, whole or not at all."""
        _write_private(self.folder / name, value.encode() + b"\n")

    def announce(self, running: Running) -> None:
        """Tell the other commands how to reach this run."""
        _write_private(self.folder / "run.json", msgspec.json.format(msgspec.json.encode(running)))

    def withdraw(self) -> None:
        """Take the announcement back."""
        (self.folder / "run.json").unlink(missing_ok=True)

    def running(self) -> Running | None:
        """What is running here now; None when nothing is, whatever an old file says."""
        try:
            written = (self.folder / "run.json").read_bytes()
        except FileNotFoundError:
            return None
        return msgspec.json.decode(written, type=Running) if self._is_locked() else None

    def _is_locked(self) -> bool:
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    @property
    def _lock(self) -> Path:
        return self.folder / "lock"

    @property
    def _secrets(self) -> Path:
        return self.folder / "secrets"


def data_folder(environ: Mapping[str, str], *, demo: bool) -> Path:
    """MUSTER_DATA as it is; else this user's data folder, the demo in a folder of its own."""
    if given := environ.get("MUSTER_DATA"):
        return Path(given).expanduser()
    base = environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "muster" / ("demo" if demo else "school")


def find_running(environ: Mapping[str, str]) -> tuple[Installation, Running]:
    """The installation that the other commands talk to: the school's, else the demo.

    Raises CommandError `not_running`.
    """
    for demo in (False, True):
        folder = data_folder(environ, demo=demo)
        if folder.is_dir() and (running := Installation(folder).running()):
            return Installation(folder), running
    raise CommandError(
        "not_running",
        f"No Muster is running on {data_folder(environ, demo=False)}. Start it with `muster up`, "
        "or set MUSTER_DATA to its folder.",
    )


def _write_private(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
