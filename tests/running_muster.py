"""A whole Muster, started as a person starts it, for journeys, benchmarks and chaos."""

import asyncio
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import psutil

from schemas.api.bodies import AccountBody, DeclareBody, Me, Names, Ticket
from schemas.identifiers import IncidentId
from schemas.replies import Reply
from schemas.roster import School
from schemas.vocabulary import Role
from services.cli.embedded.ports import free_ports
from services.cli.installation import Installation, Running

DEMO_SCHOOL = "Harbor Demo School"
READY = 150.0
STOP = 60.0


@dataclass
class RunningMuster:
    """`muster up --demo` on a folder of its own. clock: seconds added to the real time; None: the
    demo's own, which opens at 10:05 on a school day."""

    folder: Path
    port: int
    clock: float | None = None
    process: asyncio.subprocess.Process | None = None
    ready_after: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> Running:
        """Addresses of its servers and services."""
        found = Installation(self.folder).running()
        assert found is not None, "it is not running"
        return found

    async def start(self) -> None:
        """Start, and wait for the line that says it is ready."""
        began = time.monotonic()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.cli",
            "up",
            "--demo",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=os.environ | self._settings(),
        )
        assert self.process.stdout is not None
        said = []
        async with asyncio.timeout(READY):
            async for line in self.process.stdout:
                said.append(line.decode())
                if line.startswith(b"Muster is ready"):
                    self.ready_after = time.monotonic() - began
                    return
        raise RuntimeError("Muster did not become ready:\n" + "".join(said))

    def _settings(self) -> dict[str, str]:
        own = {"MUSTER_DATA": str(self.folder), "MUSTER_PORT": str(self.port)}
        return own if self.clock is None else own | {"MUSTER_CLOCK": repr(self.clock)}

    async def stop(self) -> None:
        """SIGTERM, and wait until everything is down."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STOP):
            await self.process.wait()

    def process_of(self, name: str) -> psutil.Process:
        """The process of a service, or of `postgres` or `nats`."""
        assert self.process is not None
        wanted = {"nats": "nats-server", "postgres": "postgres"}.get(name, f"services.{name}")
        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                words = child.cmdline()
            except psutil.Error:
                continue
            if any(Path(word).name == wanted or word == wanted for word in words):
                return child
        raise LookupError(f"no process of {name}")

    def memory(self) -> int:
        """Summed proportional set size of every process, bytes."""
        assert self.process is not None
        top = psutil.Process(self.process.pid)
        total = 0
        for child in (top, *top.children(recursive=True)):
            try:
                total += child.memory_full_info().pss
            except psutil.Error:
                continue
        return total


@asynccontextmanager
async def running_muster(clock: float | None = None) -> AsyncIterator[RunningMuster]:
    """A fresh demo on free ports; folder and processes are gone with the context."""
    folder = Path(tempfile.mkdtemp(prefix="muster-"))
    muster = RunningMuster(folder / "data", _neighbours(), clock)
    try:
        await muster.start()
        yield muster
    finally:
        await muster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _neighbours() -> int:
    """A free port whose next one is free too: the live socket listens there."""
    while True:
        (port,) = free_ports(1)
        try:
            if psutil.net_connections is not None and _is_free(port + 1):
                return port
        except OSError:
            continue


def _is_free(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@dataclass
class Person:
    """Someone signed in through the HTTP API, as a page is."""

    http: aiohttp.ClientSession
    url: str
    school: str
    device: str
    acknowledged: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"{self.url}/api/v1/schools/{self.school}"

    async def post(self, path: str, body: Any, *, op_id: str | None = None) -> tuple[int, bytes]:
        """One write with its idempotency key."""
        headers = {"Idempotency-Key": op_id or f"op-{secrets.token_hex(12)}"}
        async with self.http.post(
            path, data=msgspec.json.encode(body), headers=headers
        ) as response:
            return response.status, await response.read()

    async def command(self, path: str, body: Any, *, op_id: str | None = None) -> Reply:
        """A command; fails unless it was answered."""
        status, said = await self.post(f"{self.base}{path}", body, op_id=op_id)
        assert status == 200, (status, said)
        return msgspec.json.decode(said, type=Reply)

    async def declare(self, mode: str, **action: Any) -> IncidentId:
        """Start an incident; fails unless it was accepted."""
        body = msgspec.convert({"mode": mode, "action": action}, DeclareBody)
        reply = await self.command("/incidents", body)
        assert reply.status == "accepted", reply
        assert reply.incident is not None
        return reply.incident

    async def account(self, incident: str, **said: Any) -> Reply:
        """Marks from this person's device."""
        body = msgspec.convert({"device": self.device, **said}, AccountBody)
        return await self.command(f"/incidents/{incident}/accounting", body)

    async def get(self, path: str, type: Any) -> Any:
        """A read of the school."""
        async with self.http.get(f"{self.base}{path}") as response:
            response.raise_for_status()
            return msgspec.json.decode(await response.read(), type=type)

    async def names(self) -> Names:
        found = await self.get("/roster", Names)
        assert isinstance(found, Names)
        return found

    async def ticket(self, view: str, classes: tuple[str, ...] = ()) -> Ticket:
        """A ticket for the live socket."""
        status, said = await self.post(f"{self.base}/ticket", {"view": view, "classes": classes})
        assert status == 200, (status, said)
        return msgspec.json.decode(said, type=Ticket)


@asynccontextmanager
async def signed_in(muster: RunningMuster, role: Role) -> AsyncIterator[Person]:
    """One tap of the demo."""
    headers = {"X-Muster": "1", "Origin": muster.url, "Content-Type": "application/json"}
    device = f"dev_{secrets.token_hex(6)}"
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(headers=headers, cookie_jar=jar) as http:
        school = await demo_school(muster)
        body = {"role": role, "school": school, "device": device}
        async with http.post(f"{muster.url}/api/v1/sessions/demo", json=body) as response:
            assert response.status == 200, await response.text()
            me = msgspec.json.decode(await response.read(), type=Me)
            assert school in me.roles
        yield Person(http, muster.url, school, device)


async def demo_school(muster: RunningMuster) -> str:
    """The school that the demo was filled with, whatever was imported since."""
    from services.chassis.clock import SystemClock
    from services.chassis.commands import ServiceClient, Tokens, open_session

    key = Installation(muster.folder).secret("service.key")
    async with open_session() as session:
        roster = ServiceClient(
            caller="cli",
            url=muster.running.services["roster"],
            tokens=Tokens(key),
            clock=SystemClock(muster.running.clock),
            session=session,
        )
        schools = await roster.get("/schools", list[School])
    return next(str(school.id) for school in schools if school.name == DEMO_SCHOOL)
