"""Own guardians, plans, devices and family codes over HTTP on a real database."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schemas.identifiers import PersonId
from schemas.roster_people import AssistancePlan, PersonPage
from schemas.roster_rights import (
    AddDevice,
    EndGuardian,
    FamilyMatch,
    IssueFamilyCode,
    ProposeLift,
    RemoveDevice,
    RevokeFamilyCode,
    SetApart,
    SetGuardian,
    SetPlan,
    SetRights,
    VerifyFamilyCode,
)
from services.chassis.commands import ProblemError
from services.roster.domain.custody.codes import ALPHABET, TRIES, plain
from tests.chassis_fixtures import Databases
from tests.roster.own_facts import IT, PRINCIPAL, Kept, answer, kept
from tests.roster.running import TEACHER

AGENCY: dict[str, Any] = {
    "type": "agency", "name": "Sample County Services", "caseworker": "Robin Sample",
    "badge": "S-114", "call_back": "(202) 555-0147",
}  # fmt: skip
TOLD: dict[str, Any] = {"message": True, "information": True, "pick_up": False}


@pytest.fixture
async def school(database: Databases, tmp_path: Path) -> AsyncIterator[Kept]:
    async with kept(database, tmp_path) as school:
        yield school


async def test_an_agency_is_a_guardian_with_rights_of_its_own(school: Kept) -> None:
    """A caseworker's agency is written down with badge and call-back, and is told by right."""
    assert (await school.say(SetGuardian, students=("k1",), **AGENCY)).status == "accepted"
    [agency] = [one for one in (await school.page("k1")).contacts if one.kind == "agency"]
    reach = (await school.page("k1")).reach[agency.guardian.id]
    assert (reach.caseworker, reach.badge, reach.call_back) == (
        "Robin Sample", "S-114", "+12025550147",
    )  # fmt: skip
    assert (agency.guardian.name, agency.message, agency.pick_up) == (
        "Sample County Services", False, False,
    )  # fmt: skip
    await school.say(SetRights, guardian=agency.guardian.id, student="k1", **TOLD)
    await school.say(
        AddDevice, person=agency.guardian.id, label="Duty desk", channel="sms",
        address="2025550199",
    )  # fmt: skip
    [contact] = (await school.audience())[agency.guardian.id]
    assert (contact.sms, [link.message for link in contact.links]) == ("+12025550199", [True])
    ended = await school.say(EndGuardian, guardian=agency.guardian.id, reason="Placement ended")
    assert ended.status == "accepted"
    assert agency.guardian.id not in await school.audience()
    assert all(one.kind is None for one in (await school.page("k1")).contacts)
    history = (await school.page(agency.guardian.id)).history
    assert (history[0].fact, history[0].reason) == ("guardian", "Placement ended")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"caseworker": ""}, "caseworker_needed"),
        ({"call_back": ""}, "caseworker_needed"),
        ({"call_back": "911"}, "bad_number"),
        ({"call_back": "900-234-5678"}, "bad_number"),
        ({"name": " "}, "name_needed"),
        ({"students": ("t1",)}, "unknown_student"),
        ({"guardian": "nobody"}, "unknown_guardian"),
        ({"type": "adult_student", "students": ("k1", "k2")}, "one_student"),
    ],
)
async def test_a_guardian_that_cannot_be_called_is_refused(
    school: Kept, changed: dict[str, Any], code: str
) -> None:
    """Whoever has to call back a caseworker at night needs a number that rings."""
    reply = await school.say(SetGuardian, **({"students": ("k1",), **AGENCY} | changed))
    assert (reply.status, reply.code) == ("refused", code)


async def test_an_adult_student_is_their_own_guardian(school: Kept) -> None:
    """At 18 the student can be the one who is told, at their own number."""
    await school.say(SetGuardian, type="adult_student", students=("k1",))
    await school.say(SetRights, guardian="k1", student="k1", **TOLD)
    await school.say(
        AddDevice, person="k1", label="Own phone", channel="sms", address="+12025550188"
    )
    [contact] = (await school.audience())["k1"]
    assert [link.student for link in contact.links] == [school["k1"]]


async def test_more_numbers_are_reached_in_addition(school: Kept) -> None:
    """A second number gets its own place in the audience and counts as the same person."""
    gus = "g1"
    for label, channel, address in (
        ("Work", "sms", "202 555 0160"),
        ("Mail", "email", "gus@family.example"),
        ("As imported", "sms", "+12025550101"),
    ):
        reply = await school.say(
            AddDevice, person=gus, label=label, channel=channel, address=address
        )
        assert reply.status == "accepted"
    first, more = (await school.audience())["g1"]
    assert (first.person, first.of, first.sms, first.email) == (
        school["g1"], None, "+12025550101", "gus@family.example",
    )  # fmt: skip
    assert (more.of, more.sms, more.email, more.links) == (
        school["g1"], "+12025550160", "", first.links,
    )  # fmt: skip
    [work] = [one for one in (await school.page("g1")).reach[school["g1"]].devices
              if one.label == "Work"]  # fmt: skip
    await school.say(RemoveDevice, device=work.id)
    assert len((await school.audience())["g1"]) == 1


@pytest.mark.parametrize(
    ("channel", "address", "code"),
    [
        ("sms", "911", "bad_number"),
        ("sms", "+1 900 555 0100", "bad_number"),
        ("sms", "12", "bad_number"),
        ("email", "gus at home", "bad_address"),
        ("email", "gus@x\n.example", "bad_address"),
    ],
)
async def test_what_cannot_be_reached_is_not_kept(
    school: Kept, channel: str, address: str, code: str
) -> None:
    """Emergency and premium numbers, and what is no address, are refused where it is typed."""
    reply = await school.say(AddDevice, person="g1", label="X", channel=channel, address=address)
    assert (reply.status, reply.code) == ("refused", code)


PLAN: dict[str, Any] = {
    "student": "k1", "helper": "t1", "equipment": "Quokka chair", "medication_place": "Quokka box",
    "refuge_area": "Quokka stair", "communication": "Quokka board",
}  # fmt: skip


async def test_a_plan_is_seen_by_office_and_helpers_alone(school: Kept) -> None:
    """The helper sees the plan and no custody; IT sees a name; another teacher sees nothing."""
    await school.say(SetPlan, **PLAN, backup="t2")
    for reader, roles in (("office-1", "office"), ("sro-1", "sro"), ("t1", "teacher"),
                          ("t2", "teacher")):  # fmt: skip
        page = await school.page("k1", reader, roles)
        assert page.plan is not None
        assert page.plan.refuge_area == "Quokka stair"
        assert bool(page.contacts) == (roles != "teacher")
    it = await school.page("k1", "it-1", "it")
    assert (it.person.name, it.plan, it.contacts, it.history, it.reads) == (
        "Ann Sample", None, (), (), (),
    )  # fmt: skip
    for reader, roles in (("teacher-9", "teacher"), ("t1", "screen"), ("t1", "")):
        with pytest.raises(ProblemError) as problem:
            await school.page("k1", reader, roles)
        assert problem.value.status == 404
    plans = await school.service.client.get(
        "/helping", list[AssistancePlan], school=school.school, reader=school["t2"]
    )
    assert [plan.student.name for plan in plans] == ["Ann Sample"]


async def test_reads_of_plans_and_custody_are_kept(school: Kept) -> None:
    """The office can say who looked at a child's facts, and when."""
    await school.say(SetPlan, **PLAN)
    await school.page("k1", "t1", "teacher")
    await school.page("k1", "it-1", "it")
    await school.page("k1", "sro-1", "sro")
    read = {(one.reader, one.what) for one in (await school.page("k1")).reads}
    assert read >= {(school["t1"], "plan"), (PersonId("sro-1"), "custody"), ("sro-1", "plan")}
    assert "it-1" not in {reader for reader, _what in read}


async def test_a_plan_names_staff_of_the_school(school: Kept) -> None:
    """A helper who is not here, or who is twice, would help nobody."""
    for fields, code in (
        ({"helper": "g1"}, "unknown_staff"),
        ({"backup": "t1"}, "same_helper"),
        ({"student": "t1"}, "unknown_student"),
    ):
        reply = await school.say(SetPlan, **(PLAN | fields))
        assert (reply.status, reply.code) == ("refused", code)
    assert (await school.say(SetPlan, TEACHER, **PLAN)).code == "not_allowed"
    assert (await school.say(SetPlan, IT, **PLAN)).code == "not_allowed"


async def test_an_empty_plan_is_none(school: Kept) -> None:
    """A plan that no longer holds goes, and its history stays."""
    await school.say(SetPlan, **PLAN)
    await school.say(SetPlan, student="k1")
    page = await school.page("k1")
    assert page.plan is None
    assert page.history[0].was["refuge_area"] == "Quokka stair"


async def test_sensitive_text_is_nowhere_in_the_database(school: Kept) -> None:
    """Plans, references, reasons and history are sealed: a stolen table tells no word of them."""
    await school.say(SetPlan, **PLAN)
    await school.say(SetPlan, **(PLAN | {"equipment": "Quokka two"}))
    await school.say(SetApart, guardian="g1", student="k1", reference="Quokka order")
    await school.say(SetRights, guardian="g1", student="k1", reason="Quokka reason", **TOLD)
    await school.say(ProposeLift, guardian="g1", student="k1", reason="Quokka lift")
    tables = await school.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'roster'")
    for table in tables:
        rows = await school.rows(f'SELECT t::text AS said FROM "{table[0]}" t')
        for row in rows:
            said = row["said"]
            assert "Quokka" not in said, table
            assert b"Quokka".hex() not in said, table
    assert (await school.page("k1")).plan is not None


async def test_a_sealed_value_opens_only_in_its_place(school: Kept) -> None:
    """One student's plan, moved under another's name in the database, is no plan of theirs."""
    await school.say(SetPlan, **PLAN)
    await school.say(SetPlan, **(PLAN | {"student": "k2"}))
    await school.rows(
        "UPDATE assistance_plans a SET sealed = b.sealed FROM assistance_plans b"
        " WHERE a.student = $1 AND b.student = $2 RETURNING a.student",
        school["k1"],
        school["k2"],
    )
    with pytest.raises(ProblemError) as problem:
        await school.page("k1")
    assert problem.value.status == 500


# --- family codes ---------------------------------------------------------------------------


async def verify(school: Kept, code: str) -> FamilyMatch | None:
    asked = VerifyFamilyCode(school=school.school, code=code)
    try:
        return await school.service.client.post("/family-codes/verify", asked, FamilyMatch)
    except ProblemError as problem:
        if (problem.status, problem.code) != (403, "code_wrong"):
            raise
        return None


async def issue(school: Kept, *students: str, guardian: str = "g1") -> str:
    reply = await school.say(IssueFamilyCode, guardian=guardian, students=students)
    assert reply.status == "accepted", reply.code
    return str(answer(reply)["code"])


async def test_a_code_is_shown_once_and_kept_as_a_hash(school: Kept) -> None:
    """Readable on paper, unguessable, in no table, log or event; the same op shows it again."""
    command = school.command(IssueFamilyCode, guardian="g1", students=("k1", "k2"))
    reply = await school.service.client.send(command)
    code = answer(reply)["code"]
    assert len(plain(code)) == 15
    assert set(code) <= set(ALPHABET) | {"-"}
    assert answer(await school.service.client.send(command))["code"] == code
    secret = plain(code)[5:]
    for table in await school.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'roster'"):
        for row in await school.rows(f'SELECT t::text AS said FROM "{table[0]}" t'):
            assert secret not in row["said"], table
            assert secret.encode().hex() not in row["said"], table
    [listed] = (await school.page("g1")).codes
    assert (listed.state, listed.tries, set(listed.students)) == (
        "open", 0, {school["k1"], school["k2"]},
    )  # fmt: skip
    match = await verify(school, code.lower().replace("-", " "))
    assert match is not None
    assert set(match.students) == {school["k1"], school["k2"]}


async def test_five_wrong_tries_lock_a_code(school: Kept) -> None:
    """Also when they come at once; then the right one opens nothing."""
    code = await issue(school, "k1")
    wrong = code[:-1] + next(sign for sign in ALPHABET if sign != code[-1])
    for _ in range(TRIES - 1):
        assert await verify(school, wrong) is None
    assert await verify(school, code) is not None, "four are forgiven"
    await asyncio.gather(*(verify(school, wrong) for _ in range(TRIES + 3)))
    assert await verify(school, code) is None
    page = await school.page("g1")
    assert [one.state for one in page.codes] == ["locked"]
    assert page.history[0].now == {"state": "locked"}


async def test_a_revoked_code_opens_nothing(school: Kept) -> None:
    """A sheet that was lost is worth nothing once the office says so."""
    code = await issue(school, "k1")
    [listed] = (await school.page("g1")).codes
    await school.say(RevokeFamilyCode, PRINCIPAL, code_id=listed.id, reason="Sheet lost")
    assert await verify(school, code) is None
    assert (await school.page("g1")).history[0].reason == "Sheet lost"


async def test_a_code_follows_rights_and_orders(school: Kept) -> None:
    """A code that was printed before an order tells nothing of that child after it."""
    code = await issue(school, "k1", "k2")
    await school.say(SetApart, guardian="g1", student="k1", reference="Order 1")
    match = await verify(school, code)
    assert match is not None
    assert match.students == (school["k2"],)
    await school.say(
        SetRights, guardian="g1", student="k2", message=True, information=False, pick_up=True
    )
    assert await verify(school, code) is None
    refused = await school.say(IssueFamilyCode, guardian="g1", students=("k1",))
    assert (refused.status, refused.code) == ("refused", "no_information_right")


async def test_a_code_is_of_one_school(school: Kept) -> None:
    """Typed at another school's page it matches nothing."""
    code = await issue(school, "k1")
    asked = VerifyFamilyCode(school=PersonId("elsewhere"), code=code)  # type: ignore[arg-type]
    with pytest.raises(ProblemError):
        await school.service.client.post("/family-codes/verify", asked, FamilyMatch)
    for typed in ("", "K7M2Q", "0" * 15, "x" * 64):
        assert await verify(school, typed) is None


async def test_the_page_of_a_guardian_shows_their_students(school: Kept) -> None:
    """One person's page leads from the adult to each child, and from a child to siblings."""
    page: PersonPage = await school.page("g1")
    assert [pair.student.name for pair in page.students] == ["Ann Sample", "Ben Sample"]
    assert (page.student, page.contacts) == (False, ())
    ann = await school.page("k1")
    assert [one.name for one in ann.siblings] == ["Ben Sample"]
    assert (ann.homeroom, ann.room) == ("Grade 3 A", "Room 9")


async def test_families_share_guardians(school: Kept) -> None:
    """Families are whom guardians tie together; who cannot be messaged or fetched is named."""
    both, one = (await school.families()).families
    assert [student.name for student in both.students] == ["Ann Sample", "Ben Sample"]
    assert {guardian.name for guardian in both.guardians} == {"Gus Sample", "Hal Sample"}
    assert set(both.unfetched) == {school["k1"], school["k2"]}
    assert (both.unmessaged, one.unfetched) == ((), (school["k3"],))
    await school.say(SetRights, guardian="g1", student="k1", message=False, information=False,
                     pick_up=True)  # fmt: skip
    await school.say(SetApart, guardian="g2", student="k1", reference="Order 1")
    both, _one = (await school.families()).families
    assert (both.unmessaged, both.unfetched) == ((school["k1"],), (school["k2"],))
