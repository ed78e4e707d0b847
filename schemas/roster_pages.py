"""The language of the roster's pages: search, data quality, and what is kept on paper."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.commands import Command
from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import ClassId, PersonId, SchoolId

# --- search -----------------------------------------------------------------------------------

Kind = Literal["student", "staff", "guardian"]

Match = Literal["listed", "identifier", "exact", "prefix", "nickname", "similar"]
"""Why someone was found. listed: nothing was asked for, the list was read."""


class FoundPerson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """given, family: as the file says; preferred: what the person is called, when it differs."""

    id: PersonId
    school: SchoolId
    kinds: tuple[Kind, ...]
    given: str
    family: str
    preferred: str = ""
    grade: str = ""
    homeroom: ClassId | None = None
    why: Match = "exact"


class FoundPeople(msgspec.Struct, frozen=True, kw_only=True):
    """GET /find?school|reach&text&kinds&grade&homeroom&offset&limit, best first.

    reach: several school ids, separated by commas. total: how many are known to match; more:
    there are others after these. versions: of the rosters that were searched.
    """

    people: tuple[FoundPerson, ...]
    total: int
    more: bool
    versions: dict[SchoolId, int]


# --- data quality -----------------------------------------------------------------------------

QualityCode = Literal[
    "student_without_guardian",
    "student_without_messages",
    "student_unreachable",
    "guardian_without_address",
    "guardian_without_number",
    "number_cannot_text",
    "shared_number",
    "same_name",
    "near_name",
    "student_without_homeroom",
    "student_without_class",
    "class_without_teacher",
    "room_named_twice",
    "staff_without_email",
    "school_without_address",
]
"""Gravest first: the order of the page."""

NumberFault = Literal["emergency", "premium", "toll_free", "landline", "pager", "invalid"]


class QualityItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finding. text: whom or what, as a person says it. detail: the number, the grade, …

    fault: why a number cannot be texted. names: of several people, in the order of `people`.
    """

    text: str
    detail: str = ""
    fault: NumberFault | None = None
    names: tuple[str, ...] = ()
    people: tuple[PersonId, ...] = ()
    classes: tuple[ClassId, ...] = ()


class QualityIssue(msgspec.Struct, frozen=True, kw_only=True):
    """count of `of`; items: the first of them."""

    code: QualityCode
    count: int
    of: int
    items: tuple[QualityItem, ...] = ()


class GradeReach(msgspec.Struct, frozen=True, array_like=True):
    """[grade, students, reachable]"""

    grade: str
    students: int
    reachable: int


class QualityReport(msgspec.Struct, frozen=True, kw_only=True):
    """GET /quality?school[&code][&limit]. reachable: students with at least one guardian who may
    be messaged and has a number that takes texts, or an email address."""

    school: SchoolId
    version: int
    students: int
    reachable: int
    by_grade: tuple[GradeReach, ...]
    issues: tuple[QualityIssue, ...]


# --- paper ------------------------------------------------------------------------------------

PaperKind = Literal["sheets", "reunification", "status"]
"""sheets: a roster for each room. reunification, status: blank cards."""

Rooms = Literal["homerooms", "classes"]


class PrintPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /paper. class_id: only this one. count: of blank cards. drill: every page says so."""

    school: SchoolId
    kind: PaperKind
    rooms: Rooms = "homerooms"
    class_id: ClassId | None = None
    count: Annotated[int, Meta(ge=1, le=500)] = 20
    drill: bool = False


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """sheets: rosters or cards in it. unprintable: people whose name no shipped font can show;
    their sheet says so and leaves a line to write on."""

    pdf: bytes
    sheets: int
    version: int
    unprintable: int = 0


class PaperFile(msgspec.Struct, frozen=True, kw_only=True):
    """A set that was printed by itself. date: the school's own day. path: on the server."""

    date: str
    version: int
    printed_at: Instant
    path: str
    sheets: int
    unprintable: int = 0


class PaperState(msgspec.Struct, frozen=True, kw_only=True):
    """GET /paper?school. at: "HH:MM" in the school's zone. files: newest first, at most 7 days."""

    at: str
    office_phone: str
    files: tuple[PaperFile, ...] = ()


class SetPaper(Command, frozen=True, kw_only=True, tag="roster.set_paper"):
    """When the school's sheets are made each night, and the number that stands on them."""

    at: Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    office_phone: Annotated[str, Meta(max_length=40)] = ""


class PaperSet(Event, frozen=True, kw_only=True, tag="roster.paper_set.v1"):
    """When the school's sheets are made changed. at: "HH:MM" in the school's zone."""

    at: str
