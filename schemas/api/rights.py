"""The school's own facts: rights, orders, consent, guardians, plans, family codes."""

import datetime as dt
from typing import Annotated

from msgspec import Meta

from schemas.api.operation import SCHOOL, Body, Operation, command
from schemas.identifiers import PersonId
from schemas.roster_people import Families, PersonPage
from schemas.roster_rights import (
    ConsentHow,
    DeviceChannel,
    GuardianKind,
    Interpreter,
    Line,
    Needed,
    Passage,
    Place,
)
from schemas.vocabulary import Language

Students = Annotated[tuple[PersonId, ...], Meta(min_length=1, max_length=50)]


class RightsBody(Body, frozen=True, kw_only=True):
    """priority: the order of calling, 1 first; 0: nobody has said."""

    guardian: PersonId
    student: PersonId
    message: bool
    information: bool
    pick_up: bool
    priority: Place = 0
    relationship: Line = ""
    reason: Line = ""


class ConsentBody(Body, frozen=True, kw_only=True):
    guardian: PersonId
    student: PersonId
    given: bool
    how: ConsentHow


class ApartBody(Body, frozen=True, kw_only=True):
    """begins, ends: first and last day at the school."""

    guardian: PersonId
    student: PersonId
    reference: Needed
    begins: dt.date | None = None
    ends: dt.date | None = None


class LiftBody(Body, frozen=True, kw_only=True):
    guardian: PersonId
    student: PersonId
    reason: Needed


class LiftApprovalBody(Body, frozen=True, kw_only=True):
    version: int


class SpeaksBody(Body, frozen=True, kw_only=True):
    speaks: Line = ""
    interpreter: Interpreter = "none"


class LanguageBody(Body, frozen=True, kw_only=True):
    language: Language


class GuardianBody(Body, frozen=True, kw_only=True):
    """guardian None: a new one."""

    guardian: PersonId | None = None
    type: GuardianKind
    name: Line = ""
    caseworker: Line = ""
    badge: Line = ""
    call_back: Line = ""
    students: Students


class ReasonBody(Body, frozen=True, kw_only=True):
    reason: Needed


class PlanBody(Body, frozen=True, kw_only=True):
    """With every field empty there is no plan any more."""

    helper: PersonId | None = None
    backup: PersonId | None = None
    equipment: Passage = ""
    medication_place: Passage = ""
    refuge_area: Passage = ""
    communication: Passage = ""


class DeviceBody(Body, frozen=True, kw_only=True):
    label: Needed
    channel: DeviceChannel
    address: Needed


class NothingBody(Body, frozen=True, kw_only=True):
    """{}"""


class CodeBody(Body, frozen=True, kw_only=True):
    students: Students


_PERSON = SCHOOL + "/people/{person}"

OPERATIONS: tuple[Operation, ...] = (
    Operation("person", "GET", _PERSON, "One person, as far as the role allows", reply=PersonPage),
    Operation(
        "households", "GET", SCHOOL + "/households", "Students who share guardians", reply=Families
    ),
    command("setRights", SCHOOL + "/rights", "Rights of a guardian and a student", RightsBody),
    command("recordConsent", SCHOOL + "/consents", "Consent to routine texts", ConsentBody),
    command("setApart", SCHOOL + "/orders", "Keep an adult apart from a student", ApartBody),
    command("proposeLift", SCHOOL + "/orders/lift", "Propose to lift an order", LiftBody),
    command(
        "approveLift",
        SCHOOL + "/orders/lift/{proposal}/approve",
        "Lift an order as the second person",
        LiftApprovalBody,
    ),
    command("setSpeaks", _PERSON + "/speaks", "What is spoken, and an interpreter", SpeaksBody),
    command("setLanguage", _PERSON + "/language", "The language of messages", LanguageBody),
    command("setGuardian", SCHOOL + "/guardians", "A guardian whom no import knows", GuardianBody),
    command("endGuardian", SCHOOL + "/guardians/{guardian}/end", "A placement ended", ReasonBody),
    command("setPlan", _PERSON + "/plan", "A student's assistance plan", PlanBody),
    command("addDevice", _PERSON + "/devices", "One more number or address", DeviceBody),
    command("removeDevice", SCHOOL + "/devices/{device}/remove", "Remove it again", NothingBody),
    command(
        "issueFamilyCode", _PERSON + "/codes", "A family code, shown in this answer alone", CodeBody
    ),
    command("revokeFamilyCode", SCHOOL + "/codes/{code}/revoke", "A code ends", ReasonBody),
)
