"""The general statement that every family reads, found by its public id."""

import asyncio
import datetime as dt

import msgspec

from schemas.identifiers import SchoolId
from schemas.notifier import SchoolMessages, Statement
from schemas.roster import School
from services.web.domain.problems import WebProblem, not_found
from services.web.handlers.asking import asked
from services.web.handlers.reading import Reading
from services.web.ports import Owners

FRESH = dt.timedelta(seconds=5)


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """statement: the newest approved one of its incident. replaces: its predecessor's version."""

    school: School
    statement: Statement
    replaces: int | None


class Statements:
    """A thousand families open the same link: owners are asked at most every five seconds."""

    def __init__(self, owners: Owners, reading: Reading) -> None:
        self._owners = owners
        self._reading = reading
        self._heard: dict[SchoolId, SchoolMessages] = {}
        self._schools: dict[SchoolId, School] = {}
        self._live: set[SchoolId] = set()
        self._asked_at: dt.datetime | None = None
        self._turn = asyncio.Lock()

    async def published(self, public_id: str, now: dt.datetime) -> Published:
        """Raises WebProblem not_found for a draft and whatever is not known.

        A drill's words say "There is no emergency": they are nowhere while a live incident is open.
        """
        await self._hear(now)
        for school, messages in self._heard.items():
            if found := newest(messages, public_id):
                statement, replaces = found
                if statement.mode != "live" and school in self._live:
                    raise not_found()
                return Published(
                    school=self._schools[school], statement=statement, replaces=replaces
                )
        raise not_found()

    async def _hear(self, now: dt.datetime) -> None:
        if self._heard and not self._due(now):
            return
        # Before anything was heard, whoever comes second waits for the first one's answer.
        async with self._turn:
            if self._due(now):
                self._asked_at = now
                await self._refresh_or_keep()

    def _due(self, now: dt.datetime) -> bool:
        return not self._heard or self._asked_at is None or now - self._asked_at >= FRESH

    async def _refresh_or_keep(self) -> None:
        try:
            await self._refresh()
        except WebProblem:
            # What every family could read a moment ago stays readable while an owner is away.
            if not self._heard:
                raise

    async def _refresh(self) -> None:
        schools = await asked(self._owners.roster.get("/schools", list[School]))
        for school in schools:
            await self._hear_mode(school.id)
            messages = await self._reading.messages(school.id)
            self._schools[school.id], self._heard[school.id] = school, messages

    async def _hear_mode(self, school: SchoolId) -> None:
        try:
            found = (await self._reading.incidents(school)).open
        except WebProblem:
            return
        if found is not None and found.mode == "live":
            self._live.add(school)
        else:
            self._live.discard(school)


def newest(messages: SchoolMessages, public_id: str) -> tuple[Statement, int | None] | None:
    """The newest approved statement of the incident that the id names, or that it belongs to.

    Texts name the incident: their link was written before the statement had an id.
    """
    sent = [s for s in messages.statements if s.approved_at is not None]
    named = next((s for s in sent if public_id in {s.id, s.incident}), None)
    if named is None:
        return None
    same = sorted((s for s in sent if s.incident == named.incident), key=lambda s: s.version)
    latest = same[-1]
    return latest, same[-2].version if len(same) > 1 else None
