"""Visitors come, wait, are let in or turned away, and leave."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.replies import Reply
from schemas.roster_site import (
    DecideVisit,
    SetSitePolicy,
    SignedIn,
    SignIn,
    SignOut,
    SiteChanged,
)
from services.roster.domain.desk import (
    ALREADY_DECIDED,
    decide_at_kiosk,
    decide_desk,
    decide_sign_out,
    decide_visit,
    decide_wait,
    decide_words,
    host_of,
    keeps_desk,
    school_day,
    tidy,
)
from services.roster.domain.imports import Refused
from services.roster.domain.resemblance import resemblances
from services.roster.ports.log import Clock
from services.roster.ports.site import DeskFacts, NewVisit, SiteLog, Visits

NO_SUCH_KIOSK = Refused("kiosk_closed", "This kiosk was ended. Ask the front office.")
NO_SUCH_SCHOOL = Refused("unknown_school", "No such school.")
NO_SUCH_PHOTO = Refused("unknown_photo", "The photo did not arrive. Take it again, or leave it.")


@dataclass(frozen=True, kw_only=True)
class Visiting:
    """The office's desk and its kiosks."""

    visits: Visits
    log: SiteLog
    clock: Clock

    async def sign_in(self, command: SignIn) -> Reply:
        now = self.clock.now()
        words = [tidy(w) for w in (command.name, command.reason, command.organisation)]
        said = tidy(command.host_said)
        refused = decide_at_kiosk(command.actor, command.kiosk) or decide_words(*words, said)
        facts = None if refused else await self.visits.facts(command, now)
        refused = refused or _refused_by(facts, command)
        if refused or facts is None:
            return await self.log.tell(command, refused)
        name, reason, organisation = words
        visit = self.visits.visit_id(command)
        at_kiosk = bool(command.kiosk)
        host = command.host if command.host in {one.person for one in facts.staff} else None
        host = host or host_of(said, facts.staff)
        # Every question is asked whatever the others say: the kiosk's answer takes as long.
        resembles = resemblances(name, facts.flagged, school_day(now, facts.zone))
        checked = self.visits.checked(visit, facts.check_percent)
        new = NewVisit(
            id=visit,
            name=name,
            reason=reason,
            host=host,
            host_said=said,
            organisation=organisation,
            kiosk_name=facts.kiosk_name or "",
            wait_reason=decide_wait(
                at_kiosk=at_kiosk,
                host_named=bool(said or command.host),
                host_found=host is not None,
                resembles=bool(resembles),
                checked=checked,
            ),
            resembles=resembles,
        )
        stored = await self.visits.add(command, new, now)
        answer = SignedIn(visit=visit, outcome="wait" if stored.wait_reason else "in")
        return await self.log.tell(command, None, SiteChanged(what="visit", id=visit), answer)

    async def sign_out(self, command: SignOut) -> Reply:
        now = self.clock.now()
        at_kiosk = not keeps_desk(command.actor)
        if refused := decide_at_kiosk(command.actor, command.kiosk):
            return await self.log.tell(command, refused)
        if command.visit and not at_kiosk:
            visit = await self.visits.find(command.school, command.visit, now)
        else:
            visit = await self.visits.by_code(command.school, command.code, now)
        refused = decide_sign_out(visit, at_kiosk=at_kiosk)
        if refused or visit is None:
            return await self.log.tell(command, refused)
        await self.visits.sign_out(command, visit.id, now)
        return await self.log.tell(command, None, SiteChanged(what="visit", id=visit.id))

    async def decide(self, command: DecideVisit) -> Reply:
        now = self.clock.now()
        refused = decide_desk(command.actor)
        if refused:
            return await self.log.tell(command, refused)
        visit = await self.visits.find(command.school, command.visit, now)
        refused = decide_visit(visit, command.decision)
        if refused or visit is None:
            return await self.log.tell(command, refused)
        if not await self.visits.decide(command, visit, now):
            return await self.log.tell(command, ALREADY_DECIDED)
        return await self.log.tell(command, None, SiteChanged(what="visit", id=visit.id))

    async def set_policy(self, command: SetSitePolicy) -> Reply:
        refused = decide_desk(command.actor)
        if refused is None:
            await self.visits.set_policy(command)
        return await self.log.tell(command, refused, SiteChanged(what="policy", id=""))


def _refused_by(facts: DeskFacts | None, command: SignIn) -> Refused | None:
    if facts is None:
        return NO_SUCH_SCHOOL
    if command.kiosk and facts.kiosk_name is None:
        return NO_SUCH_KIOSK
    return None if facts.photo_known else NO_SUCH_PHOTO
