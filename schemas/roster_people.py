"""What the roster answers about one person, about families, and about files of own facts."""

import datetime as dt

import msgspec

from schemas.envelope import Instant
from schemas.identifiers import PersonId, SchoolId
from schemas.roster import Finding
from schemas.roster_rights import (
    CodeState,
    DeviceChannel,
    Fact,
    GuardianKind,
    Interpreter,
    LiftProposal,
    ReadOf,
    RightsFile,
)
from schemas.vocabulary import Language


class Named(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """here: in the last import, or written down by the school. grade "": no student."""

    id: PersonId
    name: str
    grade: str = ""
    here: bool = True


class ApartOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """holds: today, in the school's zone. version: what a lift is proposed for."""

    reference: str
    version: int
    holds: bool
    begins: dt.date | None = None
    ends: dt.date | None = None
    set_by: PersonId = PersonId("")
    set_at: Instant | None = None


class Pair(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A guardian and a student. linked: by the import or by the school; else only an order."""

    guardian: Named
    student: Named
    linked: bool = True
    kind: GuardianKind | None = None
    message: bool = False
    information: bool = False
    pick_up: bool = False
    routine: bool = False
    routine_how: str = ""
    routine_by: PersonId = PersonId("")
    routine_at: Instant | None = None
    priority: int = 0
    relationship: str = ""
    apart: ApartOrder | None = None
    proposal: LiftProposal | None = None


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A number or address that the school added. address: E.164, or an email address."""

    id: str
    person: PersonId
    label: str
    channel: DeviceChannel
    address: str


class Reach(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a guardian is reached and spoken to. email, sms, phone: as the import says."""

    person: PersonId
    email: str = ""
    sms: str = ""
    phone: str = ""
    language: Language = "en"
    speaks: str = ""
    interpreter: Interpreter = "none"
    kind: GuardianKind | None = None
    caseworker: str = ""
    badge: str = ""
    call_back: str = ""
    devices: tuple[Device, ...] = ()


class AssistancePlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """medication_place: where it is kept, never doses."""

    student: Named
    helper: Named | None = None
    backup: Named | None = None
    equipment: str = ""
    medication_place: str = ""
    refuge_area: str = ""
    communication: str = ""


class FamilyCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code without its secret. tries: wrong ones since it was last right."""

    id: str
    guardian: PersonId
    students: tuple[PersonId, ...]
    issued_by: PersonId
    issued_at: Instant
    tries: int
    state: CodeState


class Changed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the history. was, now: field → value as it was kept. second: who approved."""

    at: Instant
    by: PersonId
    fact: Fact
    person: PersonId
    student: PersonId | None = None
    was: dict[str, str] = {}
    now: dict[str, str] = {}
    reason: str = ""
    second: PersonId | None = None


class ReadBy(msgspec.Struct, frozen=True, kw_only=True):
    at: Instant
    reader: PersonId
    what: ReadOf


class PersonPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GET /person?school&person&reader&roles: as much as the reader's roles allow.

    sight office: everything. helper: name and plan. outline: name, grade and roles alone.
    birth: only where an import brought it; of_age: 18 today, so FERPA rights are the student's.
    names: of everyone that history and reads name.
    """

    person: Named
    sight: str
    student: bool = False
    roles: tuple[str, ...] = ()
    homeroom: str = ""
    room: str = ""
    of_age: bool = False
    birth: dt.date | None = None
    reach: dict[PersonId, Reach] = {}
    contacts: tuple[Pair, ...] = ()
    students: tuple[Pair, ...] = ()
    siblings: tuple[Named, ...] = ()
    plan: AssistancePlan | None = None
    codes: tuple[FamilyCode, ...] = ()
    history: tuple[Changed, ...] = ()
    reads: tuple[ReadBy, ...] = ()
    names: dict[PersonId, str] = {}
    staff: tuple[Named, ...] = ()


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """Students who share guardians. unmessaged, unfetched: students of it whom no guardian may
    be messaged about, or may pick up, today."""

    students: tuple[Named, ...]
    guardians: tuple[Named, ...]
    unmessaged: tuple[PersonId, ...]
    unfetched: tuple[PersonId, ...]


class Families(msgspec.Struct, frozen=True, kw_only=True):
    """GET /households?school&roles: by the first student's name."""

    school: SchoolId
    families: tuple[Family, ...]


class RightsDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What files of own facts would change, in numbers. unchanged: rows that say what holds."""

    rows: int = 0
    rights: int = 0
    apart: int = 0
    consents: int = 0
    guardians: int = 0
    plans: int = 0
    unchanged: int = 0


class StagedRights(msgspec.Struct, frozen=True, kw_only=True):
    """POST /rights-imports?school&reader&roles (body: a zip or one CSV): checked, not applied."""

    id: str
    difference: RightsDifference
    warnings: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()
    refused: bool = False


class RightsExport(msgspec.Struct, frozen=True, kw_only=True):
    """POST /rights-exports: one file of own facts; who took it is kept."""

    file: RightsFile
    content: str


class AskExport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of POST /rights-exports. reader and roles: as web verified them."""

    school: SchoolId
    file: RightsFile
    reader: PersonId
    roles: tuple[str, ...]
