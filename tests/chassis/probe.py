"""A smallest owner: it counts notes. What the ledger's tests drive."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import IncidentId, PersonId, SchoolId
from schemas.incident import NoteAdded
from schemas.replies import Reply
from services.chassis.clock import Clock
from services.chassis.database import Connection, Pool, open_pool
from services.chassis.ledger import Accepted, Decision, Draft, Ledger, Op, Refusal, Stamp
from services.chassis.metrics import Metrics
from tests.chassis_fixtures import Database
from tests.fakes.clock import SettableClock

PROBES = Path(__file__).parent / "probe_services"
OAK, ELM = SchoolId("oak"), SchoolId("elm")
ANN = PersonId("ann")
DRILL = IncidentId("drill-1")


@dataclass
class Tally:
    total: int = 0


class TallyShown(msgspec.Struct):
    total: int


class TallyBook:
    """Keeps one number a school in table tallies. `stored=False`: keeps nothing."""

    def __init__(self, *, stored: bool = True) -> None:
        self._stored = stored

    def empty(self, school: SchoolId) -> Tally:
        return Tally()

    async def load(self, connection: Connection, school: SchoolId) -> Tally:
        if not self._stored:
            return Tally()
        total = await connection.fetchval("SELECT total FROM tallies WHERE school = $1", school)
        return Tally(total or 0)

    def copy(self, state: Tally) -> Tally:
        return Tally(state.total)

    def apply(self, state: Tally, event: Envelope, data: Event) -> None:
        if isinstance(data, NoteAdded):
            if data.text == "breaks when applied":
                raise ValueError(data.text)
            state.total += 1

    async def save(
        self,
        connection: Connection,
        school: SchoolId,
        state: Tally,
        events: Sequence[tuple[Envelope, Event]],
    ) -> None:
        if any(
            isinstance(data, NoteAdded) and data.text == "breaks when saved" for _, data in events
        ):
            raise ValueError("breaks when saved")
        if self._stored:
            await connection.execute(
                "INSERT INTO tallies VALUES ($1, $2)"
                " ON CONFLICT (school) DO UPDATE SET total = excluded.total",
                school,
                state.total,
            )

    def snapshot(self, state: Tally) -> msgspec.Struct:
        return TallyShown(total=state.total)


@dataclass
class HeardEvents:
    """A listener that remembers what it was told."""

    events: list[Envelope] = field(default_factory=list)

    def tell(self, events: Sequence[Envelope]) -> None:
        self.events.extend(events)


def add_note(text: str = "a note", incident: IncidentId | None = DRILL) -> Any:
    """Accepts one note."""

    def decide(state: Tally, stamp: Stamp) -> Decision:
        return Accepted((Draft(NoteAdded(text=text), "drill", incident),))

    return decide


def refuse(state: Tally, stamp: Stamp) -> Decision:
    return Refusal("too_late", f"There are {state.total} notes already.")


def explode(state: Tally, stamp: Stamp) -> Decision:
    raise RuntimeError("a rule with a bug")


def op(
    decide: Callable[[Tally, Stamp], Decision] | None = None,
    *,
    school: SchoolId = OAK,
    op_id: str | None = None,
    body: bytes = b"{}",
    actor: PersonId = ANN,
    cursor: tuple[str, int] | None = None,
    shown: bool = False,
) -> Op[Tally]:
    """An op of Ann at Oak that adds a note, unless told otherwise."""
    return Op(
        school=school,
        actor=actor,
        device="phone-1",
        op_id=op_id or secrets.token_hex(8),
        body=body,
        decide=decide or add_note(),
        finish=(lambda state: TallyShown(total=state.total)) if shown else None,
        cursor=cursor,
    )


@dataclass
class Probe:
    """A running ledger with its parts."""

    ledger: Ledger[Tally]
    pool: Pool
    heard: HeardEvents
    metrics: Metrics

    async def submit(self, *args: Any, **named: Any) -> Reply:
        return await self.ledger.submit(op(*args, **named))

    def figure(self, name: str) -> float:
        return self.metrics.registry.get_sample_value(name) or 0.0


@asynccontextmanager
async def running(
    database: Database,
    *,
    service: str = "probe",
    clock: Clock | None = None,
    patience: float = 1.0,
    retention_check: float = 600.0,
    book: TallyBook | None = None,
) -> AsyncIterator[Probe]:
    """Another instance of the owner, stopped at the end."""
    url = database.url(service)
    pool = await open_pool(url, service=service)
    heard, metrics = HeardEvents(), Metrics(service)
    ledger = Ledger(
        owner=service,
        pool=pool,
        database_url=url,
        clock=clock or SettableClock(),
        book=book or TallyBook(),
        lanes=heard,
        metrics=metrics,
        patience=patience,
        retention_check=retention_check,
    )
    await ledger.start()
    try:
        yield Probe(ledger, pool, heard, metrics)
    finally:
        await ledger.stop()
        pool.terminate()


@asynccontextmanager
async def admin_of(database: Database) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """The superuser's connection: for faults, and for looking past row-level security."""
    connection = await asyncpg.connect(database.admin_url)
    try:
        yield connection
    finally:
        await connection.close()


async def until_true(connection: Connection, query: str, deadline: float = 30.0) -> None:
    """Wait until the database answers true; fail after `deadline` seconds."""
    async with asyncio.timeout(deadline):
        while not await connection.fetchval(query):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def until(condition: Callable[[], bool], deadline: float = 30.0) -> None:
    """Wait for a condition; fail after `deadline` seconds."""
    async with asyncio.timeout(deadline):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
