"""PostgreSQL as our own child: initdb, command line, readiness, addresses."""

import os
import secrets
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from services.cli.child import LEASH, Command
from services.cli.embedded.isolation import Isolation
from services.cli.errors import CommandError

# sockaddr_un.sun_path holds 108 bytes; PostgreSQL adds "/.s.PGSQL.65535" and a lock suffix.
LONGEST_SOCKET_FOLDER = 85

SMALL_MACHINE: dict[str, str] = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "32MB",
    "max_connections": "80",
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "effective_cache_size": "256MB",
    "max_wal_size": "256MB",
    "min_wal_size": "64MB",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "io_method": "sync",  # the default keeps three more processes in memory
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    # Statements, parameters and DETAIL lines carry people's data: none of it reaches the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
# Not synchronous_commit: a commit must survive kill -9 of the server in tests too.
FAST_AND_UNSAFE = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True, kw_only=True)
class PostgresCluster:
    """One cluster under `home` (made with mode 0700) on loopback `port`.

    `install` holds bin/ and share/. `durable=False` trades every promise for speed: tests only.
    """

    install: Path
    home: Path
    port: int
    password: str
    isolation: Isolation = field(default_factory=Isolation)
    durable: bool = True

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "data"

    def url(self, database: str = "postgres", *, user: str = "postgres") -> str:
        """The address with password; a superuser's unless `user` says otherwise."""
        return f"postgresql://{user}:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def socket_folder(self) -> Path | None:
        """Where the Unix socket is, None when the path would be too long for one."""
        fits = len(os.fsencode(self.home)) <= LONGEST_SOCKET_FOLDER
        return self.home if fits else None

    def initialise(self) -> None:
        """Create the cluster unless it exists. A half-made one of an earlier try is replaced.

        Raises CommandError `initdb_failed` with initdb's own words.
        """
        if (self.data / "PG_VERSION").exists():
            return
        self._make_home()
        attempt = self.home / f"data-{secrets.token_hex(4)}"
        password_file = self.home / f"password-{secrets.token_hex(4)}"
        password_file.write_text(self.password)
        try:
            self._own(password_file)
            self._run(self._initdb(attempt, password_file))
            attempt.rename(self.data)
        finally:
            password_file.unlink()

    def command(self, log: Path | None = None) -> Command:
        """SIGINT is PostgreSQL's fast shutdown; SIGQUIT at our death ends it within seconds."""
        settings = SMALL_MACHINE | ({} if self.durable else FAST_AND_UNSAFE)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        sockets = f"unix_socket_directories={self.socket_folder or ''}"
        place = ("-D", str(self.data), "-p", str(self.port), "-c", sockets)
        return Command(
            name="postgres",
            argv=(str(self.install / "bin" / "postgres"), *place, *options),
            before=self.isolation.before,
            user=self.isolation.user,
            environment={"PGDATA": str(self.data), "LC_ALL": "C"},
            log=log,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGQUIT,
        )

    def is_ready(self, pid: int) -> bool:
        """Whether the server with this pid accepts connections, by its own postmaster.pid.

        The file's first line is the pid, its eighth the status (as `pg_ctl -w` reads it).
        """
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return False
        return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"

    def _make_home(self) -> None:
        # No mode or owner of a folder that exists is ever touched.
        if not self.home.exists():
            self.home.mkdir(mode=0o700, parents=True)
            self._own(self.home)

    def _own(self, path: Path) -> None:
        if self.isolation.uid is not None and self.isolation.gid is not None:
            os.chown(path, self.isolation.uid, self.isolation.gid)
        if path.is_file():
            path.chmod(0o600)

    def _initdb(self, attempt: Path, password_file: Path) -> list[str]:
        durability = () if self.durable else ("--no-sync",)
        return [
            str(self.install / "bin" / "initdb"),
            f"--pgdata={attempt}",
            "--username=postgres",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-instructions",
            *durability,
        ]

    def _run(self, command: list[str]) -> None:
        leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), "9"]
        argv = [*self.isolation.before, *leash, self.isolation.user, *command]
        done = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
            start_new_session=True,  # Ctrl-C waits for the second that this takes
        )
        if done.returncode != 0:
            last = done.stderr.strip().splitlines()[-1:]
            raise CommandError("initdb_failed", f"initdb ended with {done.returncode}: {last}")
