"""Acts on a guardian and a student within a sitting; commands and files both come here."""

from __future__ import annotations

import datetime as dt

import msgspec

from schemas.identifiers import PersonId, proposal_id
from schemas.roster import SetLanguage, SetLinkRights
from schemas.roster_rights import (
    ApproveLift,
    Fact,
    LiftApproved,
    LiftProposed,
    ProposeLift,
    RecordConsent,
    SetApart,
    SetRights,
    SetSpeaks,
)
from services.roster.domain.custody.facts import (
    Change,
    Rights,
    Standing,
    difference,
)
from services.roster.domain.custody.pairs import (
    decide_apart,
    decide_approval,
    decide_consent,
    decide_lift,
    decide_link_rights,
    decide_rights,
)
from services.roster.domain.custody.people import UNKNOWN_PERSON, decide_spoken
from services.roster.domain.imports import Refused
from services.roster.handlers.sittings import Done, Outcome
from services.roster.ports.own_facts import Sitting

PairCommand = SetRights | SetLinkRights | RecordConsent


async def act_rights(sitting: Sitting, command: SetRights) -> Outcome:
    standing = await sitting.standing(command.guardian, command.student)
    decided = decide_rights(standing, command)
    return await _keep(sitting, command, standing, decided, reason=command.reason.strip())


async def act_link_rights(sitting: Sitting, command: SetLinkRights) -> Outcome:
    standing = await sitting.standing(command.guardian, command.student)
    return await _keep(sitting, command, standing, decide_link_rights(standing, command))


async def act_consent(sitting: Sitting, command: RecordConsent, *, again: bool = True) -> Outcome:
    """again: recorded anew although it says what holds: someone asked, and that counts."""
    standing = await sitting.standing(command.guardian, command.student)
    decided = decide_consent(standing, command)
    if decided == standing.rights and not again:
        return Done()
    outcome = await _keep(sitting, command, standing, decided, fact="consent", consent=True)
    if isinstance(outcome, Done) and outcome.change is None:
        given = {"routine": "yes" if command.given else "no", "routine_how": command.how}
        change = Change(fact="consent", person=command.guardian, student=command.student, now=given)
        return Done(change=change)
    return outcome


async def _keep(
    sitting: Sitting,
    command: PairCommand,
    standing: Standing,
    decided: Rights | Refused,
    *,
    fact: Fact = "rights",
    reason: str = "",
    consent: bool = False,
) -> Outcome:
    if isinstance(decided, Refused):
        return decided
    if decided == standing.rights and not consent:
        return Done()
    await sitting.keep_rights(command.guardian, command.student, decided, consent=consent)
    if decided == standing.rights:
        return Done()
    was, now = difference(standing.rights, decided)
    change = Change(
        fact=fact,
        person=command.guardian,
        student=command.student,
        was=was,
        now=now,
        reason=reason,
    )
    return Done(change=change)


async def act_apart(sitting: Sitting, command: SetApart) -> Outcome:
    standing = await sitting.standing(command.guardian, command.student)
    decided = decide_apart(standing, command, sitting.today)
    if isinstance(decided, Refused):
        return decided
    if decided == standing.order:
        return Done()
    await sitting.keep_order(command.guardian, command.student, decided, standing.revision + 1)
    was, now = difference(standing.order, decided)
    change = Change(
        fact="apart",
        person=command.guardian,
        student=command.student,
        was=was,
        now=now,
    )
    return Done(change=change)


async def act_propose(sitting: Sitting, command: ProposeLift, now: dt.datetime) -> Outcome:
    standing = await sitting.standing(command.guardian, command.student)
    drawn = proposal_id(command.school, command.actor.person, command.op_id)
    lift = decide_lift(standing, command, proposal_id=drawn, today=sitting.today, now=now)
    if isinstance(lift, Refused):
        return lift
    await sitting.keep_lift(lift)
    event = LiftProposed(
        proposal=lift.id,
        guardian=lift.guardian,
        student=lift.student,
        version=lift.version,
        expires=lift.expires,
    )
    change = Change(
        fact="apart",
        person=lift.guardian,
        student=lift.student,
        now={"lift": "proposed"},
        reason=lift.reason,
    )
    # The log keeps the answer as it is, and the reason is sealed wherever it is kept.
    return Done(change=change, event=event, answer=msgspec.structs.replace(lift, reason=""))


async def act_approve(sitting: Sitting, command: ApproveLift, now: dt.datetime) -> Outcome:
    lift = await sitting.lift(command.proposal)
    standing = await sitting.standing(lift.guardian, lift.student) if lift else None
    decided = decide_approval(standing, lift, command, now)
    if isinstance(decided, Refused):
        return decided
    assert standing is not None
    await sitting.keep_order(decided.guardian, decided.student, None, standing.revision + 1)
    was, _none = difference(standing.order, None)
    event = LiftApproved(
        proposal=decided.id,
        guardian=decided.guardian,
        student=decided.student,
        proposed_by=decided.by,
    )
    change = Change(
        fact="apart",
        person=decided.guardian,
        student=decided.student,
        was=was,
        now={"lift": "approved"},
        reason=decided.reason,
        second=decided.by,
    )
    return Done(change=change, event=event)


async def act_speaks(sitting: Sitting, command: SetSpeaks) -> Outcome:
    known = await sitting.known((command.person,))
    decided = decide_spoken(command, known=command.person in known)
    if isinstance(decided, Refused):
        return decided
    was, now = difference(await sitting.spoken(command.person), decided)
    if not was and not now:
        return Done()
    await sitting.keep_spoken(command.person, decided)
    return Done(change=Change(fact="speaks", person=command.person, was=was, now=now))


async def act_language(sitting: Sitting, command: SetLanguage) -> Outcome:
    if command.person not in await sitting.known((command.person,)):
        return UNKNOWN_PERSON
    held = await sitting.language(command.person)
    await sitting.keep_language(command.person, command.language)
    return language_change(command.person, held, command.language)


def language_change(person: PersonId, held: str, wanted: str) -> Done:
    """Told also when it is the same: from now on no import's first word decides."""
    change = Change(
        fact="language",
        person=person,
        was={"language": held},
        now={"language": wanted},
    )
    return Done(change=change)
