"""Enrolled kiosks and their PINs."""

from __future__ import annotations

import asyncio
import datetime as dt

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_site import EndKiosk, Kiosk, LeaveKiosk, OpenKiosk
from services.chassis.database import Pool, in_school
from services.roster.domain.codes import TRIES, derived_id
from services.roster.domain.imports import Refused
from services.roster.store.site_ops import first_time

LOCKED = dt.timedelta(minutes=5)
WRONG_PIN = Refused("wrong_pin", "This is not the PIN of this kiosk.")
TOO_OFTEN = Refused("too_many_tries", "Too many wrong PINs. Wait five minutes, or ask the office.")


class StoredKiosks:
    """Fulfils ports.site.Kiosks."""

    def __init__(self, pool: Pool, secret: bytes) -> None:
        self._pool = pool
        self._secret = secret
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

    def kiosk_id(self, command: OpenKiosk) -> str:
        return derived_id(
            self._secret, "kiosk", command.school, command.actor.person, command.op_id
        )

    async def is_open(self, school: SchoolId, kiosk: str) -> bool:
        return await self.find(school, kiosk) is not None

    async def find(self, school: SchoolId, kiosk: str) -> Kiosk | None:
        return next((one for one in await self.open_ones(school) if one.kiosk == kiosk), None)

    async def open_ones(self, school: SchoolId) -> list[Kiosk]:
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                "SELECT kiosk, name, opened_by, opened_at FROM kiosks"
                " WHERE school = $1 AND ended_at IS NULL ORDER BY name, kiosk",
                school,
            )
        return [
            Kiosk(
                kiosk=row["kiosk"],
                name=row["name"],
                opened_by=PersonId(row["opened_by"]),
                opened_at=row["opened_at"],
            )
            for row in rows
        ]

    async def open(self, command: OpenKiosk, kiosk: str, now: dt.datetime) -> None:
        hashed = await asyncio.to_thread(self._hasher.hash, command.pin)
        async with in_school(self._pool, command.school) as connection:
            await connection.execute(
                """
                INSERT INTO kiosks (school, kiosk, name, pin_hash, opened_by, opened_at)
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (school, kiosk) DO NOTHING
                """,
                command.school,
                kiosk,
                command.name,
                hashed,
                command.actor.person,
                now,
            )

    async def leave(self, command: LeaveKiosk, now: dt.datetime) -> Refused | None:
        """A try is counted before the PIN is looked at: many at once are still five."""
        async with in_school(self._pool, command.school) as connection:
            row = await connection.fetchrow(
                "SELECT pin_hash, tries, locked_until, ended_at FROM kiosks"
                " WHERE school = $1 AND kiosk = $2 FOR UPDATE",
                command.school,
                command.kiosk,
            )
            if row is None or row["ended_at"] is not None:
                return None
            if row["locked_until"] is not None and row["locked_until"] > now:
                return TOO_OFTEN
            # Before the PIN is looked at: under one op only one PIN is ever tried.
            if not await first_time(connection, command, now):
                return WRONG_PIN
            if await asyncio.to_thread(self._matches, row["pin_hash"], command.pin):
                await connection.execute(
                    "UPDATE kiosks SET ended_at = $3 WHERE school = $1 AND kiosk = $2",
                    command.school,
                    command.kiosk,
                    now,
                )
                return None
            tries = row["tries"] + 1
            await connection.execute(
                "UPDATE kiosks SET tries = $3, locked_until = $4 WHERE school = $1 AND kiosk = $2",
                command.school,
                command.kiosk,
                tries % TRIES,
                now + LOCKED if tries >= TRIES else None,
            )
        return WRONG_PIN

    async def end(self, command: EndKiosk, now: dt.datetime) -> None:
        async with in_school(self._pool, command.school) as connection:
            await connection.execute(
                "UPDATE kiosks SET ended_at = $3"
                " WHERE school = $1 AND kiosk = $2 AND ended_at IS NULL",
                command.school,
                command.kiosk,
                now,
            )

    def _matches(self, hashed: str, pin: str) -> bool:
        try:
            return self._hasher.verify(hashed, pin)
        except (VerificationError, InvalidHashError):
            return False
