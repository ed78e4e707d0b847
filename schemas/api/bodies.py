"""Bodies that clients send, and answers that are web's own."""

from typing import Annotated

import msgspec
from msgspec import Meta

from schemas import accountability as acc
from schemas import board, incident, roster
from schemas.actions import Cause
from schemas.api.operation import Body
from schemas.identifiers import ActionId, ClassId
from schemas.vocabulary import IncidentMode, Role


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
