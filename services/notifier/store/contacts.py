"""The notifier's copy of the roster's contacts, and the service addresses of a school."""

import datetime as dt

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.roster import Audience
from services.chassis.database import Pool, in_school
from services.notifier.domain.audience import ServiceAddress


class ContactStore:
    """Implements ports.Kept on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def audience(self, school: SchoolId) -> Audience | None:
        async with in_school(self._pool, school) as connection:
            found = await connection.fetchval(
                "SELECT audience FROM audiences WHERE school = $1", school
            )
        return None if found is None else msgspec.json.decode(found, type=Audience)

    async def keep(self, audience: Audience) -> None:
        async with in_school(self._pool, audience.school.id) as connection:
            await connection.execute(
                "INSERT INTO audiences (school, version, audience) VALUES ($1, $2, $3)"
                " ON CONFLICT (school) DO UPDATE"
                " SET version = excluded.version, audience = excluded.audience"
                " WHERE audiences.version <= excluded.version",
                audience.school.id,
                audience.version,
                msgspec.json.encode(audience).decode(),
            )

    async def services(self, school: SchoolId) -> tuple[ServiceAddress, ...]:
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                "SELECT id, url FROM services WHERE school = $1 ORDER BY at, id", school
            )
        return tuple(ServiceAddress(PersonId(row["id"]), row["url"]) for row in rows)

    async def add_service(
        self, school: SchoolId, address: ServiceAddress, now: dt.datetime
    ) -> None:
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                "INSERT INTO services (school, id, url, at) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT DO NOTHING",
                school,
                address.id,
                address.url,
                now,
            )
