"""Rights, orders and consent over HTTP on a real database."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.identifiers import SchoolId
from schemas.roster import SetLanguage, SetLinkRights
from schemas.roster_pages import QualityReport
from schemas.roster_people import PersonPage
from schemas.roster_rights import (
    ApproveLift,
    LiftProposal,
    ProposeLift,
    RecordConsent,
    SetApart,
    SetRights,
    SetSpeaks,
)
from schemas.vocabulary import Actor
from services.chassis.commands import ProblemError
from tests.chassis_fixtures import Databases
from tests.roster.own_facts import IT, PRINCIPAL, Kept, families, kept
from tests.roster.running import OFFICE, TEACHER

FULL: dict[str, Any] = {"message": True, "information": True, "pick_up": True}


@pytest.fixture
async def school(database: Databases, tmp_path: Path) -> AsyncIterator[Kept]:
    async with kept(database, tmp_path) as school:
        yield school


async def test_a_first_import_gives_no_pick_up(school: Kept) -> None:
    """A link is told of, as the file says; never does it let anyone take a child away."""
    pair = await school.pair("g1", "k1")
    assert (pair.message, pair.information, pair.pick_up, pair.routine) == (
        True, True, False, False,
    )  # fmt: skip


async def test_three_rights_are_three(school: Kept) -> None:
    """Message, information and pick-up are set each for itself, for one child of two."""
    said: dict[str, Any] = {"message": False, "information": True, "pick_up": True}
    reply = await school.say(
        SetRights, guardian="g1", student="k1", priority=1, relationship="father", **said
    )
    assert reply.status == "accepted"
    pair = await school.pair("g1", "k1")
    assert {name: getattr(pair, name) for name in said} == said
    assert (pair.priority, pair.relationship) == (1, "father")
    other = await school.pair("g1", "k2")
    assert (other.message, other.pick_up, other.priority) == (True, False, 0)
    [contact] = (await school.audience())["g1"]
    assert {link.student: link.message for link in contact.links} == {
        school["k1"]: False,
        school["k2"]: True,
    }


async def test_contacts_stand_in_the_order_of_calling(school: Kept) -> None:
    """Who is to be called first stands first; who is kept apart stands before everyone."""
    await school.say(SetRights, guardian="g2", student="k1", priority=1, **FULL)
    await school.say(SetRights, guardian="g1", student="k1", priority=2, **FULL)
    names = [pair.guardian.name for pair in (await school.page("k1")).contacts]
    assert names == ["Hal Sample", "Gus Sample"]
    await school.say(SetApart, guardian="g1", student="k1", reference="Order 1")
    names = [pair.guardian.name for pair in (await school.page("k1")).contacts]
    assert names == ["Gus Sample", "Hal Sample"]


@pytest.mark.parametrize("actor", [TEACHER, IT], ids=lambda actor: actor.roles[0])
async def test_only_the_office_changes_rights(school: Kept, actor: Actor) -> None:
    """Neither a teacher nor IT changes who may take a child home."""
    reply = await school.say(SetRights, actor, guardian="g1", student="k1", **FULL)
    assert (reply.status, reply.code) == ("refused", "not_allowed")
    reply = await school.say(SetApart, actor, guardian="g1", student="k1", reference="Order 1")
    assert (reply.status, reply.code) == ("refused", "not_allowed")
    assert not (await school.pair("g1", "k1")).pick_up


async def test_nobody_decides_about_their_own_children(school: Kept) -> None:
    """An office member who is a guardian is refused, also for the child's other adults."""
    ida = msgspec.structs.replace(OFFICE, person=school["t2"])
    reply = await school.say(SetRights, ida, guardian="t2", student="k3", **FULL)
    assert (reply.status, reply.code) == ("refused", "own_family")
    reply = await school.say(
        RecordConsent, ida, guardian="t2", student="k3", given=True, how="form"
    )
    assert reply.code == "own_family"
    await school.service.take(families({"g1": "k1,k2", "g2": "k1,k2,k3"}))
    reply = await school.say(SetApart, ida, guardian="g2", student="k3", reference="Order 1")
    assert reply.code == "own_family", "the file dropped the link; she is family all the same"
    assert (await school.say(SetRights, ida, guardian="g1", student="k1", **FULL)).status == (
        "accepted"
    )


async def test_strangers_have_no_rights(school: Kept) -> None:
    """Rights belong to a link of this school; anything else is refused and changes nothing."""
    for guardian, student in (("g1", "k3"), ("nobody", "k1"), ("t1", "k1"), ("g1", "t1")):
        reply = await school.say(SetRights, guardian=guardian, student=student, **FULL)
        assert (reply.status, reply.code) == ("refused", "unknown_link")
    elsewhere = msgspec.structs.replace(
        school.command(SetRights, guardian="g1", student="k1", **FULL),
        school=SchoolId("elsewhere"),
    )
    assert (await school.service.client.send(elsewhere)).code == "unknown_link"
    assert await school.rows("SELECT * FROM own_changes") == []


async def test_the_same_command_twice_is_one_change(school: Kept) -> None:
    """A retry after something else was said does not bring the old word back."""
    first = school.command(SetRights, guardian="g1", student="k1", **FULL)
    one = await school.service.client.send(first)
    await school.say(
        SetRights, guardian="g1", student="k1", message=True, information=True, pick_up=False
    )
    assert await school.service.client.send(first) == one
    assert not (await school.pair("g1", "k1")).pick_up
    assert len((await school.page("k1")).history) == 2


async def test_a_refused_command_stays_refused(school: Kept) -> None:
    """What was refused once is not written when it comes again, although it would pass now."""
    command = school.command(SetRights, guardian="g1", student="k3", **FULL)
    assert (await school.service.client.send(command)).code == "unknown_link"
    await school.service.take(families({"g1": "k1,k2,k3", "g2": "k1,k2"}))
    assert (await school.service.client.send(command)).code == "unknown_link"
    assert not (await school.pair("g1", "k3")).pick_up


async def test_who_is_kept_apart_is_in_no_audience_of_that_student(school: Kept) -> None:
    """Gus gets nothing about Ann, whatever his rights say, and still everything about Ben."""
    await school.say(SetRights, guardian="g1", student="k1", **FULL)
    assert await school.told_of("g1") == {"k1", "k2"}
    reply = await school.say(SetApart, guardian="g1", student="k1", reference="Order 2026-114")
    assert reply.status == "accepted"
    assert await school.told_of("g1") == {"k2"}
    await school.say(SetApart, guardian="g1", student="k2", reference="Order 2026-114")
    assert "g1" not in await school.audience()
    assert await school.told_of("g2") == {"k1", "k2"}
    events = await school.service.events(school.school)
    assert events.count("roster.rights_changed.v1") == 3, "the notifier reads contacts again"


async def test_an_order_holds_by_the_day_at_the_school(school: Kept) -> None:
    """From its first day to its last one, in the school's zone; the log tells of each turn."""
    clock = school.service.clock
    today = clock.now().date()
    day = dt.timedelta(days=1)
    await school.say(
        SetApart, guardian="g1", student="k1", reference="Order 1",
        begins=today + 2 * day, ends=today + 4 * day,
    )  # fmt: skip
    assert await school.told_of("g1") == {"k1", "k2"}
    told = len(await school.service.events(school.school))
    clock.advance(3 * day)
    assert await school.told_of("g1") == {"k2"}
    await school.service.await_events(school.school, told + 1)
    clock.advance(3 * day)
    assert await school.told_of("g1") == {"k1", "k2"}
    await school.service.await_events(school.school, told + 2)
    assert (await school.service.events(school.school))[-1] == "roster.rights_changed.v1"
    order = (await school.pair("g1", "k1")).apart
    assert order is not None
    assert not order.holds


async def test_an_order_needs_its_document(school: Kept) -> None:
    """No restriction without the order on file that says so, and none with impossible days."""
    today = school.service.clock.now().date()
    wrong = (
        ({"reference": "   "}, "reference_needed"),
        ({"reference": "O", "ends": today - dt.timedelta(days=2)}, "already_over"),
        (
            {"reference": "O", "begins": today + dt.timedelta(days=9), "ends": today},
            "dates_reversed",
        ),
    )
    for fields, code in wrong:
        reply = await school.say(SetApart, guardian="g1", student="k1", **fields)
        assert (reply.status, reply.code) == ("refused", code)
    assert await school.told_of("g1") == {"k1", "k2"}


async def test_an_order_is_lifted_by_two(school: Kept) -> None:
    """One proposes with a reason, another approves; the history names both."""
    await school.say(SetApart, guardian="g1", student="k1", reference="Order 1")
    proposed = await school.say(
        ProposeLift, guardian="g1", student="k1", reason="The court ended it"
    )
    lift = msgspec.json.decode(proposed.answer, type=LiftProposal)
    shown = (await school.pair("g1", "k1")).proposal
    assert shown == msgspec.structs.replace(lift, reason="The court ended it")
    alone = await school.say(ApproveLift, proposal=lift.id, version=lift.version)
    assert (alone.status, alone.code) == ("refused", "same_person")
    assert await school.told_of("g1") == {"k2"}
    both = await school.say(ApproveLift, PRINCIPAL, proposal=lift.id, version=lift.version)
    assert both.status == "accepted"
    assert await school.told_of("g1") == {"k1", "k2"}
    line = (await school.page("k1")).history[0]
    assert (line.by, line.second) == (PRINCIPAL.person, OFFICE.person)
    assert (line.reason, line.was["reference"]) == ("The court ended it", "Order 1")
    events = await school.service.events(school.school)
    assert [one for one in events if "lift" in one] == [
        "roster.lift_proposed.v1",
        "roster.lift_approved.v1",
    ]


async def test_the_hands_of_a_proposer_are_kept_with_it(school: Kept) -> None:
    """A restart or another process in between forgets nobody who made the proposer's account."""
    await school.say(SetApart, guardian="g1", student="k1", reference="Order 1")
    made = msgspec.structs.replace(OFFICE, made_by=(PRINCIPAL.person,))
    reply = await school.say(ProposeLift, made, guardian="g1", student="k1", reason="It ended")
    lift = msgspec.json.decode(reply.answer, type=LiftProposal)
    await school.service.stop()
    await school.service.start()
    said = await school.say(ApproveLift, PRINCIPAL, proposal=lift.id, version=lift.version)
    assert (said.status, said.code) == ("refused", "same_hands")
    assert await school.told_of("g1") == {"k2"}


async def test_nobody_counts_as_reached_by_someone_who_is_kept_apart(school: Kept) -> None:
    """The quality report names a student whose only messages would go against an order."""

    async def without_messages() -> set[str]:
        report = await school.service.client.get(
            "/quality", QualityReport, school=school.school, code="student_without_messages"
        )
        return {
            person
            for issue in report.issues
            if issue.code == "student_without_messages"
            for one in issue.items
            for person in one.people
        }

    nothing: dict[str, Any] = dict.fromkeys(FULL, False)
    await school.say(SetRights, guardian="g2", student="k1", **nothing)
    assert school["k1"] not in await without_messages()
    await school.say(SetApart, guardian="g1", student="k1", reference="Order 1")
    assert school["k1"] in await without_messages()


async def test_waiting_never_lifts_an_order(school: Kept) -> None:
    """After five minutes a proposal is nothing; nor does one count for a later order."""
    await school.say(SetApart, guardian="g1", student="k1", reference="Order 1")
    old = await propose(school)
    school.service.clock.advance(dt.timedelta(minutes=5))
    late = await school.say(ApproveLift, PRINCIPAL, proposal=old.id, version=old.version)
    assert (late.status, late.code) == ("refused", "proposal_expired")
    first, second = await propose(school), await propose(school)
    await school.say(ApproveLift, PRINCIPAL, proposal=first.id, version=first.version)
    await school.say(SetApart, guardian="g1", student="k1", reference="Order 2")
    again = await school.say(ApproveLift, PRINCIPAL, proposal=second.id, version=second.version)
    assert (again.status, again.code) == ("refused", "no_proposal")
    assert await school.told_of("g1") == {"k2"}


async def test_one_person_cannot_shorten_an_order(school: Kept) -> None:
    """An order set again with an earlier end would be a lift by one; a longer one is fine."""
    today = school.service.clock.now().date()
    later, sooner = today + dt.timedelta(days=30), today + dt.timedelta(days=3)
    await school.say(SetApart, guardian="g1", student="k1", reference="Order 1", ends=later)
    reply = await school.say(SetApart, guardian="g1", student="k1", reference="O", ends=sooner)
    assert (reply.status, reply.code) == ("refused", "two_people_needed")
    reply = await school.say(SetApart, guardian="g1", student="k1", reference="Order 2")
    assert reply.status == "accepted"


async def propose(school: Kept) -> LiftProposal:
    reply = await school.say(ProposeLift, guardian="g1", student="k1", reason="It ended")
    return msgspec.json.decode(reply.answer, type=LiftProposal)


async def test_consent_says_who_recorded_it_when_and_how(school: Kept) -> None:
    """Consent to routine texts can be shown to whoever asks for it later."""
    await school.say(RecordConsent, guardian="g1", student="k1", given=True, how="phone")
    pair = await school.pair("g1", "k1")
    assert (pair.routine, pair.routine_how) == (True, "phone")
    assert (pair.routine_by, pair.routine_at) == (OFFICE.person, school.service.clock.now())
    assert (pair.message, pair.pick_up) == (True, False)
    [contact] = (await school.audience())["g1"]
    assert {link.student: link.routine for link in contact.links}[school["k1"]]


async def test_the_older_commands_keep_working(school: Kept) -> None:
    """Messages, routine texts and the language are set as before, now with a history."""
    await school.say(SetLinkRights, guardian="g1", student="k1", message=False, routine=True)
    await school.say(SetLanguage, IT, person="g1", language="es")
    pair = await school.pair("g1", "k1")
    assert (pair.message, pair.routine, pair.information) == (False, True, True)
    [contact] = (await school.audience())["g1"]
    assert contact.language == "es"
    assert [one.fact for one in (await school.page("g1")).history] == ["language", "rights"]


async def test_what_is_spoken_is_another_fact_than_the_language_of_messages(school: Kept) -> None:
    """A guardian who speaks Hmong and needs an interpreter gets messages as before."""
    await school.say(SetSpeaks, person="g1", speaks="Hmong", interpreter="language")
    reach = (await school.page("k1")).reach[school["g1"]]
    assert (reach.speaks, reach.interpreter, reach.language) == ("Hmong", "language", "en")


async def test_events_carry_ids_and_names_of_fields_only(school: Kept) -> None:
    """The public feed says that something changed, never what it says of a family."""
    await school.say(SetRights, guardian="g1", student="k1", relationship="Zanzibar-father", **FULL)
    await school.say(SetApart, guardian="g1", student="k1", reference="Zanzibar-order")
    page = await school.service.client.events(school.school, 0, 100)
    wire = b"".join(bytes(one) for one in page.events)
    assert b"Zanzibar" not in wire
    assert b"relationship" in wire
    assert b"reference" in wire


async def test_another_schools_and_an_unknown_person_look_alike(school: Kept) -> None:
    """Whoever guesses ids learns nothing, not even from the words."""
    asked: dict[str, Any] = {"reader": "office-1", "roles": "office"}
    said = []
    for at, person in ((school.school, "nobody"), (SchoolId("other"), school["k1"])):
        with pytest.raises(ProblemError) as problem:
            await school.service.client.get(
                "/person", PersonPage, school=at, person=person, **asked
            )
        said.append(problem.value.problem())
    assert said[0] == said[1]
    assert said[0].status == 404
