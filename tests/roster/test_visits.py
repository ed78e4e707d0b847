"""The front desk over HTTP on a real database: in, wait, out, the log, what is removed."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.identifiers import SchoolId
from schemas.roster_site import (
    DecideVisit,
    LeaveKiosk,
    OpenKiosk,
    RecordFlagged,
    SetSitePolicy,
    SignedIn,
    SignIn,
    SignOut,
    Visit,
)
from services.chassis.commands import ProblemError
from services.chassis.database import open_pool
from services.roster.store.site_daily import DailyRemoval
from tests.chassis_fixtures import Databases
from tests.roster.desk import OFFICE, PIN, TEACHER, Desk, desk_of
from tests.roster.running import running


@pytest.fixture
async def desk(database: Databases, tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(await database("roster"), tmp_path) as service:
        yield await desk_of(service)


async def test_a_visitor_comes_and_leaves_by_badge(desk: Desk) -> None:
    """On site from sign-in to sign-out, with host and kind, and in the day's log after that."""
    told = await desk.comes("Rowan Quillfeather", visit_kind="contractor", host_said="morgan")
    assert told.outcome == "in"
    visit = await desk.visit(told.visit)
    assert (visit.host, visit.host_name) == (desk.staff["Morgan"], "Morgan Oakes")
    [adult] = (await desk.on_site()).adults
    assert (adult.person, adult.kind, adult.place) == (visit.id, "contractor", "Morgan Oakes")
    typed = "-".join(visit.badge_code[n : n + 4] for n in (0, 4, 8)).lower()
    assert (await desk.send(SignOut, code=typed)).status == "accepted"
    assert (await desk.on_site()).adults == ()
    [logged] = (await desk.book()).visits
    assert (logged.state, logged.left) == ("out", desk.service.clock.now())


async def test_on_site_at_an_earlier_moment(desk: Desk) -> None:
    """Who was here then, whatever happened since: an incident asks for its own beginning."""
    began = desk.service.clock.now()
    told = await desk.comes("Rowan Quillfeather")
    desk.service.clock.advance(dt.timedelta(minutes=30))
    await desk.send(SignOut, visit=told.visit)
    assert (await desk.on_site()).adults == ()
    then = (began + dt.timedelta(minutes=5)).isoformat()
    assert len((await desk.on_site(at=then)).adults) == 1
    before = (began - dt.timedelta(minutes=5)).isoformat()
    assert (await desk.on_site(at=before)).adults == ()


async def test_a_double_tap_is_one_visitor(desk: Desk) -> None:
    """The same op twice, one after the other, signs in one person with one answer."""
    await desk.no_random_checks()
    kiosk = await desk.open_kiosk()
    twice = SignIn(
        op_id="op-double-tap",
        school=desk.school,
        actor=desk.screen,
        name="Rowan Quillfeather",
        kiosk=kiosk,
    )
    first = await desk.service.client.send(twice)
    assert first == await desk.service.client.send(twice)
    assert len((await desk.book()).visits) == 1


@pytest.mark.parametrize("reason", ["flagged", "host_not_found", "random_check"])
async def test_the_kiosk_is_told_the_same_whatever_the_reason(desk: Desk, reason: str) -> None:
    """Nobody at the kiosk can tell a flagged name from an unknown host or a random check."""
    kiosk = await desk.open_kiosk()
    await desk.send(SetSitePolicy, check_percent=100 if reason == "random_check" else 0)
    await desk.flag("Rowan Quillfeather")
    said = "nobody of this name" if reason == "host_not_found" else "morgan"
    name = "Roan Quilfeather" if reason == "flagged" else "Alice Sample"
    sent = SignIn(
        op_id="op-at-the-kiosk",
        school=desk.school,
        actor=desk.screen,
        name=name,
        host_said=said,
        kiosk=kiosk,
    )
    reply = await desk.service.client.send(sent)
    told = msgspec.json.decode(reply.answer, type=dict[str, str])
    assert told == {"visit": told["visit"], "outcome": "wait"}
    assert reason not in msgspec.json.encode(reply).decode()
    [waits] = await desk.waiting()
    assert (waits.wait_reason, waits.kiosk, waits.state) == (reason, "Main entrance", "waiting")
    assert bool(waits.resembles) is (reason == "flagged")
    # Whoever waits is not on site, and has no badge that works.
    assert (await desk.on_site()).adults == ()
    assert (await desk.send(SignOut, code=waits.badge_code)).code == "not_here"


async def test_the_office_lets_in_or_turns_away_and_the_first_decision_holds(desk: Desk) -> None:
    """Who decided is recorded; a second office cannot turn it around unseen."""
    await desk.flag("Rowan Quillfeather", aliases=("Ro Quill",))
    one = await desk.comes("Rowan Quillfeather")
    two = await desk.comes("Ro Quill")
    assert (one.outcome, two.outcome) == ("wait", "wait")
    assert (await desk.send(DecideVisit, visit=one.visit, decision="let_in")).status == "accepted"
    assert (
        await desk.send(DecideVisit, visit=two.visit, decision="turn_away")
    ).status == "accepted"
    second = await desk.send(DecideVisit, visit=one.visit, decision="turn_away")
    assert (second.status, second.code) == ("refused", "already_decided")
    assert (await desk.send(DecideVisit, visit=one.visit, decision="let_in")).status == "accepted"
    assert [p.id for p in (await desk.here()).people] == [one.visit]
    let_in, turned = await desk.visit(one.visit), await desk.visit(two.visit)
    assert (let_in.state, let_in.decided_by) == ("in", OFFICE.person)
    assert (turned.state, turned.decided_by) == ("turned_away", OFFICE.person)
    kept = (await desk.flagged()).decisions
    assert {(k.visit, k.decision) for k in kept} == {
        (one.visit, "let_in"),
        (two.visit, "turn_away"),
    }


async def test_a_notice_never_gives_the_visitor_anothers_name(desk: Desk) -> None:
    """A resemblance is a question: the visit keeps the name that was typed."""
    await desk.flag("Robert Fernmoor")
    await desk.comes("Bob Fernmoor")
    [waits] = await desk.waiting()
    [hit] = waits.resembles
    assert waits.name == "Bob Fernmoor"
    assert (hit.matched, hit.how) == ("Robert Fernmoor", "short_name")


async def test_a_kiosk_signs_in_and_out_and_nothing_else(desk: Desk) -> None:
    """An enrolled screen can neither decide, nor pick a visit, nor write any book."""
    await desk.no_random_checks()
    kiosk = await desk.open_kiosk()
    told = await desk.comes("Rowan Quillfeather", kiosk=kiosk)
    for kind, fields in (
        (DecideVisit, {"visit": told.visit, "decision": "let_in"}),
        (RecordFlagged, {"name": "Rowan Quillfeather"}),
        (OpenKiosk, {"name": "Another", "pin": PIN}),
        (SetSitePolicy, {"keep_days": 30}),
    ):
        reply = await desk.send(kind, actor=desk.screen, **fields)
        assert (reply.status, reply.code) == ("refused", "not_allowed"), kind
    picked = await desk.send(SignOut, actor=desk.screen, visit=told.visit, kiosk=kiosk)
    assert (picked.status, picked.code) == ("refused", "not_here")
    assert (await desk.visit(told.visit)).state == "in"


async def test_only_the_desk_keeps_the_desk(desk: Desk) -> None:
    """A teacher's session can neither sign people in nor read or write the flagged list."""
    for kind, fields in (
        (SignIn, {"name": "Rowan Quillfeather"}),
        (SignIn, {"name": "Rowan Quillfeather", "kiosk": "made-up"}),
        (RecordFlagged, {"name": "Rowan Quillfeather"}),
        (SignOut, {"code": "ABCD"}),
    ):
        reply = await desk.send(kind, actor=TEACHER, **fields)
        assert (reply.status, reply.code) == ("refused", "not_allowed"), kind
    made_up = await desk.send(SignIn, actor=desk.screen, name="Rowan", kiosk="made-up")
    assert (made_up.status, made_up.code) == ("refused", "kiosk_closed")
    assert (await desk.book()).visits == ()


async def test_another_school_sees_nothing(desk: Desk) -> None:
    """Visits, entries and kiosks of one school do not exist at the next."""
    await desk.flag("Rowan Quillfeather")
    kiosk = await desk.open_kiosk()
    told = await desk.comes("Alice Sample", kiosk="")
    with pytest.raises(ProblemError) as missing:
        await desk.service.client.get("/visit", Visit, school=desk.second, visit=told.visit)
    assert missing.value.status == 404
    out = await desk.send(SignOut, school=desk.second, visit=told.visit)
    assert out.code == "not_here"
    elsewhere = await desk.send(
        SignIn, actor=desk.screen, school=desk.second, name="A Sample", kiosk=kiosk
    )
    assert elsewhere.code == "kiosk_closed"
    same_name = await desk.send(SignIn, school=desk.second, name="Rowan Quillfeather")
    assert msgspec.json.decode(same_name.answer, type=SignedIn).outcome == "in"
    connection = await desk.service.connect()
    for table in ("visits", "flagged", "kiosks", "substitutes", "day_codes", "site_photos"):
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
    await connection.close()


@pytest.mark.parametrize(
    ("name", "code", "kept"),
    [
        ("x" * 121, "too_long", ""),
        ("🙂🙂", "name_needed", ""),
        ("\u202e\u2066", "name_needed", ""),
        ("<script>alert(1)</script>", "", "<script>alert(1)</script>"),
        ("\u202eAsh\u2069 Sample", "", "Ash Sample"),
        ("نور 🙂 Sample", "", "نور 🙂 Sample"),
        ("'; DROP TABLE visits; --", "", "'; DROP TABLE visits; --"),
        ("Nul\x00 Sample", "", "Nul Sample"),
    ],
)
async def test_hostile_names_are_kept_as_text_or_refused(
    desk: Desk, name: str, code: str, kept: str
) -> None:
    """What someone types is text: nothing runs, nothing turns the page, nothing half done."""
    reply = await desk.send(SignIn, name=name)
    assert reply.code == code
    assert [one.name for one in (await desk.book()).visits] == ([kept] if kept else [])


async def test_who_was_not_signed_out_is_shown_until_someone_says_so(desk: Desk) -> None:
    """The next morning they are no longer counted as here, and never silently gone."""
    told = await desk.comes("Rowan Quillfeather")
    desk.service.clock.advance(dt.timedelta(hours=24))
    assert (await desk.on_site()).adults == ()
    [left] = (await desk.book()).left_over
    assert (left.id, left.not_signed_out) == (told.visit, True)
    assert [one.id for one in (await desk.here()).left_over] == [told.visit]
    await desk.send(SignOut, visit=told.visit, time_unknown=True)
    assert (await desk.book()).left_over == ()
    assert (await desk.visit(told.visit)).left_unknown


async def test_an_evening_visit_is_still_here_after_midnight(desk: Desk) -> None:
    """An incident at 00:10 after a concert must know of the guests."""
    desk.service.clock.advance(dt.timedelta(hours=12, minutes=30))
    await desk.comes("Rowan Quillfeather")
    desk.service.clock.advance(dt.timedelta(hours=2))
    assert len((await desk.on_site()).adults) == 1


async def test_old_visits_go_and_decisions_stay(desk: Desk) -> None:
    """After the school's days a visit is removed; who is not signed out and why stay."""
    await desk.send(SetSitePolicy, keep_days=30)
    await desk.flag("Rowan Quillfeather")
    flagged = await desk.comes("Rowan Quillfeather")
    await desk.send(DecideVisit, visit=flagged.visit, decision="turn_away")
    gone = await desk.comes("Alice Sample")
    await desk.send(SignOut, visit=gone.visit)
    forgotten = await desk.comes("Ash Sample")
    pool = await open_pool(desk.service.settings.database_url, service="roster")
    removal = DailyRemoval(pool)
    day = desk.service.clock.now() + dt.timedelta(days=29)
    assert await removal.remove_old(desk.school, day) == 0
    assert await removal.remove_old(SchoolId(desk.second), day + dt.timedelta(days=9)) == 0
    assert await removal.remove_old(desk.school, day + dt.timedelta(days=2)) == 2
    assert await removal.remove_old(desk.school, day + dt.timedelta(days=2)) == 0
    await pool.close()
    assert [one.id for one in (await desk.book()).visits] == [forgotten.visit]
    assert [one.visit for one in (await desk.flagged()).decisions] == [flagged.visit]


async def test_what_the_list_says_is_nowhere_readable_and_reads_are_kept(desk: Desk) -> None:
    """Neither a copy of the database nor the log gives an entry away; every reader is recorded."""
    await desk.flag("Zebulon Quillfeather", description="grey coat", document="TN-17")
    await desk.comes("Zebulon Quillfeather")
    assert [one.name for one in (await desk.flagged()).entries] == ["Zebulon Quillfeather"]
    assert (await desk.flagged()).reads == 2
    page = await desk.service.client.events(desk.school, 0, 100)
    events = b"".join(bytes(one) for one in page.events)
    assert b"Quillfeather" not in events
    connection = await desk.service.connect()
    async with connection.transaction():
        await connection.execute("SELECT set_config('muster.school', $1, true)", desk.school)
        for table in ("flagged", "flagged_decisions", "ops", "events"):
            rows = await connection.fetch(f"SELECT * FROM {table}")
            said = str([dict(row) for row in rows])
            assert "Quillfeather" not in said, table
            assert "grey coat" not in said, table
        readers = await connection.fetch("SELECT reader FROM flagged_reads")
    await connection.close()
    assert [row["reader"] for row in readers] == [OFFICE.person] * 2


async def test_a_kiosk_is_left_with_its_pin_and_five_tries(desk: Desk) -> None:
    """A child with time cannot try out ten thousand PINs; the right one ends the kiosk."""
    kiosk = await desk.open_kiosk()
    for _ in range(5):
        wrong = await desk.send(LeaveKiosk, actor=desk.screen, kiosk=kiosk, pin="0000")
        assert wrong.code == "wrong_pin"
    locked = await desk.send(LeaveKiosk, actor=desk.screen, kiosk=kiosk, pin=PIN)
    assert locked.code == "too_many_tries"
    desk.service.clock.advance(dt.timedelta(minutes=6))
    left = await desk.send(LeaveKiosk, actor=desk.screen, kiosk=kiosk, pin=PIN)
    assert left.status == "accepted"
    after = await desk.send(SignIn, actor=desk.screen, name="Alice Sample", kiosk=kiosk)
    assert after.code == "kiosk_closed"


async def test_one_op_tries_one_pin(desk: Desk) -> None:
    """The same op with PIN after PIN neither escapes the count of tries nor ends the kiosk."""
    kiosk = await desk.open_kiosk()
    asked: dict[str, Any] = {"actor": desk.screen, "kiosk": kiosk, "op_id": "op-of-a-guesser"}
    for pin in ("0000", "0001", PIN):
        wrong = await desk.send(LeaveKiosk, pin=pin, **asked)
        assert (wrong.status, wrong.code) == ("refused", "wrong_pin")
    after = await desk.send(SignIn, actor=desk.screen, name="Alice Sample", kiosk=kiosk)
    assert after.status == "accepted"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-13-01"])
async def test_a_day_that_no_school_has_is_a_bad_question(desk: Desk, day: str) -> None:
    """The end of the calendar is refused in words and does not fail inside."""
    for path in ("/desk", "/substitutes", "/day"):
        asked: dict[str, Any] = {"day": day, "date": day}
        with pytest.raises(ProblemError) as problem:
            await desk.service.client.get(path, object, school=desk.school, **asked)
        assert (problem.value.status, problem.value.code) == (400, "bad_query"), path


async def test_search_finds_by_any_name_without_accents(desk: Desk) -> None:
    """The office finds a visit by visitor, organisation or host."""
    await desk.comes("Zoë Sample", organisation="Éclair Repairs", host_said="morgan")
    for text in ("zoe", "eclair rep", "oakes mor"):
        assert len((await desk.book(find=text)).visits) == 1, text
    assert (await desk.book(find="nobody")).visits == ()


async def test_the_service_itself_removes_what_is_old(desk: Desk) -> None:
    """Nobody has to remember: the active instance does it without being asked."""
    await desk.send(SetSitePolicy, keep_days=30)
    told = await desk.comes("Alice Sample")
    await desk.send(SignOut, visit=told.visit)
    desk.service.clock.advance(dt.timedelta(days=31))
    await desk.service.stop()
    await desk.service.start()
    async with asyncio.timeout(30):
        while (await desk.book(find="alice")).visits:  # noqa: ASYNC110 -- over HTTP
            await asyncio.sleep(0.05)
