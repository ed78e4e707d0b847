"""The two servers behind the services: embedded ones, or the addresses that were given."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

from services.cli.embedded.binaries import nats_server, postgres_install
from services.cli.embedded.isolation import Isolation, as_unprivileged_user, choose_isolation
from services.cli.embedded.leftovers import clear_leftovers
from services.cli.embedded.nats import NatsServer
from services.cli.embedded.ports import free_ports
from services.cli.embedded.postgres import PostgresCluster
from services.cli.embedded.refuge import REFUGE, home_in, programs_in
from services.cli.errors import CommandError
from services.cli.installation import Installation
from services.cli.supervisor.keeper import Program
from services.cli.supervisor.probe import answers


@dataclass(frozen=True, kw_only=True)
class Servers:
    """Addresses of both servers and the programs to run for them (none for outside servers).

    `database_url` belongs to a role that may create roles and schemas.
    """

    database_url: str
    nats_url: str
    nats_monitor_url: str
    programs: tuple[Program, ...]

    def database_url_of(self, user: str, password: str) -> str:
        """The same database for another role."""
        parts = urlsplit(self.database_url)
        place = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=f"{quote(user)}:{quote(password)}@{place}").geturl()


def plan_servers(installation: Installation, environ: Mapping[str, str]) -> Servers:
    """DATABASE_URL and NATS_URL (with NATS_MONITOR_URL) each replace an embedded server.

    Raises CommandError `nats_monitor_url_missing`, `initdb_failed` or `…_missing`.
    """
    database_url, nats_url = environ.get("DATABASE_URL"), environ.get("NATS_URL")
    monitor_url = environ.get("NATS_MONITOR_URL", "")
    if nats_url and not monitor_url:
        raise CommandError(
            "nats_monitor_url_missing",
            "NATS_URL is set: set NATS_MONITOR_URL too (the server's http port), so that Muster "
            "can check that it writes every event to disk.",
        )
    programs: list[Program] = []
    if not database_url:
        cluster = embedded_postgres(installation)
        database_url = cluster.url()
        programs.append(postgres_program(cluster, installation))
    if not nats_url:
        server = embedded_nats(installation)
        nats_url, monitor_url = server.url, server.monitor_url
        programs.append(nats_program(server, installation))
    return Servers(
        database_url=database_url,
        nats_url=nats_url,
        nats_monitor_url=monitor_url,
        programs=tuple(programs),
    )


def embedded_postgres(installation: Installation) -> PostgresCluster:
    """The cluster in the data folder, created at first; on a new free port."""
    install, home, isolation = _postgres_place(installation)
    cluster = PostgresCluster(
        install=install,
        home=home,
        port=free_ports(1)[0],
        password=installation.secret("postgres.password"),
        isolation=isolation,
    )
    cluster.initialise()
    return cluster


def _postgres_place(installation: Installation) -> tuple[Path, Path, Isolation]:
    """Programs, home and user. A cluster that exists stays where it was made."""
    install, home = postgres_install(), installation.folder / "postgres"
    elsewhere = home_in(REFUGE, installation.folder)
    isolation = choose_isolation(install / "bin" / "postgres", installation.folder)
    if isolation.uid is None and not elsewhere.exists():
        return install, home, isolation
    if home.exists():
        raise CommandError(
            "user_namespaces_gone",
            f"The database in {home} was made while `unshare --user` worked for root; now it "
            "does not. Allow user namespaces again, or run Muster as the folder's owner.",
        )
    return programs_in(REFUGE, install), elsewhere, as_unprivileged_user()


def embedded_nats(installation: Installation) -> NatsServer:
    """nats-server with its store in the data folder, on new free ports."""
    port, monitor_port = free_ports(2)
    server = NatsServer(
        program=nats_server(),
        home=installation.folder / "nats",
        port=port,
        monitor_port=monitor_port,
        password=installation.secret("nats.password"),
    )
    server.write_configuration()
    return server


def postgres_program(cluster: PostgresCluster, installation: Installation) -> Program:
    """A fast shutdown still writes a checkpoint: it gets time for it."""

    async def ready(pid: int) -> bool:
        return cluster.is_ready(pid)

    return Program(
        command=cluster.command(log=installation.logs / "postgres.log"),
        ready=ready,
        before_start=partial(clear_leftovers, cluster.data),
        grace=20.0,
    )


def nats_program(server: NatsServer, installation: Installation) -> Program:
    """Ready when JetStream is."""

    async def ready(_pid: int) -> bool:
        return await answers(f"{server.monitor_url}/healthz")

    return Program(command=server.command(log=installation.logs / "nats.log"), ready=ready)
