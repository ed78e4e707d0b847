"""The HTTP API that outsiders use, one row an operation: the source of openapi.json.

Bodies are what a client sends; web fills in op_id (from Idempotency-Key), school and actor.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from schemas import accountability as acc
from schemas import board, identity, incident, notifier, roster
from schemas.actions import Cause
from schemas.identifiers import ActionId, ClassId
from schemas.replies import Reply
from schemas.vocabulary import IncidentMode, Role


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request body; unknown fields are refused."""


class DeclareBody(Body, frozen=True, kw_only=True):
    mode: IncidentMode
    action: incident.ActionCall
    cause: Cause | None = None
    declaration: incident.DeclarationId | None = None


class ActionBody(Body, frozen=True, kw_only=True):
    action: incident.ActionCall


class ChangeBody(Body, frozen=True, kw_only=True):
    action_id: ActionId
    to: incident.ActionCall


class NoteBody(Body, frozen=True, kw_only=True):
    text: incident.Note


class CallBody(Body, frozen=True, kw_only=True):
    caller: incident.Line


class EvidenceBody(Body, frozen=True, kw_only=True):
    evidence: incident.Evidence


class RoomBody(Body, frozen=True, kw_only=True):
    room: incident.RoomName
    opened_by: incident.Line


class EmptyBody(Body, frozen=True, kw_only=True):
    """{}"""


class ApproveBody(Body, frozen=True, kw_only=True):
    proposal: str
    version: int


class AccountBody(Body, frozen=True, kw_only=True):
    """device: the phone's id, drawn together with its counter."""

    device: str
    marks: Annotated[tuple[acc.Mark, ...], Meta(max_length=500)] = ()
    rest: acc.Rest | None = None
    take_back: Annotated[tuple[acc.Counter, ...], Meta(max_length=500)] = ()


class OpenClassBody(Body, frozen=True, kw_only=True):
    class_id: ClassId


class ApproveStatementBody(Body, frozen=True, kw_only=True):
    version: int


class ApplyBody(Body, frozen=True, kw_only=True):
    allow_removals: bool = False


class TicketBody(Body, frozen=True, kw_only=True):
    view: board.View
    classes: tuple[ClassId, ...] = ()


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """ticket: sent in the socket's first message, within 30 s, once. url: of the socket."""

    ticket: str
    url: str


class TokenBody(Body, frozen=True, kw_only=True):
    role: Role
    days: int = 90


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who this session is."""

    person: str
    name: str
    roles: dict[str, tuple[Role, ...]]
    device: str
    expires: int


class NamedStudent(msgspec.Struct, frozen=True, array_like=True):
    """[id, given, family, grade, homeroom class]"""

    id: str
    given: str
    family: str
    grade: str
    homeroom: ClassId | None


class NamedAdult(msgspec.Struct, frozen=True, array_like=True):
    """[id, given, family]"""

    id: str
    given: str
    family: str


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """Names for a screen, by roster version and role; classes carry rooms and teachers.

    members: students of each class. own: classes that this person teaches.
    """

    school: str
    name: str
    version: int
    classes: tuple[roster.SchoolClass, ...]
    own: tuple[ClassId, ...]
    students: tuple[NamedStudent, ...]
    staff: tuple[NamedAdult, ...]
    members: dict[ClassId, tuple[str, ...]]


@dataclass(frozen=True)
class Operation:
    """One operation. idempotent_by_key: needs Idempotency-Key. open: needs no session."""

    name: str
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    summary: str
    body: type[Any] | None = None
    reply: Any = None
    status: int = 200
    query: tuple[str, ...] = ()
    idempotent_by_key: bool = False
    open: bool = False
    raw_body: str = ""


_SCHOOL = "/api/v1/schools/{school}"
_INCIDENT = _SCHOOL + "/incidents/{incident}"


def _command(name: str, path: str, summary: str, body: type[Any]) -> Operation:
    return Operation(name, "POST", path, summary, body, Reply, idempotent_by_key=True)


OPERATIONS: tuple[Operation, ...] = (
    Operation("me", "GET", "/api/v1/me", "Who this session is", reply=Me),
    Operation(
        "signIn",
        "POST",
        "/api/v1/sessions",
        "Sign in with login and password",
        identity.SignIn,
        Me,
        open=True,
    ),
    Operation(
        "demoSignIn",
        "POST",
        "/api/v1/sessions/demo",
        "One-tap sign-in of the demo",
        identity.DemoSignIn,
        Me,
        open=True,
    ),
    Operation(
        "redeemLink",
        "POST",
        "/api/v1/sessions/link",
        "Enrol this device with a one-time code",
        identity.RedeemLink,
        Me,
        open=True,
    ),
    Operation("signOut", "DELETE", "/api/v1/sessions", "End this session", status=204),
    Operation(
        "schools",
        "GET",
        "/api/v1/schools",
        "Schools this session may see",
        reply=list[roster.School],
    ),
    _command(
        "declare", _SCHOOL + "/incidents", "Start an incident, or join the open one", DeclareBody
    ),
    Operation(
        "incidents",
        "GET",
        _SCHOOL + "/incidents",
        "The open incident and recent ones",
        reply=incident.SchoolIncidents,
    ),
    _command("addAction", _INCIDENT + "/actions", "Add an action", ActionBody),
    _command("changeAction", _INCIDENT + "/actions/change", "Change an action", ChangeBody),
    _command("addNote", _INCIDENT + "/notes", "Add a note to the timeline", NoteBody),
    _command("recordCall", _INCIDENT + "/call", "Record who called 911", CallBody),
    _command(
        "setEvidence", _INCIDENT + "/evidence", "Reported, corroborated or confirmed", EvidenceBody
    ),
    _command("openRoom", _INCIDENT + "/rooms", "Record that a room was opened", RoomBody),
    _command("close", _INCIDENT + "/close", "Close, or propose to", EmptyBody),
    _command("correct", _INCIDENT + "/correct", "Started in error", EmptyBody),
    _command("approve", _INCIDENT + "/approve", "Approve as the second person", ApproveBody),
    _command(
        "account", _INCIDENT + "/accounting", "Marks, the rest of a class, take-backs", AccountBody
    ),
    _command("openClass", _INCIDENT + "/classes", "This class is with me now", OpenClassBody),
    Operation(
        "accounting",
        "GET",
        _SCHOOL + "/accounting",
        "The accounting of open incidents",
        reply=acc.SchoolAccounting,
    ),
    Operation(
        "contradictions",
        "GET",
        _SCHOOL + "/contradictions",
        "Observations that disagree",
        reply=list[acc.Contradiction],
    ),
    Operation(
        "messages",
        "GET",
        _SCHOOL + "/messages",
        "Statements and what became of messages",
        reply=notifier.SchoolMessages,
        query=("incident",),
    ),
    _command(
        "approveStatement",
        _INCIDENT + "/statements/{statement}/approve",
        "Send a previewed template unchanged",
        ApproveStatementBody,
    ),
    Operation(
        "names",
        "GET",
        _SCHOOL + "/roster",
        "Names for a screen, by version and role",
        reply=Names,
        query=("version",),
    ),
    Operation(
        "stageImport",
        "POST",
        _SCHOOL + "/imports",
        "Stage a OneRoster zip: checks, difference",
        reply=roster.StagedImport,
        raw_body="application/zip",
    ),
    _command(
        "applyImport", _SCHOOL + "/imports/{import}/apply", "Apply a staged import", ApplyBody
    ),
    Operation(
        "ticket",
        "POST",
        _SCHOOL + "/ticket",
        "A ticket for the live socket",
        TicketBody,
        Ticket,
    ),
    Operation(
        "createToken",
        "POST",
        _SCHOOL + "/tokens",
        "A bearer token for this API",
        TokenBody,
        identity.SessionReply,
        idempotent_by_key=True,
    ),
)
