"""The general statement that every family reads, found by its public id."""

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
        self._asked_at: dt.datetime | None = None

    async def published(self, public_id: str, now: dt.datetime) -> Published:
        """Raises WebProblem not_found for a draft, a drill's words and whatever is not known."""
        if self._asked_at is None or now - self._asked_at >= FRESH:
            self._asked_at = now
            await self._refresh_or_keep()
        for school, messages in self._heard.items():
            if found := newest(messages, public_id):
                statement, replaces = found
                return Published(
                    school=self._schools[school], statement=statement, replaces=replaces
                )
        raise not_found()

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
            self._schools[school.id] = school
            self._heard[school.id] = await self._reading.messages(school.id)


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
