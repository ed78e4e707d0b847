"""What the school says of a guardian and a student, and how a change of it is written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import msgspec

from schemas.identifiers import PersonId
from schemas.roster_rights import Fact, GuardianKind

REACHING: Final[frozenset[Fact]] = frozenset(
    {"rights", "apart", "consent", "language", "guardian", "device"}
)


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """message, information and pick_up are separate. routine: consent to routine texts."""

    message: bool = False
    information: bool = False
    pick_up: bool = False
    routine: bool = False
    routine_how: str = ""
    priority: int = 0
    relationship: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """begins, ends: first and last day in the school's zone; None: open on that side."""

    reference: str = ""
    begins: dt.date | None = None
    ends: dt.date | None = None

    def holds(self, on: dt.date) -> bool:
        return not (self.begins and on < self.begins) and not (self.ends and on > self.ends)

    def over(self, on: dt.date) -> bool:
        return self.ends is not None and on > self.ends


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a pair inside the transaction. own_family: the actor's own.

    revision: of the order that is kept, 0 without one.
    """

    guardian_known: bool = True
    student_known: bool = True
    linked: bool = True
    own_family: bool = False
    rights: Rights = Rights()
    order: Order | None = None
    revision: int = 0


class OwnGuardian(msgspec.Struct, frozen=True, kw_only=True):
    """students: sorted ids."""

    kind: GuardianKind | str = ""
    name: str = ""
    caseworker: str = ""
    badge: str = ""
    call_back: str = ""
    students: tuple[str, ...] = ()


class PlanText(msgspec.Struct, frozen=True, kw_only=True):
    """The free texts of an assistance plan: sealed before they are stored."""

    equipment: str = ""
    medication_place: str = ""
    refuge_area: str = ""
    communication: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """helper, backup: staff ids, "" nobody."""

    helper: str = ""
    backup: str = ""
    text: PlanText = PlanText()

    @property
    def empty(self) -> bool:
        return self == Plan()


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    speaks: str = ""
    interpreter: str = "none"


class DeviceFact(msgspec.Struct, frozen=True, kw_only=True):
    label: str = ""
    channel: str = ""
    address: str = ""


class CodeFact(msgspec.Struct, frozen=True, kw_only=True):
    """What the history says of a family code; the code itself is nowhere."""

    state: str = ""
    students: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the history. was, now: field → value as text, only what differs.

    second: the other person of a two-person act.
    """

    fact: Fact
    person: PersonId
    student: PersonId | None = None
    was: dict[str, str] = {}
    now: dict[str, str] = {}
    reason: str = ""
    second: PersonId | None = None

    @property
    def contacts(self) -> bool:
        """Whether other people, or others than before, may be reached by messages now."""
        return self.fact in REACHING

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(sorted({*self.was, *self.now}))


class LiftText(msgspec.Struct, frozen=True, kw_only=True):
    """What a proposal keeps sealed: the reason, and by whose hands the proposer can act."""

    reason: str = ""
    made_by: tuple[PersonId, ...] = ()


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """The values of a change: encrypted where it is stored."""

    was: dict[str, str] = {}
    now: dict[str, str] = {}
    reason: str = ""


def difference(
    was: msgspec.Struct | None, now: msgspec.Struct | None
) -> tuple[dict[str, str], dict[str, str]]:
    """Fields that differ, as text; a fact that is not there has no fields."""
    before, after = flat(was), flat(now)
    differ = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return (
        {name: before[name] for name in differ if name in before},
        {name: after[name] for name in differ if name in after},
    )


def flat(fact: msgspec.Struct | None) -> dict[str, str]:
    if fact is None:
        return {}
    built: Mapping[str, object] = msgspec.to_builtins(fact)
    found: dict[str, str] = {}
    for name, value in built.items():
        if isinstance(value, Mapping):
            found |= {inner: str(held) for inner, held in value.items()}
        elif isinstance(value, list | tuple):
            found[name] = " ".join(str(one) for one in value)
        elif isinstance(value, bool):
            found[name] = "yes" if value else "no"
        else:
            found[name] = "" if value is None else str(value)
    return found
