"""What accountability makes of the incidents that it follows."""

import asyncio
import datetime as dt
from typing import cast

import msgspec
import pytest

from schemas.accountability import Opened
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import ActionId, EventId, IncidentId, PersonId, SchoolId
from schemas.incident import Action, ActionCall, Declared, DrillStopped
from schemas.registry import event_type
from schemas.roster import RosterSnapshot
from schemas.roster_day import DayChanged, DayFact, ExpectedList
from services.accountability.follows import AccountsSink, FollowedRosters
from services.accountability.store import SnapshotStore
from services.chassis.commands import ProblemError, ServiceClient, Unavailable
from services.chassis.database import Pool
from tests.fakes.acts import AT, FoldingActs, HeldActs
from tests.fakes.day import expected_at
from tests.fakes.roster import snapshot_of, students_of

LINCOLN, LONGFELLOW = SchoolId("lincoln"), SchoolId("longfellow")


class KnownRosters:
    """Every school's roster is at hand."""

    async def snapshot(self, school: SchoolId, version: int) -> RosterSnapshot:
        return snapshot_of(school, version)

    async def expected(
        self, school: SchoolId, version: int, at: dt.datetime
    ) -> ExpectedList | None:
        return None

    async def at_hand(self, school: SchoolId) -> RosterSnapshot | None:
        return snapshot_of(school)


def declared() -> Declared:
    action = Action(
        id=ActionId("action"),
        call=ActionCall(kind="lockdown"),
        directive="Locks, Lights, Out of Sight.",
        started=AT,
        started_by=PersonId("office"),
    )
    return Declared(mode="live", number=2, action=action, declaration="both", roster_version=1)


def happened(school: SchoolId, *events: Event) -> list[tuple[Envelope, Event]]:
    """These events of the incident service, in its log's order."""
    return [
        (
            Envelope(
                id=EventId(f"{school}-{pos}"),
                source="muster/incident",
                type=event_type(type(data)),
                time=AT + dt.timedelta(seconds=pos),
                school=school,
                incident=IncidentId(f"incident-{pos}"),
                pos=pos,
                seq=1,
                mode="live",
                actor=PersonId("office"),
                op_id="op-office-1",
                data=msgspec.Raw(msgspec.json.encode(data)),
            ),
            data,
        )
        for pos, data in enumerate(events, 1)
    ]


async def test_two_schools_at_once_both_get_their_population() -> None:
    """A drill that is taken over at one school keeps its students while another declares."""
    acts = HeldActs(held=LINCOLN)
    # No event is skipped here, so that no cursor is moved by itself.
    sink = AccountsSink(ledger=acts, rosters=KnownRosters(), pool=cast(Pool, None))
    taken_over = happened(LINCOLN, DrillStopped(superseded_by=IncidentId("incident-2")), declared())
    first = asyncio.create_task(sink.apply("incident", LINCOLN, taken_over))
    await acts.waiting.wait()
    await sink.apply("incident", LONGFELLOW, happened(LONGFELLOW, declared()))
    acts.release.set()
    await first
    opened = [school for school, event in acts.decided if isinstance(event, Opened)]
    assert sorted(opened) == [LINCOLN, LONGFELLOW]


class SlowDay(KnownRosters):
    """Reads the list at once, and hands it over when it is let through."""

    def __init__(self) -> None:
        self.read = asyncio.Event()
        self.release = asyncio.Event()

    async def expected(
        self, school: SchoolId, version: int, at: dt.datetime
    ) -> ExpectedList | None:
        found = expected_at(snapshot_of(school, version), "class")
        self.read.set()
        await self.release.wait()
        return found


async def test_a_sign_out_while_the_list_is_being_read_is_not_lost() -> None:
    """The list was read before the sign-out, and its act may come after: the sign-out waits."""
    acts, rosters = FoldingActs(), SlowDay()
    sink = AccountsSink(ledger=acts, rosters=rosters, pool=cast(Pool, None))
    opening = asyncio.create_task(sink.apply("incident", LINCOLN, happened(LINCOLN, declared())))
    await rosters.read.wait()
    gone = students_of(0)[3]
    changed = DayChanged(date="2026-09-15", facts=(DayFact(gone, "left", "signed_out", AT),))
    changing = asyncio.create_task(sink.apply("roster", LINCOLN, happened(LINCOLN, changed)))
    rosters.release.set()
    await asyncio.gather(opening, changing)
    (account,) = acts.school(LINCOLN).accounts.values()
    assert account.rows[gone].state == "left"


class StrangerToSchools:
    """A roster that has no school at all."""

    async def get(self, path: str, *_kind: object, **_asked: object) -> RosterSnapshot:
        raise ProblemError(404, "not_found")


class NothingKept:
    """No snapshot was ever kept."""

    async def read(self, school: SchoolId, version: int) -> None:
        return None


async def test_a_roster_without_the_school_is_asked_every_half_minute() -> None:
    """The lane learns that asking again soon is of no use, and marks learn why they wait."""
    rosters = FollowedRosters(
        roster=cast(ServiceClient, StrangerToSchools()), kept=cast(SnapshotStore, NothingKept())
    )
    with pytest.raises(Unavailable) as told:
        await rosters.snapshot(LINCOLN, 0)
    assert (told.value.code, told.value.retry_after) == ("roster_unknown", 30.0)
    assert rosters.unknown == {LINCOLN}
