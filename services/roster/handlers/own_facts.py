"""What the school says of itself, which no import touches: time zone and address."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from schemas.replies import Reply
from schemas.roster import SetSchool
from services.roster.domain.imports import Refused, decide_actor
from services.roster.ports.log import Log
from services.roster.ports.rosters import Rosters


@dataclass(frozen=True, kw_only=True)
class OwnFacts:
    """The school's own facts; what it says of people is in custody.py."""

    rosters: Rosters
    log: Log

    async def set_school(self, command: SetSchool) -> Reply:
        if await self.rosters.school(command.school) is None:
            return await self._store(command, Refused("unknown_school", "No such school."))
        if command.zone not in available_timezones():
            wrong = Refused("unknown_zone", "Write the zone as in America/Chicago.")
            return await self._store(command, wrong)
        return await self._store(command, None)

    async def _store(self, command: SetSchool, refused: Refused | None) -> Reply:
        refused = decide_actor(command.actor) or refused
        if refused is None:
            # Before the log tells of it: whoever hears of a change must find it. A crash in
            # between is repaired by the same command, which gets no answer until then.
            await self.rosters.write(command)
        return await self.log.tell_change(command, refused)
