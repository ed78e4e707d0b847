"""Stored answers: kept until the incident closed and thirty days more, then forgotten."""

import datetime as dt
from collections.abc import Callable

import pytest

from schemas.events import Event
from schemas.identifiers import IncidentId, PersonId
from schemas.incident import Closed, NoteAdded
from services.chassis.ledger import Accepted, Decision, DecisionFailed, Draft, Stamp
from services.chassis.ledger.retention import endings_of
from tests.chassis.probe import OAK, Probe, Tally, TallyBook, admin_of, running, until_true
from tests.chassis_fixtures import Database, Databases
from tests.fakes.clock import SettableClock

Decide = Callable[[Tally, Stamp], Decision]
DAY = dt.timedelta(days=1)
OPEN, ENDED = IncidentId("open-1"), IncidentId("ended-1")


@pytest.fixture
async def db(database: Databases) -> Database:
    return await database("incident_probe", "incident")


def say(data: Event, incident: IncidentId | None) -> Decide:
    def decide(state: Tally, stamp: Stamp) -> Decision:
        return Accepted((Draft(data, "drill", incident),))

    return decide


async def kept(db: Database, service: str = "incident") -> set[str]:
    async with admin_of(db) as admin:
        return {row["op_id"] for row in await admin.fetch(f"SELECT op_id FROM {service}.ops")}


async def tell_a_story(probe: Probe, clock: SettableClock) -> None:
    """Two incidents, of which one ends on day 2, and an op outside of them."""
    note = NoteAdded(text="a note")
    await probe.submit(say(note, OPEN), op_id="open-note")
    await probe.submit(say(note, ENDED), op_id="ended-note")
    await probe.submit(say(note, None), op_id="no-incident")
    clock.advance(2 * DAY)
    await probe.submit(say(Closed(by=(PersonId("ann"),)), ENDED), op_id="closes-it")


async def test_answers_outlive_their_incident_by_thirty_days(db: Database) -> None:
    """A phone that was away may still ask; an open incident's answers never go."""
    clock = SettableClock()
    async with running(db, service="incident", clock=clock, book=TallyBook(stored=False)) as probe:
        await tell_a_story(probe, clock)
        clock.advance(29 * DAY)
        assert await probe.ledger.forget_old_ops() == 1
        assert await kept(db) == {"open-note", "ended-note", "closes-it"}
        clock.advance(2 * DAY)
        assert await probe.ledger.forget_old_ops() == 2
        assert await kept(db) == {"open-note"}
        clock.advance(400 * DAY)
        assert await probe.ledger.forget_old_ops() == 0


async def test_a_forgotten_op_cannot_add_its_event_again(db: Database) -> None:
    """Event ids are unique for ever: an ancient repeat fails, it is not applied twice."""
    clock = SettableClock()
    async with running(db, service="incident", clock=clock, book=TallyBook(stored=False)) as probe:
        await tell_a_story(probe, clock)
        clock.advance(40 * DAY)
        await probe.ledger.forget_old_ops()
        with pytest.raises(DecisionFailed):
            await probe.submit(say(NoteAdded(text="a note"), ENDED), op_id="ended-note")
        page = await probe.ledger.events(OAK, 0, 100)
        assert len(page.events) == 4


async def test_an_owner_without_endings_goes_by_the_last_answer(db: Database) -> None:
    """Who never hears of a close keeps an incident's answers until none is younger."""
    clock = SettableClock()
    note = NoteAdded(text="a note")
    async with running(
        db, service="incident_probe", clock=clock, book=TallyBook(stored=False)
    ) as probe:
        await probe.submit(say(note, OPEN), op_id="first-note")
        clock.advance(20 * DAY)
        await probe.submit(say(note, OPEN), op_id="later-note")
        clock.advance(20 * DAY)
        assert await probe.ledger.forget_old_ops() == 0
        clock.advance(11 * DAY)
        assert await probe.ledger.forget_old_ops() == 2


async def test_it_happens_at_start_and_daily_by_the_clock(db: Database) -> None:
    """Nobody has to remember it."""
    clock = SettableClock()
    book = TallyBook(stored=False)
    async with running(db, service="incident", clock=clock, book=book) as probe:
        await tell_a_story(probe, clock)
    clock.advance(29 * DAY)
    async with (
        running(db, service="incident", clock=clock, book=book, retention_check=0.02),
        admin_of(db) as admin,
    ):
        await until_true(admin, "SELECT count(*) = 3 FROM incident.ops")
        clock.advance(2 * DAY)
        await until_true(admin, "SELECT count(*) = 1 FROM incident.ops")


def test_the_owners_that_end_incidents_are_known() -> None:
    """A new event that ends an incident belongs on the list."""
    assert endings_of("incident") == ["incident.closed.v1", "incident.drill_stopped.v1"]
    assert endings_of("accountability") == ["accountability.ended.v1"]
    assert endings_of("notifier") == []
