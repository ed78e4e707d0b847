"""Guardians that no import knows, plans, devices, family codes: what may be written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from schemas.identifiers import PersonId
from schemas.roster_rights import AddDevice, IssueFamilyCode, SetGuardian, SetPlan, SetSpeaks
from services.roster.domain.custody.authority import OWN_FAMILY
from services.roster.domain.custody.facts import (
    DeviceFact,
    OwnGuardian,
    Plan,
    PlanText,
    Spoken,
    Standing,
)
from services.roster.domain.custody.reach import dialled, mailed
from services.roster.domain.imports import Refused

THEMSELVES: Final = frozenset({"emancipated_student", "adult_student"})
MOST_DEVICES: Final = 10

UNKNOWN_PERSON: Final = Refused("unknown_person", "Nobody of this school has this id.")
UNKNOWN_STUDENT: Final = Refused("unknown_student", "No student of this school has this id.")
UNKNOWN_GUARDIAN: Final = Refused("unknown_guardian", "No guardian of this school has this id.")
BAD_NUMBER: Final = Refused(
    "bad_number", "This is no number that can be called. Write it with its area code."
)


class KnownPerson(msgspec.Struct, frozen=True, kw_only=True):
    """student, staff: in the last import or an earlier one. guardian: someone's, by any link."""

    id: PersonId
    student: bool = False
    staff: bool = False
    guardian: bool = False
    imported: bool = True


Known = Mapping[PersonId, KnownPerson]


def guardian_id(command: SetGuardian, drawn: PersonId) -> PersonId:
    """drawn: the id of a new one, known before the commit."""
    if command.type in THEMSELVES:
        return command.students[0]
    return command.guardian or drawn


def decide_guardian(
    command: SetGuardian, *, known: Known, was: OwnGuardian | None, own_family: bool
) -> OwnGuardian | Refused:
    """was: of this guardian, when the school wrote them down before."""
    students = tuple(sorted(set(command.students)))
    if any(student not in known or not known[student].student for student in students):
        return UNKNOWN_STUDENT
    if own_family:
        return OWN_FAMILY
    if command.type in THEMSELVES and len(students) != 1:
        return Refused("one_student", "A student is their own guardian alone: name one student.")
    given = command.guardian
    named = given is not None and given in known and known[given].imported
    if given is not None and not named and was is None:
        return UNKNOWN_GUARDIAN
    if given in students and command.type not in THEMSELVES:
        return Refused("own_guardian", "Only an emancipated or adult student is their own.")
    if not named and command.type not in THEMSELVES and not command.name.strip():
        return Refused("name_needed", "Write the name of the guardian or the agency.")
    call_back = dialled(command.call_back) if command.call_back.strip() else ""
    if command.call_back.strip() and not call_back:
        return BAD_NUMBER
    if command.type == "agency" and not (call_back and command.caseworker.strip()):
        return Refused(
            "caseworker_needed", "An agency needs its caseworker and a number to call back."
        )
    return OwnGuardian(
        kind=command.type,
        name=command.name.strip(),
        caseworker=command.caseworker.strip(),
        badge=command.badge.strip(),
        call_back=call_back,
        students=students,
    )


def decide_plan(command: SetPlan, *, known: Known, own_family: bool) -> Plan | Refused:
    student = known.get(command.student)
    if student is None or not student.student:
        return UNKNOWN_STUDENT
    if own_family:
        return OWN_FAMILY
    for staff in (command.helper, command.backup):
        if staff and (staff not in known or not known[staff].staff):
            return Refused("unknown_staff", "Choose the helper and the backup among the staff.")
    if command.helper and command.helper == command.backup:
        return Refused("same_helper", "The backup is someone other than the helper.")
    return Plan(
        helper=command.helper or "",
        backup=command.backup or "",
        text=PlanText(
            equipment=command.equipment.strip(),
            medication_place=command.medication_place.strip(),
            refuge_area=command.refuge_area.strip(),
            communication=command.communication.strip(),
        ),
    )


def decide_device(
    command: AddDevice, *, person: KnownPerson | None, others: Sequence[str], own_family: bool
) -> DeviceFact | Refused:
    """others: addresses that the school added for this guardian before."""
    if person is None or not person.guardian:
        return UNKNOWN_GUARDIAN
    if own_family:
        return OWN_FAMILY
    kept = dialled(command.address) if command.channel == "sms" else mailed(command.address)
    if not kept:
        wrong = Refused("bad_address", "This is no email address. Write it as name@place.org.")
        return BAD_NUMBER if command.channel == "sms" else wrong
    if kept in others:
        return Refused("same_address", "This number or address is there already.")
    if len(others) >= MOST_DEVICES:
        return Refused(
            "too_many",
            f"A guardian has at most {MOST_DEVICES} more. Remove one first.",
            {"number": str(MOST_DEVICES)},
        )
    return DeviceFact(label=command.label.strip(), channel=command.channel, address=kept)


def decide_spoken(command: SetSpeaks, *, known: bool) -> Spoken | Refused:
    if not known:
        return UNKNOWN_PERSON
    return Spoken(speaks=command.speaks.strip(), interpreter=command.interpreter)


def decide_code(
    command: IssueFamilyCode, standings: Mapping[PersonId, Standing], today_apart: set[PersonId]
) -> tuple[PersonId, ...] | Refused:
    """Whom the code is for: students about whom this guardian may be told today."""
    students = tuple(sorted(set(command.students)))
    for student in students:
        standing = standings[student]
        if not standing.linked:
            return Refused("unknown_link", "This adult is no guardian of this student.")
        if standing.own_family:
            return OWN_FAMILY
        if student in today_apart or not standing.rights.information:
            return Refused(
                "no_information_right", "This adult may not be told about one of these students."
            )
    return students
