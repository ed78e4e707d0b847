"""The order in which an installation comes up, and goes down."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from services.chassis.clock import SystemClock
from services.cli.child import Command
from services.cli.embedded.nats import refuse_lazy_disk
from services.cli.embedded.ports import is_free
from services.cli.errors import CommandError
from services.cli.installation import Installation, Running
from services.cli.supervisor.journal import Journal
from services.cli.supervisor.keeper import Keeper, Program, StartFailed
from services.cli.supervisor.probe import answers
from services.cli.supervisor.servers import Servers, plan_servers
from services.cli.supervisor.services import (
    Addresses,
    Listens,
    ServiceSpec,
    choose_addresses,
    environment,
)

SERVER_DEADLINE = 30.0
SERVICE_DEADLINE = 60.0
# A school behind a name of its own says from which pages screens may connect.
GIVEN = frozenset({"MUSTER_BOARD_ORIGINS"})


def stay_cold() -> None:
    """Every service imports everything by itself."""


async def do_nothing(_running: Running) -> None:
    """A school starts empty: its own data comes through the importer."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to bring up.

    `migrate` gets (admin database URL, services with a database, service key) before any service
    starts. `password_of` gives a service's database password from (service key, service).
    `warm_up` runs while the servers start: services are forked from this process and need not
    import again what it imported. `first_run` runs once in an installation's life, when every
    service is ready.
    """

    services: Sequence[ServiceSpec]
    public_port: int
    migrate: Callable[[str, Sequence[str], str], Awaitable[object]]
    password_of: Callable[[str, str], str]
    warm_up: Callable[[], None] = stay_cold
    first_run: Callable[[Running], Awaitable[None]] = do_nothing
    demo: bool = False
    clock: float = 0.0
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


class Supervisor:
    """One run of an installation: everything it starts is ended by `down`."""

    def __init__(self, installation: Installation, plan: Plan, say: Callable[[str], None]) -> None:
        self.installation = installation
        self.plan = plan
        self._say = say
        self._journal = Journal(installation.logs, SystemClock())
        self._servers: list[Keeper] = []
        self._services: list[Keeper] = []

    async def up(self) -> Running:
        """Start everything, in order; returns when all of it is ready."""
        self._journal.rotate()
        addresses = choose_addresses(self.plan.services, self.plan.public_port)
        refuse_taken_ports(self.plan, addresses)
        self._say("Preparing PostgreSQL and NATS")
        servers = plan_servers(self.installation, self.plan.environ)
        started = self._start(servers.programs, self._servers)
        self.plan.warm_up()
        await all_ready(started, SERVER_DEADLINE)
        refuse_lazy_disk(servers.nats_monitor_url)
        key = self.installation.service_key_file.read_text().strip()
        stored = [spec.name for spec in self.plan.services if spec.database]
        await self.plan.migrate(servers.database_url, stored, key)
        self._say("Starting the services")
        programs = [self._program(spec, addresses, servers, key) for spec in self.plan.services]
        await all_ready(self._start(programs, self._services), SERVICE_DEADLINE)
        running = self._running(addresses, servers)
        self.installation.announce(running)
        await self._first_run(running)
        self._journal.write("ready", url=running.url)
        return running

    async def down(self) -> None:
        """Services first, so that their last writes arrive; then both servers."""
        self._journal.write("stopping")
        self.installation.withdraw()
        await asyncio.gather(*(keeper.stop() for keeper in self._services))
        await asyncio.gather(*(keeper.stop() for keeper in self._servers))

    def _start(self, programs: Sequence[Program], kept: list[Keeper]) -> list[Keeper]:
        for program in programs:
            keeper = Keeper(program, self._journal)
            keeper.start()
            kept.append(keeper)
        return kept

    def _program(
        self, spec: ServiceSpec, addresses: Addresses, servers: Servers, key: str
    ) -> Program:
        def database_url(service: str) -> str:
            password = self.plan.password_of(key, service)
            return servers.database_url_of(f"muster_{service}", password)

        async def ready(_pid: int) -> bool:
            return await answers(f"{addresses.urls[spec.name]}/health/ready")

        told = environment(spec, addresses, self._shared(servers), database_url)
        return Program(
            command=Command(
                name=spec.name,
                module=spec.module,
                environment=told,
                log=self.installation.logs / f"{spec.name}.log",
            ),
            ready=ready,
        )

    def _shared(self, servers: Servers) -> dict[str, str]:
        return {
            "MUSTER_SERVICE_KEY_FILE": str(self.installation.service_key_file),
            "MUSTER_DATA": str(self.installation.folder),
            "MUSTER_CLOCK": repr(self.plan.clock),
            "MUSTER_DEMO": "1" if self.plan.demo else "0",
            "MUSTER_NATS_URL": servers.nats_url,
            "MUSTER_NATS_MONITOR_URL": servers.nats_monitor_url,
            **{name: value for name, value in self.plan.environ.items() if name in GIVEN},
        }

    def _running(self, addresses: Addresses, servers: Servers) -> Running:
        return Running(
            pid=os.getpid(),
            url=f"http://127.0.0.1:{self.plan.public_port}",
            live_url=f"ws://127.0.0.1:{addresses.live_port}/live",
            services=addresses.urls,
            database_url=servers.database_url,
            nats_url=servers.nats_url,
            nats_monitor_url=servers.nats_monitor_url,
            demo=self.plan.demo,
            clock=self.plan.clock,
        )

    async def _first_run(self, running: Running) -> None:
        if self.installation.note("first-run") is None:
            await self.plan.first_run(running)
            self.installation.keep_note("first-run", "done")


async def all_ready(keepers: Sequence[Keeper], deadline: float) -> None:
    """Raise StartFailed, naming the first program that is not ready in time."""
    await asyncio.gather(*(keeper.wait_ready(deadline) for keeper in keepers))


def refuse_taken_ports(plan: Plan, addresses: Addresses) -> None:
    """Raise CommandError `port_taken` before anything starts."""
    public = [
        addresses.ports[spec.name] for spec in plan.services if spec.listens is Listens.PUBLIC
    ]
    for port in (*public, addresses.live_port):
        if not is_free(port):
            raise CommandError(
                "port_taken",
                f"Port {port} is used by another program. Muster needs it and the one beside it: "
                "choose another with MUSTER_PORT.",
            )


async def run_until_signal(supervisor: Supervisor, say: Callable[[str], None]) -> None:
    """Up, stay, and down at SIGINT, SIGTERM or SIGHUP, also in the middle of coming up."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    stopped = asyncio.create_task(stop.wait())
    coming_up = asyncio.create_task(supervisor.up())
    try:
        await asyncio.wait({stopped, coming_up}, return_when=asyncio.FIRST_COMPLETED)
        if coming_up.done():
            say(f"Muster is ready: {coming_up.result().url}")
            await stopped
    except StartFailed as error:
        raise CommandError("start_failed", str(error)) from error
    finally:
        for task in (coming_up, stopped):
            task.cancel()
        await asyncio.gather(coming_up, stopped, return_exceptions=True)
        await supervisor.down()


def supervise(installation: Installation, plan: Plan, say: Callable[[str], None]) -> None:
    """Run the installation, whose lock the caller holds, in this process until a signal.

    Raises CommandError when something keeps it from coming up; everything is down by then.
    """
    asyncio.run(run_until_signal(Supervisor(installation, plan, say), say))
