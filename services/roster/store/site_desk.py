"""What is read of the front desk: who is on site, the day's log, who waits."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence

import asyncpg

from schemas.identifiers import SchoolId
from schemas.roster_day import ExpectedAdult
from schemas.roster_site import DeskBook, PersonHere, Visit
from services.chassis.database import Pool, in_school
from services.roster.domain.desk import day_bounds, folded, school_day, still_here
from services.roster.store.sealing import Seals
from services.roster.store.site_itinerant import StoredItinerants
from services.roster.store.site_kiosks import StoredKiosks
from services.roster.store.site_ops import zone_name
from services.roster.store.site_substitutes import StoredSubstitutes
from services.roster.store.site_visits import COLUMNS, FROM_VISITS, visit_of

FOUND = 100
SEARCHED = 50_000
LOG_SHOWN = 2000


class StoredDesk:
    """Reads the books of the others; writes nothing."""

    def __init__(
        self,
        pool: Pool,
        seals: Seals,
        secret: bytes,
        *,
        kiosks: StoredKiosks,
        substitutes: StoredSubstitutes,
        itinerants: StoredItinerants,
    ) -> None:
        self._pool = pool
        self._seals = seals
        self._secret = secret
        self._kiosks = kiosks
        self._substitutes = substitutes
        self._itinerants = itinerants

    async def zone(self, school: SchoolId) -> str | None:
        async with in_school(self._pool, school) as connection:
            return await zone_name(connection, school)

    async def adults_on_site(self, school: SchoolId, at: dt.datetime) -> tuple[ExpectedAdult, ...]:
        """The rows of ExpectedList.adults at that moment: visits, substitutes, itinerants."""
        people = await self.people_here(school, at)
        return tuple(ExpectedAdult(p.id, p.kind, p.place, p.since) for p in people)

    async def people_here(self, school: SchoolId, at: dt.datetime) -> tuple[PersonHere, ...]:
        """Who is on site at that moment besides the roster's staff, with names.

        A visit that nobody ended on its day is no longer counted here: see `left_over`.
        """
        zone = await self.zone(school)
        if zone is None:
            return ()
        since = at - dt.timedelta(days=2)
        visits = still_here(
            await self._visits(school, at, "v.since BETWEEN $2 AND $3", since, at), at, zone
        )
        day = school_day(at, zone)
        substitutes = [
            one
            for one in await self._substitutes.listed(school, at, day)
            if one.first_day <= day <= one.last_day
        ]
        return (
            *(
                PersonHere(
                    id=one.id,
                    kind=one.visit_kind,
                    name=one.name,
                    place=one.host_name,
                    since=one.since,
                )
                for one in sorted(visits, key=lambda v: v.since)
            ),
            *(
                PersonHere(
                    id=one.substitute, kind="substitute", name=one.name, place=one.room, unsure=True
                )
                for one in substitutes
            ),
            *(
                PersonHere(id=one.person, kind="itinerant", name=one.name, since=one.said_at)
                for one in await self._itinerants.of_school(school, zone, at)
                if one.said == "here"
            ),
        )

    async def waiting(self, school: SchoolId, now: dt.datetime) -> tuple[Visit, ...]:
        return tuple(await self._visits(school, now, "v.state = 'waiting'"))

    async def left_over(self, school: SchoolId, now: dt.datetime) -> tuple[Visit, ...]:
        """Never signed out on their day: shown until someone says that they left."""
        still_in = await self._visits(school, now, "v.state = 'in'")
        return tuple(one for one in still_in if one.not_signed_out)

    async def log_of(
        self, school: SchoolId, day: dt.date, zone: str, now: dt.datetime
    ) -> tuple[Visit, ...]:
        """Everyone who came on that day, newest first."""
        begins, ends = day_bounds(day, zone)
        return tuple(
            await self._visits(school, now, "v.since >= $2 AND v.since < $3", begins, ends)
        )

    async def found(self, school: SchoolId, text: str, now: dt.datetime) -> tuple[Visit, ...]:
        """Visits in whose names every word begins a word; newest first, at most FOUND."""
        wanted = folded(text).split()
        if not wanted:
            return ()
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                """
                SELECT v.visit, v.name, v.organisation, v.host_said, p.given, p.preferred, p.family
                FROM visits v LEFT JOIN people p ON p.school = v.school AND p.person = v.host
                WHERE v.school = $1 ORDER BY v.since DESC, v.visit LIMIT $2
                """,
                school,
                SEARCHED,
            )
        # A year's names take a while to fold: sign-ins do not wait for a search.
        hits = await asyncio.to_thread(_hits, rows, wanted)
        return tuple(await self._visits(school, now, "v.visit = ANY($2::text [])", hits))

    async def book(
        self, school: SchoolId, now: dt.datetime, *, day: dt.date | None, find: str
    ) -> DeskBook | None:
        """None: no such school."""
        zone = await self.zone(school)
        if zone is None:
            return None
        today = school_day(now, zone)
        async with in_school(self._pool, school) as connection:
            policy = await connection.fetchrow(
                "SELECT keep_days, check_percent FROM site_policies WHERE school = $1", school
            )
        keep_days, check_percent = (365, 2) if policy is None else (policy[0], policy[1])
        if find:
            visits = await self.found(school, find, now)
        else:
            visits = await self.log_of(school, day or today, zone, now)
        return DeskBook(
            day=day or today,
            today=today,
            here=await self.people_here(school, now),
            waiting=await self.waiting(school, now),
            visits=visits,
            left_over=await self.left_over(school, now),
            itinerant=tuple(await self._itinerants.of_school(school, zone, now)),
            kiosks=tuple(await self._kiosks.open_ones(school)),
            keep_days=keep_days,
            check_percent=check_percent,
        )

    async def _visits(
        self, school: SchoolId, now: dt.datetime, condition: str, *values: object
    ) -> list[Visit]:
        async with in_school(self._pool, school) as connection:
            zone = await zone_name(connection, school) or "UTC"
            # The condition is one of this file's own, never what someone typed.
            rows = await connection.fetch(
                f"SELECT {COLUMNS} {FROM_VISITS} WHERE v.school = $1 AND {condition}"
                f" ORDER BY v.since DESC, v.visit LIMIT {LOG_SHOWN}",
                school,
                *values,
            )
        return [
            visit_of(self._seals, self._secret, school, row, now=now, zone=zone) for row in rows
        ]


def _hits(rows: Sequence[asyncpg.Record], wanted: Sequence[str]) -> list[str]:
    """Ids of the first FOUND rows in whose words each wanted one begins a word."""
    hits: list[str] = []
    for row in rows:
        words = folded(" ".join(part for part in row[1:] if part)).split()
        if all(any(word.startswith(w) for word in words) for w in wanted):
            hits.append(row["visit"])
            if len(hits) == FOUND:
                break
    return hits
