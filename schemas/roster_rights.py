"""The language of what no import touches: rights, apart, consent, plans, family codes."""

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.commands import Command
from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import PersonId, SchoolId

GuardianKind = Literal[
    "agency",
    "foster_placement",
    "caregiver_affidavit",
    "emancipated_student",
    "adult_student",
    "teen_parent",
    "other_adult",
]
"""Guardians that the school writes down itself. emancipated_student, adult_student: the student
is their own guardian."""

ConsentHow = Literal["form", "phone", "in_person"]
Interpreter = Literal["none", "language", "asl"]
DeviceChannel = Literal["sms", "email"]
CodeState = Literal["open", "locked", "revoked"]
Fact = Literal[
    "rights", "apart", "consent", "language", "speaks", "guardian", "plan", "device", "family_code"
]
ReadOf = Literal["custody", "plan", "export"]
RightsFile = Literal["rights", "consents", "guardians", "plans"]

Line = Annotated[str, Meta(max_length=200)]
Needed = Annotated[str, Meta(min_length=1, max_length=200)]
Passage = Annotated[str, Meta(max_length=2000)]
Place = Annotated[int, Meta(ge=0, le=99)]
"""In the order of calling: 1 is called first; 0: nobody has said."""

# --- commands ---------------------------------------------------------------------------------


class SetRights(Command, frozen=True, kw_only=True, tag="roster.set_rights"):
    """Message, information and pick-up are three rights. priority: the order of calling."""

    guardian: PersonId
    student: PersonId
    message: bool
    information: bool
    pick_up: bool
    priority: Place = 0
    relationship: Line = ""
    reason: Line = ""


class RecordConsent(Command, frozen=True, kw_only=True, tag="roster.record_consent"):
    """To routine texts (drills too); who recorded it is the actor."""

    guardian: PersonId
    student: PersonId
    given: bool
    how: ConsentHow


class SetApart(Command, frozen=True, kw_only=True, tag="roster.set_apart"):
    """No contact: this adult gets neither site nor status nor any message about this student.

    reference: names the court order on file; no copy is kept. begins, ends: first and last day
    in the school's zone; None: at once, until it is lifted. A standing order is only made
    longer: what would end it earlier is a lift and needs two people.
    """

    guardian: PersonId
    student: PersonId
    reference: Needed
    begins: dt.date | None = None
    ends: dt.date | None = None


class ProposeLift(Command, frozen=True, kw_only=True, tag="roster.propose_lift"):
    """Propose to end an order now; another person approves within five minutes."""

    guardian: PersonId
    student: PersonId
    reason: Needed


class ApproveLift(Command, frozen=True, kw_only=True, tag="roster.approve_lift"):
    """The second person's word. version: of the order that the proposal was shown with."""

    proposal: str
    version: int


class SetSpeaks(Command, frozen=True, kw_only=True, tag="roster.set_speaks"):
    """What a person speaks, in their own words, and whether an interpreter is needed."""

    person: PersonId
    speaks: Line = ""
    interpreter: Interpreter = "none"


class SetGuardian(Command, frozen=True, kw_only=True, tag="roster.set_guardian"):
    """A guardian that no import knows. guardian None: a new one; for an emancipated or adult
    student the student themself. students: whose guardian they are from now on; a new student
    comes without any right. call_back: E.164 or as dialled here."""

    guardian: PersonId | None = None
    type: GuardianKind
    name: Line = ""
    caseworker: Line = ""
    badge: Line = ""
    call_back: Line = ""
    students: Annotated[tuple[PersonId, ...], Meta(min_length=1, max_length=50)]


class EndGuardian(Command, frozen=True, kw_only=True, tag="roster.end_guardian"):
    """A placement ended: the guardian is no contact of anyone any more."""

    guardian: PersonId
    reason: Needed


class SetPlan(Command, frozen=True, kw_only=True, tag="roster.set_plan"):
    """An assistance plan; with every field empty there is none any more.

    helper, backup: staff ids. medication_place: where it is kept, never doses.
    """

    student: PersonId
    helper: PersonId | None = None
    backup: PersonId | None = None
    equipment: Passage = ""
    medication_place: Passage = ""
    refuge_area: Passage = ""
    communication: Passage = ""


class AddDevice(Command, frozen=True, kw_only=True, tag="roster.add_device"):
    """One more number or address of a guardian, beside what the import brings."""

    person: PersonId
    label: Needed
    channel: DeviceChannel
    address: Needed


class RemoveDevice(Command, frozen=True, kw_only=True, tag="roster.remove_device"):
    device: str


class IssueFamilyCode(Command, frozen=True, kw_only=True, tag="roster.issue_family_code"):
    """A code for one guardian and some of their students; the answer alone ever shows it."""

    guardian: PersonId
    students: Annotated[tuple[PersonId, ...], Meta(min_length=1, max_length=50)]


class RevokeFamilyCode(Command, frozen=True, kw_only=True, tag="roster.revoke_family_code"):
    code_id: str
    reason: Needed


class ApplyRightsImport(Command, frozen=True, kw_only=True, tag="roster.apply_rights_import"):
    """Apply staged files of the school's own facts, in one transaction."""

    import_id: str


# --- answers and bodies ------------------------------------------------------------------------


class LiftProposal(msgspec.Struct, frozen=True, kw_only=True):
    """Waits for a second person. version: the order's.

    made_by: by whose hands the proposer can act; none of them is the second person.
    """

    id: str
    guardian: PersonId
    student: PersonId
    version: int
    by: PersonId
    expires: Instant
    reason: str = ""
    made_by: tuple[PersonId, ...] = ()


class FamilyCodeIssued(msgspec.Struct, frozen=True, kw_only=True):
    """code: shown now and never again."""

    id: str
    code: str
    guardian: PersonId
    students: tuple[PersonId, ...]


class VerifyFamilyCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /family-codes/verify. Not a command: a wrong code leaves nothing but its count."""

    school: SchoolId
    code: Annotated[str, Meta(max_length=64)]


class FamilyMatch(msgspec.Struct, frozen=True, kw_only=True):
    """Students whom this guardian may be told about now: right to information, no order."""

    id: str
    guardian: PersonId
    students: tuple[PersonId, ...]


# --- events -----------------------------------------------------------------------------------


class OwnFactChanged(Event, frozen=True, kw_only=True, tag="roster.own_fact_changed.v1"):
    """The school changed a fact of its own. fields: names of what changed, never values."""

    fact: Fact
    person: PersonId
    student: PersonId | None = None
    fields: tuple[str, ...] = ()


class LiftProposed(Event, frozen=True, kw_only=True, tag="roster.lift_proposed.v1"):
    """Someone proposes to end an order before its time; a second person may approve."""

    proposal: str
    guardian: PersonId
    student: PersonId
    version: int
    expires: Instant


class LiftApproved(Event, frozen=True, kw_only=True, tag="roster.lift_approved.v1"):
    """An order was ended by two people: who proposed it, and the event's actor."""

    proposal: str
    guardian: PersonId
    student: PersonId
    proposed_by: PersonId


class OwnFactsImported(Event, frozen=True, kw_only=True, tag="roster.own_facts_imported.v1"):
    """Files of own facts were applied. changes: lines that they added to the history."""

    import_id: str
    changes: int
