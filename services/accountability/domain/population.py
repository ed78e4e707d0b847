"""Who an incident starts with: the expected list of its moment, or the homerooms without one."""

from schemas.accountability import Expected, Opened, Why
from schemas.roster import RosterSnapshot
from schemas.roster_day import ExpectedList, ExpectedStudent
from services.accountability.domain.account import Account

PLAIN = frozenset({"scheduled_class", "homeroom"})
"""Reasons that say no more than the class itself does."""


def decide_opened(
    account: Account | None, snapshot: RosterSnapshot, day: ExpectedList | None = None
) -> Opened | None:
    """The population of a declared incident; None when it is known already.

    day: who is expected at that moment, as the roster said it of this very snapshot; None: it
    did not say, and homerooms hold.
    """
    if account is not None and account.seq > 0:
        return None
    if day is None or day.version != snapshot.version:
        return Opened(roster_version=snapshot.version, expected=homerooms_of(snapshot))
    # Each student once, whatever the list says.
    once = {one.student: one for one in reversed(day.students)}
    expected = tuple(_expected(one) for one in reversed(once.values()))
    return Opened(roster_version=snapshot.version, expected=expected, moment=day.moment)


def homerooms_of(snapshot: RosterSnapshot) -> tuple[Expected, ...]:
    """Everyone once: in the homeroom, else nowhere until a class is opened."""
    return tuple(Expected(student.id, student.homeroom) for student in snapshot.students)


def _expected(one: ExpectedStudent) -> Expected:
    if one.standing == "unknown" and one.reason in PLAIN:
        return Expected(one.student, one.class_id)
    why = Why(one.reason, one.place, one.since, one.adult)
    return Expected(one.student, one.class_id, one.standing, why)
