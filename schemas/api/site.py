"""The front desk: who is on site, visitors in and out, itinerant staff."""

import datetime as dt
from typing import Literal

from schemas.api.operation import SCHOOL, Body, Operation, command
from schemas.envelope import Instant
from schemas.identifiers import PersonId
from schemas.roster_site import Line, OnSite, VisitKind, Waiting


class SignInBody(Body, frozen=True, kw_only=True):
    """host: a member of staff; host_said: a name as it was told. Answer: SignedIn."""

    name: Line
    visit_kind: VisitKind = "visitor"
    reason: Line = ""
    host: PersonId | None = None
    host_said: Line = ""
    organisation: Line = ""
    expected_until: Instant | None = None


class SignOutBody(Body, frozen=True, kw_only=True):
    """time_unknown: recorded later; nobody saw when they left."""

    time_unknown: bool = False


class DecideVisitBody(Body, frozen=True, kw_only=True):
    decision: Literal["let_in", "turn_away"]


class ConfirmSchoolBody(Body, frozen=True, kw_only=True):
    pass


class SubstituteBody(Body, frozen=True, kw_only=True):
    """classes: which they cover; empty: those of `teacher`."""

    name: Line
    phone: Line = ""
    agency: Line = ""
    first_day: dt.date
    last_day: dt.date
    teacher: PersonId | None = None
    room: Line = ""


VISIT = SCHOOL + "/visits/{visit}"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "onSite",
        "GET",
        SCHOOL + "/on-site",
        "Adults on site besides the roster's staff, ids only",
        reply=OnSite,
        query=("at",),
    ),
    Operation(
        "waitingVisits",
        "GET",
        SCHOOL + "/visits/waiting",
        "Who waits for the front office now",
        reply=Waiting,
    ),
    command("signInVisitor", SCHOOL + "/visits", "Sign a visitor in", SignInBody),
    command("signOutVisitor", VISIT + "/out", "Sign a visitor out", SignOutBody),
    command("decideVisit", VISIT + "/decide", "Let in or turn away who waits", DecideVisitBody),
    command("recordSubstitute", SCHOOL + "/substitutes", "Record a substitute", SubstituteBody),
    command(
        "confirmSchool",
        SCHOOL + "/confirm",
        "Say that today I am at this school",
        ConfirmSchoolBody,
    ),
)
