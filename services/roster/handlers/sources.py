"""Sources of pulls: added, changed, removed, asked, and told about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import msgspec

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster import School, StagedImport
from schemas.roster_pull import (
    PullAsked,
    PullNow,
    PullResult,
    PullSource,
    RemoveSource,
    SetSource,
    SourceChanged,
)
from services.roster.domain.pulling.failures import PullFailed
from services.roster.domain.pulling.schedule import next_time
from services.roster.domain.pulling.sources import (
    UNKNOWN,
    KnownSource,
    decide_keeper,
    decide_set,
    reaches,
)
from services.roster.handlers.answers import refusal
from services.roster.handlers.pulling import Pulling, turn_of, was_cut_off
from services.roster.ports.log import Log


@dataclass(frozen=True, kw_only=True)
class KeptSources:
    """allowed_hosts: inner hosts that the installation's settings name."""

    pulling: Pulling
    log: Log
    allowed_hosts: Collection[str]

    async def set_source(self, command: SetSource) -> Reply:
        known = [school.id for school in await self.pulling.rosters.schools()]
        stored = await self.pulling.sources.find(command.source)
        refused = decide_set(command, known=known, stored=stored, allowed_hosts=self.allowed_hosts)
        if refused is None:
            await self.pulling.sources.put(command, self.pulling.clock.now())
        # Not even a hash of the secret goes into the log.
        told = msgspec.structs.replace(command, secret="")
        return await self.log.tell_change(told, refused, SourceChanged(source=command.source))

    async def remove_source(self, command: RemoveSource) -> Reply:
        refused = decide_keeper(command.actor)
        if refused is None:
            stored = await self.pulling.sources.find(command.source)
            # Removed already: the same command twice is the same.
            refused = reaches(command, stored.schools) if stored else None
        if refused is None:
            await self.pulling.sources.remove(command.source)
        event = SourceChanged(source=command.source, removed=True)
        return await self.log.tell_change(command, refused, event)

    async def pull_now(self, command: PullNow) -> Reply:
        """Answered at once; the same op again asks for nothing new."""
        now = self.pulling.clock.now()
        refused = decide_keeper(command.actor)
        if refused is not None:
            return refusal(refused, now)
        stored = await self.pulling.sources.find(command.source)
        refused = reaches(command, stored.schools) if stored else UNKNOWN
        if stored is None or refused is not None:
            return refusal(refused or UNKNOWN, now)
        done = stored.last is not None and stored.last.op == command.op_id
        if not done and not stored.asked_op:
            await self.pulling.sources.ask(command.source, command.op_id)
        self.pulling.wake.set()
        # Someone else's pull that has not ended yet is this one too.
        asked = PullAsked(op=command.op_id if done else stored.asked_op or command.op_id)
        return Reply(status="accepted", at=now, answer=msgspec.Raw(msgspec.json.encode(asked)))

    async def listed(self, school: SchoolId | None) -> list[PullSource]:
        """Those that may change the school; all of the installation without one."""
        schools = {one.id: one for one in await self.pulling.rosters.schools()}
        found = await self.pulling.sources.all()
        return [
            await self._told(source, schools)
            for source in found
            if school is None or school in source.schools
        ]

    async def waiting(self, school: SchoolId, source_id: str) -> StagedImport | None:
        """The package that waits for a person; None: none, or none of this school's."""
        source = await self.pulling.sources.find(source_id)
        if source is None or school not in source.schools or source.last is None:
            return None
        if source.last.outcome != "waits_for_person":
            return None
        found = await self.pulling.importing.imports.find(source.last.package)
        return None if found is None or found.state == "applied" else found.staged

    async def _told(self, source: KnownSource, schools: Mapping[SchoolId, School]) -> PullSource:
        pulling = source.source in self.pulling.pulling
        turn = turn_of(source, schools)
        held = await self.pulling.sources.in_incident(source.schools)
        return PullSource(
            id=source.source,
            name=source.name,
            base_url=source.base_url,
            token_url=source.token_url,
            client_id=source.client_id,
            scopes=source.scopes,
            version=source.version,
            schools=source.schools,
            hour=source.hour,
            every_hours=source.every_hours,
            apply=source.apply,
            changes_only=source.changes_only,
            asked_op=source.asked_op,
            pulling=pulling,
            waits="incident_open" if held else "",
            last=source.last if pulling or not was_cut_off(source) else cut_off(source),
            next_at=next_time(turn) if turn is not None else None,
        )


def cut_off(source: KnownSource) -> PullResult:
    """A pull without an end, as the pages tell it."""
    assert source.started_at is not None
    said = PullFailed("cut_off")
    return PullResult(
        started=source.started_at,
        ended=source.started_at,
        outcome="failed",
        code=said.code,
        reason=said.reason,
        again=True,
    )
