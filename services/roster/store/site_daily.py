"""What the front desk's tables lose with time. Decisions about flagged entries are kept."""

from __future__ import annotations

import datetime as dt

from schemas.identifiers import SchoolId
from services.chassis.database import Pool, in_school

OPS_KEPT = dt.timedelta(days=60)
CODES_KEPT = dt.timedelta(days=60)
LOOSE_PHOTO = dt.timedelta(days=1)


class DailyRemoval:
    """One school at a time, in one transaction each; the same day twice removes nothing more."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def remove_old(self, school: SchoolId, now: dt.datetime) -> int:
        """How many visits went. Whoever is still signed in is never removed silently."""
        async with in_school(self._pool, school) as connection:
            keep = await connection.fetchval(
                "SELECT keep_days FROM site_policies WHERE school = $1", school
            )
            before = now - dt.timedelta(days=keep or 365)
            removed = await connection.fetch(
                """
                DELETE FROM visits WHERE school = $1 AND since < $2 AND state IN ('out',
                    'turned_away') RETURNING visit
                """,
                school,
                before,
            )
            await connection.execute(
                """
                DELETE FROM site_photos p WHERE p.school = $1 AND p.stored_at < $2
                    AND NOT EXISTS (SELECT FROM visits v
                        WHERE v.school = p.school AND v.photo = p.photo)
                    AND NOT EXISTS (SELECT FROM flagged f
                        WHERE f.school = p.school AND f.photo = p.photo)
                """,
                school,
                now - LOOSE_PHOTO,
            )
            for statement, age in (
                ("DELETE FROM site_ops WHERE school = $1 AND at < $2", OPS_KEPT),
                ("DELETE FROM day_codes WHERE school = $1 AND expires < $2", CODES_KEPT),
                ("DELETE FROM school_confirmations WHERE school = $1 AND said_at < $2", CODES_KEPT),
            ):
                await connection.execute(statement, school, now - age)
        return len(removed)
