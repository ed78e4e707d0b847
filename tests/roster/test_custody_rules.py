"""Rules of own facts as pure decisions: orders, age, codes, families, numbers."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import PersonId, SchoolId
from schemas.roster import Contact, StudentLink
from schemas.roster_people import Device
from schemas.roster_rights import ApproveLift, LiftProposal, SetApart
from schemas.vocabulary import Actor, Role
from services.roster.domain.custody.audience import with_devices
from services.roster.domain.custody.authority import decide_changer, may_export, sight_of
from services.roster.domain.custody.codes import ALPHABET, LENGTH, plain, written
from services.roster.domain.custody.facts import Order, Plan, PlanText, Standing, difference
from services.roster.domain.custody.families import grouped
from services.roster.domain.custody.pairs import (
    decide_apart,
    decide_approval,
    of_age,
    shorter,
)
from services.roster.domain.custody.reach import dialled, mailed
from services.roster.domain.imports import Refused

TODAY = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 24, 15, tzinfo=dt.UTC)
DAYS = st.one_of(st.none(), st.integers(-5, 15).map(lambda n: TODAY + dt.timedelta(days=n)))
ORDERS = st.builds(Order, reference=st.just("Order"), begins=DAYS, ends=DAYS).filter(
    lambda one: not (one.begins and one.ends and one.ends < one.begins)
)
HORIZON = [TODAY + dt.timedelta(days=n) for n in range(40)]


@given(ORDERS, ORDERS)
def test_an_order_is_shorter_when_it_frees_a_day(old: Order, new: Order) -> None:
    """One person's word never frees a day, from today on, that the order before it covered."""
    frees = any(old.holds(day) and not new.holds(day) for day in HORIZON)
    assert shorter(new, old, TODAY) == frees


@given(ORDERS, ORDERS)
def test_setting_an_order_again_never_frees_a_day(old: Order, new: Order) -> None:
    """Whatever one person asks for: what is decided covers at least what was covered."""
    command = SetApart(
        op_id="op-00000001", school=SchoolId("s"), actor=Actor(person=PersonId("o")),
        guardian=PersonId("g"), student=PersonId("k"), reference="Order 2",
        begins=new.begins, ends=new.ends,
    )  # fmt: skip
    decided = decide_apart(Standing(order=old, revision=1), command, TODAY)
    if not isinstance(decided, Refused):
        assert not [day for day in HORIZON if old.holds(day) and not decided.holds(day)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"by": PersonId("second")}, "same_person"),
        ({"expires": NOW}, "proposal_expired"),
        ({"version": 2}, "order_changed"),
    ],
)
def test_a_lift_needs_another_person_in_time(change: dict[str, object], code: str | None) -> None:
    """Two people, five minutes, the order as it was shown: nothing else lifts it."""
    fields: dict[str, object] = {
        "id": "p", "guardian": PersonId("g"), "student": PersonId("k"), "version": 1,
        "by": PersonId("first"), "expires": NOW + dt.timedelta(minutes=5),
    } | change  # fmt: skip
    command = ApproveLift(
        op_id="op-00000001", school=SchoolId("s"), actor=Actor(person=PersonId("second")),
        proposal="p", version=1,
    )  # fmt: skip
    standing = Standing(order=Order(reference="O"), revision=1)
    decided = decide_approval(standing, LiftProposal(**fields), command, NOW)  # type: ignore[arg-type]
    assert (decided.code if isinstance(decided, Refused) else None) == code
    own = decide_approval(
        Standing(order=Order(reference="O"), revision=1, own_family=True),
        LiftProposal(**fields),  # type: ignore[arg-type]
        command,
        NOW,
    )
    assert isinstance(own, Refused)


@pytest.mark.parametrize(
    ("made_by", "makers", "code"),
    [
        (("second",), (), "same_hands"),
        ((), ("first",), "same_hands"),
        (("it-1",), ("it-1",), "same_hands"),
        (("it-1",), ("it-2",), None),
    ],
)
def test_one_person_with_two_accounts_lifts_nothing(
    made_by: tuple[str, ...], makers: tuple[str, ...], code: str | None
) -> None:
    """Who made the other's account, or had theirs made by the same hands, is no second person."""
    lift = LiftProposal(
        id="p", guardian=PersonId("g"), student=PersonId("k"), version=1, by=PersonId("first"),
        expires=NOW + dt.timedelta(minutes=5), made_by=tuple(map(PersonId, made_by)),
    )  # fmt: skip
    second = Actor(person=PersonId("second"), made_by=tuple(map(PersonId, makers)))
    command = ApproveLift(
        op_id="op-00000001", school=SchoolId("s"), actor=second, proposal="p", version=1
    )
    standing = Standing(order=Order(reference="O"), revision=1)
    decided = decide_approval(standing, lift, command, NOW)
    assert (decided.code if isinstance(decided, Refused) else None) == code


@pytest.mark.parametrize(
    ("birth", "grown"),
    [
        (None, False),
        (dt.date(2008, 11, 24), True),
        (dt.date(2008, 11, 25), False),
        (dt.date(2007, 12, 31), True),
        (dt.date(2015, 1, 1), False),
    ],
)
def test_rights_pass_at_eighteen(birth: dt.date | None, grown: bool) -> None:
    """On the eighteenth birthday FERPA rights are the student's; unknown says nothing."""
    assert of_age(birth, TODAY) == grown


@pytest.mark.parametrize(
    ("roles", "changes", "sees"),
    [
        (("office",), True, "office"),
        (("principal",), True, "office"),
        (("administrator",), True, "office"),
        (("sro",), False, "office"),
        (("it",), False, "outline"),
        (("teacher",), False, "none"),
        (("screen",), False, "none"),
        (("responder",), False, "none"),
        ((), False, "none"),
    ],
)
def test_roles_see_and_change_what_is_theirs(
    roles: tuple[Role, ...], changes: bool, sees: str
) -> None:
    """IT keeps machines, not families; a teacher sees a plan only as its helper."""
    actor = Actor(person=PersonId("x"), roles=roles)
    assert (decide_changer(actor) is None) == changes == may_export(roles)
    assert sight_of(PersonId("x"), roles, ("y",)) == sees
    if roles == ("teacher",):
        assert sight_of(PersonId("x"), roles, ("x",)) == "helper"


@given(st.binary(min_size=32, max_size=32))
def test_a_code_is_read_back_however_it_is_typed(drawn: bytes) -> None:
    """Fifteen signs that nobody confuses, with or without dashes, in any case."""
    code = written(drawn)
    signs = plain(code)
    assert (len(signs), set(signs) <= set(ALPHABET)) == (LENGTH, True)
    assert plain(f" {code.lower().replace('-', ' ')} ") == signs
    assert not set("01OIL") & set(ALPHABET)


def test_codes_use_all_of_what_was_drawn() -> None:
    """A code that repeats for different draws could be guessed."""
    codes = {written(number.to_bytes(32, "little")) for number in range(2000)}
    assert len(codes) == 2000


PEOPLE = st.integers(0, 7).map(str)
LINKS = st.lists(st.tuples(PEOPLE, PEOPLE), max_size=20)


@given(st.lists(PEOPLE, unique=True), LINKS)
def test_families_are_whole_and_apart(students: list[str], links: list[tuple[str, str]]) -> None:
    """Each student stands in one family; whoever shares a guardian stands in the same one."""
    pairs = [(PersonId(guardian), PersonId(student)) for guardian, student in links]
    families = grouped([PersonId(one) for one in students], pairs)
    assert sorted(one for children, _adults in families for one in children) == sorted(students)
    place = {child: at for at, (children, _) in enumerate(families) for child in children}
    for guardian, student in pairs:
        if student in place:
            assert guardian in families[place[student]][1]
    for (first, one), (second, other) in pairwise(sorted(pairs)):
        if first == second and one in place and other in place:
            assert place[one] == place[other]
    adults = [adult for _, found in families for adult in found]
    assert len(adults) == len(set(adults))


def test_a_second_number_is_no_second_person() -> None:
    """The first number fills a gap; the next ones stand beside it, and none stands twice."""
    links = (StudentLink(PersonId("k"), True, True),)
    bare = Contact(person=PersonId("g"), name="Gus", email="g@x.example", links=links)

    def device(at: int, address: str) -> Device:
        return Device(
            id=f"d{at}", person=PersonId("g"), label="Work", channel="sms", address=address
        )

    one, two = with_devices(bare, [device(1, "+1"), device(2, "+2"), device(3, "+1")])
    assert (one.person, one.sms, one.email, one.of) == ("g", "+1", "g@x.example", None)
    assert (two.person, two.sms, two.email, two.of, two.links) == ("d2", "+2", "", "g", links)


@pytest.mark.parametrize(
    ("written_as", "kept"),
    [
        ("(202) 555-0147", "+12025550147"),
        ("+52 55 1234 5678", "+525512345678"),
        ("911", ""),
        ("9-1-1", ""),
        ("+1 900 234 5678", ""),
        ("2025550147 x12", ""),
        ("call Gus", ""),
        ("", ""),
    ],
)
def test_numbers_that_ring_somewhere(written_as: str, kept: str) -> None:
    """E.164 or nothing: no emergency number, none that costs, none that a text never reaches."""
    assert dialled(written_as) == kept


def test_addresses_carry_no_second_header() -> None:
    """A line break or a second recipient in an address is no address."""
    assert mailed(" gus@family.example ") == "gus@family.example"
    for wrong in ("gus", "a@b", "a@b.example,c@d.example", "a@b.example\nBcc: x@y.example"):
        assert mailed(wrong) == ""


def test_a_difference_names_only_what_differs() -> None:
    """The history of a plan says which of its parts changed, and what each was."""
    was = Plan(helper="t1", text=PlanText(equipment="Chair", refuge_area="Stair B"))
    now = Plan(helper="t1", text=PlanText(equipment="Sled", refuge_area="Stair B"))
    assert difference(was, now) == ({"equipment": "Chair"}, {"equipment": "Sled"})
    assert difference(None, None) == ({}, {})
