"""The demo's clock and people."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import PersonId, SchoolId
from schemas.identity import Account
from schemas.roster import RosterSnapshot, School, StaffMember
from schemas.vocabulary import Role
from services.cli.demo.clock import seconds_to_opening
from services.cli.demo.people import FROM_ROSTER, demo_accounts, roster_is_known

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.integers(0, 4 * 366 * 86400).map(lambda s: START + timedelta(seconds=s)))
def test_the_demo_opens_at_five_past_ten_on_a_school_day(now: datetime) -> None:
    """From any moment the clock only moves forward, to 10:05 local time, Monday to Friday."""
    ahead = seconds_to_opening(now, NEW_YORK)
    opened = (now + timedelta(seconds=ahead)).astimezone(NEW_YORK)
    assert 0 <= ahead < 4 * 86400
    assert (opened.hour, opened.minute, opened.second) == (10, 5, 0)
    assert opened.weekday() < 5


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-20T15:05:00+00:00", "2026-11-20T15:05:00+00:00"),
        ("2026-11-20T15:05:01+00:00", "2026-11-23T15:05:00+00:00"),
        ("2026-03-06T20:00:00+00:00", "2026-03-09T14:05:00+00:00"),
    ],
    ids=["at the very moment", "over a weekend", "over the change to summer time"],
)
def test_known_openings(now: str, opens: str) -> None:
    """Weekends and the change to summer time are stepped over correctly."""
    start = datetime.fromisoformat(now)
    ahead = timedelta(seconds=seconds_to_opening(start, NEW_YORK))
    assert start + ahead == datetime.fromisoformat(opens)


def staff(number: int, *roles: str) -> StaffMember:
    """A synthetic adult."""
    return StaffMember(
        id=PersonId(f"p{number}"),
        source_id=f"s{number}",
        given="Adult",
        family=str(number),
        roles=roles,
    )


def demo_roster() -> RosterSnapshot:
    """A school with one adult of each kind, and a second administrator."""
    return RosterSnapshot(
        school=School(id=SchoolId("school"), source_id="s", name="Demo"),
        version=1,
        classes=(),
        students=(),
        staff=(
            staff(1, "teacher"),
            staff(2, "administrator"),
            staff(3, "administrator"),
            staff(4, "systemAdministrator"),
        ),
    )


def test_every_role_can_be_signed_in_as() -> None:
    """The roster gives four roles, the demo all others: none is left that cannot be tried."""
    granted = {role for account in demo_accounts(demo_roster()) for role in account.roles}
    assert granted | FROM_ROSTER == set(get_args(Role))


def test_one_person_of_a_kind_is_promoted() -> None:
    """Accounts are administered by one named person, not by every administrator of the roster."""
    people = [account.person for account in demo_accounts(demo_roster())]
    assert people == ["p2", "p4", "demo-sro", "demo-responder", "demo-screen"]


def test_the_demo_waits_for_everyone_of_the_roster() -> None:
    """Before identity has taken the roster over, one-tap sign-in would find nobody."""
    school = SchoolId("school")
    accounts = [
        Account(person=PersonId(role), name=role, roles={school: (role,)})
        for role in sorted(FROM_ROSTER)
    ]
    assert roster_is_known(accounts)
    assert not roster_is_known(accounts[1:])
