"""Acts on guardians that the school wrote down, plans, devices and family codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from schemas.identifiers import PersonId
from schemas.roster_rights import (
    AddDevice,
    EndGuardian,
    FamilyCodeIssued,
    IssueFamilyCode,
    RemoveDevice,
    RevokeFamilyCode,
    SetGuardian,
    SetPlan,
)
from services.roster.domain.custody.authority import OWN_FAMILY
from services.roster.domain.custody.codes import written
from services.roster.domain.custody.facts import Change, CodeFact, Plan, Standing, difference
from services.roster.domain.custody.people import (
    UNKNOWN_GUARDIAN,
    decide_code,
    decide_device,
    decide_guardian,
    decide_plan,
    guardian_id,
)
from services.roster.domain.imports import Refused
from services.roster.handlers.sittings import Done, Outcome
from services.roster.ports.own_facts import Secrets, Sitting

# Two codes may begin alike; the next one drawn does not.
DRAWS = 8


async def act_guardian(sitting: Sitting, command: SetGuardian, drawn: PersonId) -> Outcome:
    guardian = guardian_id(command, drawn)
    named = {guardian, *command.students} | ({command.guardian} if command.guardian else set())
    was = await sitting.own_guardian(guardian)
    decided = decide_guardian(
        command,
        known=await sitting.known(named),
        was=was,
        own_family=await sitting.own_family(named),
    )
    if isinstance(decided, Refused):
        return decided
    if decided == was:
        return Done()
    await sitting.keep_guardian(guardian, decided)
    before, after = difference(was, decided)
    change = Change(fact="guardian", person=guardian, was=before, now=after)
    return Done(change=change)


async def act_end_guardian(sitting: Sitting, command: EndGuardian) -> Outcome:
    was = await sitting.own_guardian(command.guardian)
    if was is None or not was.students:
        return UNKNOWN_GUARDIAN
    students = tuple(PersonId(one) for one in was.students)
    if await sitting.own_family((command.guardian, *students)):
        return OWN_FAMILY
    await sitting.keep_guardian(command.guardian, None)
    before, _none = difference(was, None)
    change = Change(
        fact="guardian",
        person=command.guardian,
        was=before,
        reason=command.reason.strip(),
    )
    return Done(change=change)


async def act_plan(sitting: Sitting, command: SetPlan) -> Outcome:
    named = [one for one in (command.student, command.helper, command.backup) if one]
    was = await sitting.plan(command.student)
    decided = decide_plan(
        command,
        known=await sitting.known(named),
        own_family=await sitting.own_family((command.student,)),
    )
    if isinstance(decided, Refused):
        return decided
    if decided == was:
        return Done()
    await sitting.keep_plan(command.student, decided)
    before, after = difference(None if was == Plan() else was, None if decided.empty else decided)
    change = Change(fact="plan", person=command.student, was=before, now=after)
    return Done(change=change)


async def act_device(sitting: Sitting, command: AddDevice, device: str) -> Outcome:
    others = await sitting.devices(command.person)
    known = await sitting.known((command.person,))
    decided = decide_device(
        command,
        person=known.get(command.person),
        others=[one.address for one in others.values()],
        own_family=await sitting.own_family((command.person,)),
    )
    if isinstance(decided, Refused):
        return decided
    await sitting.keep_device(device, command.person, decided)
    _none, now = difference(None, decided)
    change = Change(fact="device", person=command.person, now=now)
    return Done(change=change)


async def act_remove_device(sitting: Sitting, command: RemoveDevice) -> Outcome:
    found = await sitting.device(command.device)
    if found is None:
        return Refused("unknown_device", "This number or address is not there any more.")
    person, fact = found
    if await sitting.own_family((person,)):
        return OWN_FAMILY
    await sitting.keep_device(command.device, person, None)
    was, _none = difference(fact, None)
    return Done(change=Change(fact="device", person=person, was=was))


def code_of(secrets: Secrets, command: IssueFamilyCode, draw: int) -> str:
    """The same op draws the same codes: an answer that was lost can be given again."""
    return written(secrets.drawn(f"family code {draw}", command))


async def act_code(
    sitting: Sitting, command: IssueFamilyCode, secrets: Secrets, today: dt.date
) -> Outcome:
    standings: Mapping[PersonId, Standing] = {
        student: await sitting.standing(command.guardian, student) for student in command.students
    }
    apart = {
        student
        for student, standing in standings.items()
        if standing.order is not None and standing.order.holds(today)
    }
    students = decide_code(command, standings, apart)
    if isinstance(students, Refused):
        return students
    code_id = secrets.drawn_id("family code", command)
    for draw in range(DRAWS):
        code = code_of(secrets, command, draw)
        if await sitting.keep_code(code_id, code, command.guardian, students):
            _none, now = difference(None, CodeFact(state="open", students=students))
            change = Change(fact="family_code", person=command.guardian, now=now)
            return Done(change=change)
    return Refused("try_again", "No free code was found. Issue it once more.")


async def issued(
    sitting: Sitting, command: IssueFamilyCode, secrets: Secrets
) -> FamilyCodeIssued | None:
    """What the answer shows: the code that this op kept."""
    code_id = secrets.drawn_id("family code", command)
    kept = await sitting.code(code_id)
    for draw in range(DRAWS if kept else 0):
        code = code_of(secrets, command, draw)
        if kept and await sitting.is_code(code_id, code):
            guardian, fact = kept
            students = tuple(PersonId(one) for one in fact.students)
            return FamilyCodeIssued(id=code_id, code=code, guardian=guardian, students=students)
    return None


async def act_revoke_code(sitting: Sitting, command: RevokeFamilyCode) -> Outcome:
    found = await sitting.code(command.code_id)
    if found is None:
        return Refused("unknown_code", "This code is not there.")
    guardian, fact = found
    if await sitting.own_family((guardian, *(PersonId(one) for one in fact.students))):
        return OWN_FAMILY
    if fact.state == "revoked":
        return Done()
    await sitting.end_code(command.code_id, "revoked")
    change = Change(
        fact="family_code",
        person=guardian,
        was={"state": fact.state},
        now={"state": "revoked"},
        reason=command.reason.strip(),
    )
    return Done(change=change)
