"""How far the durable lane has come, kept in the service's own tables."""

from typing import Protocol

from schemas.identifiers import SchoolId
from services.chassis.database import Pool, in_school


class RelayPositions(Protocol):
    """The last pos per school that JetStream acknowledged."""

    async def read(self, school: SchoolId) -> int:
        """0 when nothing was relayed yet."""
        ...

    async def write(self, school: SchoolId, pos: int) -> None:
        """Remember it over a restart."""
        ...


class StoredRelay:
    """In table relay."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read(self, school: SchoolId) -> int:
        """0 when nothing was relayed yet."""
        async with in_school(self._pool, school) as connection:
            pos = await connection.fetchval("SELECT pos FROM relay WHERE school = $1", school)
        return int(pos or 0)

    async def write(self, school: SchoolId, pos: int) -> None:
        """Remember it over a restart."""
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                "INSERT INTO relay (school, pos) VALUES ($1, $2)"
                " ON CONFLICT (school) DO UPDATE SET pos = excluded.pos",
                school,
                pos,
            )
