"""The language of the roster: who belongs to a school, in which class, with which adults."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.commands import Command
from schemas.events import Event
from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.vocabulary import Language

# --- snapshot ---------------------------------------------------------------------------------


class School(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """source_id: the OneRoster sourcedId. zone: IANA time zone. address: what 911 is told."""

    id: SchoolId
    source_id: str
    name: str
    zone: str = "America/New_York"
    address: str = ""
    version: int = 0


class SchoolClass(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """type homeroom | scheduled. room: the class location as the office names it."""

    id: ClassId
    title: str
    type: Literal["homeroom", "scheduled"]
    room: str = ""
    teachers: tuple[PersonId, ...] = ()


class Student(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """homeroom: where the student is expected without bell schedules; None: nowhere yet."""

    id: PersonId
    given: str
    family: str
    grade: str = ""
    homeroom: ClassId | None = None
    classes: tuple[ClassId, ...] = ()


class StaffMember(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """roles: OneRoster roles at this school (teacher, aide, principal, …)."""

    id: PersonId
    source_id: str
    given: str
    family: str
    roles: tuple[str, ...] = ()
    email: str = ""


class RosterSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """GET /snapshot?school[&version]: one version of one school's roster."""

    school: School
    version: int
    classes: tuple[SchoolClass, ...]
    students: tuple[Student, ...]
    staff: tuple[StaffMember, ...]


class StudentLink(msgspec.Struct, frozen=True, array_like=True):
    """A guardian's rights towards one student. routine: consents to routine texts (drills)."""

    student: PersonId
    message: bool
    routine: bool


class Contact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Someone who can be told. sms: E.164. links: empty for staff.

    of: this is one more number or address of that person; `person` is then its own id.
    """

    person: PersonId
    name: str
    language: Language = "en"
    email: str = ""
    sms: str = ""
    links: tuple[StudentLink, ...] = ()
    of: PersonId | None = None


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """GET /audience?school: the contacts of one roster version; the notifier's only reader."""

    school: School
    version: int
    staff: tuple[Contact, ...]
    guardians: tuple[Contact, ...]


# --- import -----------------------------------------------------------------------------------


class PackageInfo(msgspec.Struct, frozen=True, kw_only=True):
    format: str
    version: str
    mode: str


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """guardian_links: distinct guardian–student pairs."""

    orgs: int = 0
    staff: int = 0
    students: int = 0
    guardians: int = 0
    classes: int = 0
    enrollments: int = 0
    guardian_links: int = 0


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row-level warning or an error. line: 1 is the header, 0 the file itself.

    value: what the message names, for whoever says it in another language.
    """

    file: str
    line: int
    column: str
    code: str
    message: str
    value: str = ""


class DryRun(msgspec.Struct, frozen=True, kw_only=True):
    """`muster import PATH --dry-run --json`; refused when errors is not empty."""

    package: PackageInfo
    counts: Counts
    warnings: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()


class RoomMoves(msgspec.Struct, frozen=True, array_like=True):
    """room: as the office names it, else the class's title."""

    room: str
    students: int


class SchoolDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What an import would change at one school, in numbers of people and classes.

    moved_to: the rooms that most of the moved students move to, largest first.
    """

    school: SchoolId
    name: str
    new_students: int = 0
    returning_students: int = 0
    gone_students: int = 0
    moved_students: int = 0
    changed_people: int = 0
    new_staff: int = 0
    gone_staff: int = 0
    new_classes: int = 0
    gone_classes: int = 0
    students_before: int = 0
    too_many_removals: bool = False
    moved_to: tuple[RoomMoves, ...] = ()
    new_links: int = 0
    gone_links: int = 0
    staff_before: int = 0
    links_before: int = 0
    classes_before: int = 0


class StagedImport(msgspec.Struct, frozen=True, kw_only=True):
    """POST /imports (body: the zip): staged, checked and compared, not applied."""

    id: str
    dry_run: DryRun
    schools: tuple[SchoolDifference, ...] = ()
    refused: bool = False


class ApplyImport(Command, frozen=True, kw_only=True, tag="roster.apply_import"):
    """Apply a staged import in one transaction. school: where the actor has their role; "": all.

    also: other schools whose roster the actor may change. Refused: other_school when the package
    changes a school with students that is neither; removals_need_confirmation above 10 % of a
    school's students without allow_removals; incident_open while a school of it has an open
    incident.
    """

    import_id: str
    allow_removals: bool = False
    also: tuple[SchoolId, ...] = ()


class SetLinkRights(Command, frozen=True, kw_only=True, tag="roster.set_link_rights"):
    """Rights of a guardian towards a student; an import never touches them."""

    guardian: PersonId
    student: PersonId
    message: bool
    routine: bool


class SetLanguage(Command, frozen=True, kw_only=True, tag="roster.set_language"):
    person: PersonId
    language: Language


class SetSchool(Command, frozen=True, kw_only=True, tag="roster.set_school"):
    """The school's time zone (IANA) and the address that 911 is told."""

    zone: Annotated[str, Meta(min_length=1, max_length=64)]
    address: Annotated[str, Meta(max_length=300)] = ""


# --- events -----------------------------------------------------------------------------------


class Imported(Event, frozen=True, kw_only=True, tag="roster.imported.v1"):
    """A new version of the school's roster holds. Ids and names are read over HTTP."""

    version: int
    students: int
    staff: int
    guardians: int


class RightsChanged(Event, frozen=True, kw_only=True, tag="roster.rights_changed.v1"):
    """Contacts of the school changed outside an import (rights, language, school)."""

    version: int
