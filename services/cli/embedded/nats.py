"""nats-server as our own child: configuration, command line, addresses, checks."""

import json
import os
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from services.cli.child import Command
from services.cli.errors import CommandError

CONFIGURATION = """\
server_name: {name}
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor_port}"
max_payload: 1MB
ping_interval: "5s"
ping_max: 2
write_deadline: "2s"
authorization {{ user: {user}, password: {password} }}
jetstream {{
  store_dir: {store}
  # The default writes to disk every two minutes: an acknowledged event could be lost.
  sync_interval: always
}}
"""


@dataclass(frozen=True, kw_only=True)
class NatsServer:
    """One nats-server with JetStream under `home`, on two loopback ports."""

    program: Path
    home: Path
    port: int
    monitor_port: int
    password: str
    user: str = "muster"

    @property
    def url(self) -> str:
        """The client address with user and password."""
        return f"nats://{self.user}:{self.password}@127.0.0.1:{self.port}"

    @property
    def monitor_url(self) -> str:
        """The address of /healthz, /varz and /jsz; open to this machine only."""
        return f"http://127.0.0.1:{self.monitor_port}"

    def command(self, log: Path | None = None) -> Command:
        """The command line, reading the file that `write_configuration` wrote."""
        return Command(
            name="nats",
            argv=(str(self.program), "--config", str(self._file)),
            environment={"GOMEMLIMIT": "96MiB"},
            log=log,
        )

    def write_configuration(self) -> None:
        """Write the configuration file, mode 0600: it holds the password."""
        if not self.home.exists():
            self.home.mkdir(mode=0o700, parents=True)
        text = CONFIGURATION.format(
            name=json.dumps(f"muster-{self.port}"),
            port=self.port,
            monitor_port=self.monitor_port,
            user=json.dumps(self.user),
            password=json.dumps(self.password),
            store=json.dumps(str(self.home)),
        )
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(text)

    def is_ready(self, _pid: int = 0) -> bool:
        """Whether clients and JetStream are served, by the server's own /healthz."""
        try:
            return read_monitor(self.monitor_url, "healthz").get("status") == "ok"
        except OSError:
            return False

    @property
    def _file(self) -> Path:
        return self.home / "nats.conf"


def read_monitor(monitor_url: str, page: str) -> dict[str, object]:
    """One page of the monitor port as JSON. Raises OSError when nobody answers."""
    address = f"{monitor_url.rstrip('/')}/{page}"
    with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 (our own setting)
        page_of_server: dict[str, object] = json.loads(answer.read())
        return page_of_server


def refuse_lazy_disk(monitor_url: str) -> None:
    """Raise unless the server writes every JetStream message to disk before it acknowledges.

    CommandError codes: `nats_monitor_unreachable`, `nats_sync_interval`.
    """
    try:
        configuration = read_monitor(monitor_url, "jsz").get("config")
    except (OSError, ValueError) as error:
        raise CommandError(
            "nats_monitor_unreachable",
            f"The NATS monitor at {monitor_url} does not answer ({error}). "
            "Set NATS_MONITOR_URL to the server's http port.",
        ) from error
    if not isinstance(configuration, dict) or configuration.get("sync_always") is not True:
        raise CommandError(
            "nats_sync_interval",
            f"The NATS server at {monitor_url} may lose acknowledged events in a power cut. "
            "Set `jetstream { sync_interval: always }` in its configuration and restart it.",
        )
