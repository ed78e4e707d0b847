"""Which processes make up Muster, where each listens, and the environment each one gets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from services.cli.embedded.ports import free_ports


class Listens(Enum):
    """Which port a service's HTTP takes."""

    FREE = "a free loopback port"
    PUBLIC = "MUSTER_PORT, for browsers"


@dataclass(frozen=True)
class ServiceSpec:
    """One service: `python -m <module>`, ready when GET /health/ready answers 200.

    `live_socket`: it also serves browsers' live sockets, on MUSTER_PORT + 1. `mail`: it also
    takes mail, on a free loopback port. `database`: it has a role of its own in PostgreSQL.
    `nice`: how far it steps back when processors are short: screens come before mail.
    """

    name: str
    module: str
    listens: Listens = Listens.FREE
    live_socket: bool = False
    mail: bool = False
    database: bool = True
    nice: int = 0


SERVICES: tuple[ServiceSpec, ...] = (
    ServiceSpec("identity", "services.identity"),
    ServiceSpec("roster", "services.roster", nice=2),
    ServiceSpec("incident", "services.incident"),
    ServiceSpec("accountability", "services.accountability"),
    ServiceSpec("notifier", "services.notifier", nice=5),
    ServiceSpec("board", "services.board", live_socket=True, database=False),
    ServiceSpec("web", "services.web", listens=Listens.PUBLIC, database=False),
)
DEMO_SERVICES: tuple[ServiceSpec, ...] = (
    ServiceSpec("sinks", "services.sinks", mail=True, database=False, nice=10),
)


@dataclass(frozen=True)
class Addresses:
    """`ports`: service → HTTP port; `public_port`: for browsers, the live socket beside it.

    `mail_ports`: service → SMTP port, for those that take mail.
    """

    ports: Mapping[str, int]
    public_port: int
    mail_ports: Mapping[str, int]

    @property
    def live_port(self) -> int:
        """The live socket's."""
        return self.public_port + 1

    @property
    def urls(self) -> dict[str, str]:
        """Service → HTTP address on this machine."""
        return {service: f"http://127.0.0.1:{port}" for service, port in self.ports.items()}

    @property
    def origins(self) -> tuple[str, ...]:
        """How this machine's browsers may name our pages."""
        return tuple(f"http://{host}:{self.public_port}" for host in ("127.0.0.1", "localhost"))


def choose_addresses(services: Sequence[ServiceSpec], public_port: int) -> Addresses:
    """Public ports by rule, everything else on free loopback ports, chosen anew each start."""
    inner = [spec.name for spec in services if spec.listens is Listens.FREE]
    mail = [spec.name for spec in services if spec.mail]
    free = free_ports(len(inner) + len(mail))
    ports = dict(zip(inner, free, strict=False))
    ports |= {spec.name: public_port for spec in services if spec.listens is Listens.PUBLIC}
    mail_ports = dict(zip(mail, free[len(inner) :], strict=True))
    return Addresses(ports=ports, public_port=public_port, mail_ports=mail_ports)


def environment(
    spec: ServiceSpec,
    addresses: Addresses,
    shared: Mapping[str, str],
    database_url: Callable[[str], str],
) -> dict[str, str]:
    """What one service is told; `shared` is the same for all, a database only its own."""
    prefix = f"MUSTER_{spec.name.upper()}"
    told = dict(shared)
    told |= {f"MUSTER_{name.upper()}_URL": url for name, url in addresses.urls.items()}
    for name, port in addresses.mail_ports.items():
        told[f"MUSTER_{name.upper()}_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    told["MUSTER_BOARD_SOCKET_PORT"] = str(addresses.live_port)
    told[f"{prefix}_PORT"] = str(addresses.ports[spec.name])
    told[f"{prefix}_NICE"] = str(spec.nice)
    if spec.listens is Listens.FREE:
        # Whatever is said for browsers: what services tell each other stays on this machine.
        told["MUSTER_HOST"] = "127.0.0.1"
    if spec.mail:
        told[f"{prefix}_SMTP_PORT"] = str(addresses.mail_ports[spec.name])
    if spec.live_socket:
        told.setdefault(f"{prefix}_ORIGINS", ",".join(addresses.origins))
    if spec.database:
        told[f"{prefix}_DATABASE_URL"] = database_url(spec.name)
    return told
