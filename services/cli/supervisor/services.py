"""Which processes make up Muster, where each listens, and the environment each one gets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from services.cli.embedded.ports import free_ports

LOOPBACK = "http://127.0.0.1"


class Listens(Enum):
    """Which port a service's HTTP takes."""

    FREE = "a free loopback port"
    PUBLIC = "MUSTER_PORT, for browsers"


@dataclass(frozen=True)
class ServiceSpec:
    """One service: `python -m <module>`, ready when GET /health/ready answers 200.

    `live_socket`: it also serves browsers' live sockets, on MUSTER_PORT + 1. `database`: it has
    a role of its own in PostgreSQL.
    """

    name: str
    module: str
    listens: Listens = Listens.FREE
    live_socket: bool = False
    database: bool = True


SERVICES: tuple[ServiceSpec, ...] = (
    ServiceSpec("identity", "services.identity"),
    ServiceSpec("roster", "services.roster"),
    ServiceSpec("incident", "services.incident"),
    ServiceSpec("accountability", "services.accountability"),
    ServiceSpec("notifier", "services.notifier"),
    ServiceSpec("board", "services.board", live_socket=True),
    ServiceSpec("web", "services.web", listens=Listens.PUBLIC),
)
DEMO_SERVICES: tuple[ServiceSpec, ...] = (
    ServiceSpec("sinks", "services.notifier.sinks", database=False),
)


@dataclass(frozen=True)
class Addresses:
    """`ports`: service → HTTP port; `live_port`: the live socket's."""

    ports: Mapping[str, int]
    live_port: int

    def url(self, service: str) -> str:
        """The HTTP address of a service on this machine."""
        return f"{LOOPBACK}:{self.ports[service]}"

    @property
    def urls(self) -> dict[str, str]:
        """Service → HTTP address."""
        return {service: self.url(service) for service in self.ports}


def choose_addresses(services: Sequence[ServiceSpec], public_port: int) -> Addresses:
    """Public ports by rule, everything else on free loopback ports, chosen anew each start."""
    inner = [spec.name for spec in services if spec.listens is Listens.FREE]
    ports = dict(zip(inner, free_ports(len(inner)), strict=True))
    ports |= {spec.name: public_port for spec in services if spec.listens is Listens.PUBLIC}
    return Addresses(ports=ports, live_port=public_port + 1)


def environment(
    spec: ServiceSpec,
    addresses: Addresses,
    shared: Mapping[str, str],
    database_url: Callable[[str], str],
) -> dict[str, str]:
    """What one service is told; `shared` is the same for all, a database only its own."""
    prefix = f"MUSTER_{spec.name.upper()}"
    urls = {f"MUSTER_{name.upper()}_URL": url for name, url in addresses.urls.items()}
    own = {f"{prefix}_PORT": str(addresses.ports[spec.name])}
    if spec.database:
        own[f"{prefix}_DATABASE_URL"] = database_url(spec.name)
    return {**shared, **urls, "MUSTER_BOARD_SOCKET_PORT": str(addresses.live_port), **own}
