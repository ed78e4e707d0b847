"""The desk's other books: the flagged list, kiosks, substitutes, itinerant staff."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from schemas.replies import Reply
from schemas.roster_site import (
    ConfirmSchool,
    EndKiosk,
    EndSubstitute,
    IssueDayCode,
    KioskOpened,
    LeaveKiosk,
    LiftFlagged,
    MarkItinerant,
    OpenKiosk,
    RecordFlagged,
    RecordSubstitute,
    RotateRoomFolder,
    SiteChanged,
)
from services.roster.domain.desk import (
    LONGEST,
    LONGEST_TEXT,
    decide_at_kiosk,
    decide_desk,
    decide_words,
    tidy,
    tidy_lines,
)
from services.roster.domain.imports import Refused
from services.roster.ports.log import Clock
from services.roster.ports.site import Flagged, Itinerants, Kiosks, SiteLog, Substitutes

NO_SUCH_ENTRY = Refused("unknown_entry", "No such entry. Load the page again.")
DATES_TURNED = Refused("dates_turned", "The last day is before the first.")
NO_SUCH_SUBSTITUTE = Refused("unknown_substitute", "No such substitute. Load the page again.")
NOT_TODAY = Refused("not_today", "This substitute does not cover anything today.")
NO_SUCH_ROOM = Refused("unknown_room", "The roster has no such room.")
NO_SUCH_STAFF = Refused("unknown_person", "Nobody of this school's staff has this id.")
NOT_YOURS = Refused("not_your_school", "The roster does not list you at this school.")
KIOSK_GONE = Refused("kiosk_closed", "This kiosk was ended. Ask the front office.")
TEXT_TOO_LONG = Refused(
    "too_long",
    f"Write at most {LONGEST_TEXT} characters of description.",
    {"number": str(LONGEST_TEXT)},
)


@dataclass(frozen=True, kw_only=True)
class DeskBooks:
    """Each act: the role first, then the facts, then the tables, then the log."""

    flagged: Flagged
    kiosks: Kiosks
    substitutes: Substitutes
    itinerants: Itinerants
    log: SiteLog
    clock: Clock

    async def record_flagged(self, command: RecordFlagged) -> Reply:
        aliases = tuple(alias for one in command.aliases if (alias := tidy(one)))
        clean = msgspec.structs.replace(
            command,
            name=tidy(command.name),
            aliases=aliases,
            description=tidy_lines(command.description),
            document=tidy(command.document),
        )
        refused = decide_desk(command.actor) or decide_words(clean.name, clean.document, *aliases)
        if refused is None and len(clean.description) > LONGEST_TEXT:
            refused = TEXT_TOO_LONG
        if command.starts and command.ends and command.ends < command.starts:
            refused = refused or DATES_TURNED
        if refused is None and command.entry:
            known = await self.flagged.knows(command.school, command.entry)
            refused = None if known else NO_SUCH_ENTRY
        entry = command.entry or self.flagged.entry_id(command)
        if refused is None:
            await self.flagged.record(clean, entry, self.clock.now())
        return await self.log.tell(command, refused, SiteChanged(what="flagged", id=entry))

    async def lift_flagged(self, command: LiftFlagged) -> Reply:
        refused = decide_desk(command.actor)
        if refused is None and not await self.flagged.knows(command.school, command.entry):
            refused = NO_SUCH_ENTRY
        if refused is None:
            await self.flagged.lift(command, self.clock.now())
        changed = SiteChanged(what="flagged", id=command.entry)
        return await self.log.tell(command, refused, changed)

    async def open_kiosk(self, command: OpenKiosk) -> Reply:
        clean = msgspec.structs.replace(command, name=tidy(command.name))
        refused = decide_desk(command.actor) or decide_words(clean.name)
        kiosk = self.kiosks.kiosk_id(command)
        if refused is None:
            await self.kiosks.open(clean, kiosk, self.clock.now())
        changed = SiteChanged(what="kiosk", id=kiosk)
        return await self.log.tell(command, refused, changed, KioskOpened(kiosk=kiosk))

    async def leave_kiosk(self, command: LeaveKiosk) -> Reply:
        refused = decide_at_kiosk(command.actor, command.kiosk)
        if refused is None:
            refused = await self.kiosks.leave(command, self.clock.now())
        return await self.log.tell(command, refused, SiteChanged(what="kiosk", id=command.kiosk))

    async def end_kiosk(self, command: EndKiosk) -> Reply:
        refused = decide_desk(command.actor)
        if refused is None:
            await self.kiosks.end(command, self.clock.now())
        return await self.log.tell(command, refused, SiteChanged(what="kiosk", id=command.kiosk))

    async def record_substitute(self, command: RecordSubstitute) -> Reply:
        words = {name: tidy(getattr(command, name)) for name in ("name", "phone", "agency", "room")}
        clean = msgspec.structs.replace(command, **words)
        refused = decide_desk(command.actor) or decide_words(*words.values())
        if refused is None and command.last_day < command.first_day:
            refused = DATES_TURNED
        if refused is None and (what := await self.substitutes.unknown_of(clean)):
            refused = Refused("unknown_cover", f"The roster has no such {what}.", {"cover": what})
        substitute = command.substitute or self.substitutes.substitute_id(command)
        if refused is None:
            await self.substitutes.record(clean, substitute)
        return await self._told_substitute(command, refused, substitute)

    async def end_substitute(self, command: EndSubstitute) -> Reply:
        refused = decide_desk(command.actor)
        if refused is None and not await self.substitutes.end(command, self.clock.now()):
            refused = NO_SUCH_SUBSTITUTE
        return await self._told_substitute(command, refused, command.substitute)

    async def issue_day_code(self, command: IssueDayCode) -> Reply:
        refused = decide_desk(command.actor)
        if refused is None and not await self.substitutes.issue(command, self.clock.now()):
            refused = NOT_TODAY
        return await self._told_substitute(command, refused, command.substitute)

    async def rotate_folder(self, command: RotateRoomFolder) -> Reply:
        refused = decide_desk(command.actor)
        if refused is None and len(command.room) > LONGEST:
            refused = NO_SUCH_ROOM
        if refused is None and not await self.substitutes.rotate(command, self.clock.now()):
            refused = NO_SUCH_ROOM
        return await self.log.tell(command, refused, SiteChanged(what="folder", id=""))

    async def mark_itinerant(self, command: MarkItinerant) -> Reply:
        refused = decide_desk(command.actor)
        if refused is None and not await self.itinerants.mark(command):
            refused = NO_SUCH_STAFF
        return await self._told_itinerant(command, refused, command.person)

    async def confirm_school(self, command: ConfirmSchool) -> Reply:
        """Only for oneself: the person is who the session proves."""
        confirmed = await self.itinerants.confirm(command, self.clock.now())
        refused = None if confirmed else NOT_YOURS
        return await self._told_itinerant(command, refused, command.actor.person)

    async def _told_substitute(
        self,
        command: RecordSubstitute | EndSubstitute | IssueDayCode,
        refused: Refused | None,
        substitute: str,
    ) -> Reply:
        changed = SiteChanged(what="substitute", id=substitute)
        return await self.log.tell(command, refused, changed)

    async def _told_itinerant(
        self, command: MarkItinerant | ConfirmSchool, refused: Refused | None, person: str
    ) -> Reply:
        return await self.log.tell(command, refused, SiteChanged(what="itinerant", id=person))
