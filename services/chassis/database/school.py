"""One school at a time: row-level security shows a transaction the rows of the school it set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from schemas.identifiers import SchoolId
from services.chassis.database.pool import Connection, Pool


@asynccontextmanager
async def in_school(
    pool: Pool, school: SchoolId, *, timeout: float = 5.0
) -> AsyncIterator[Connection]:
    """A transaction that sees one school. timeout: seconds to wait for a free connection.

    Raises TimeoutError when none becomes free. A school id of "" sees nothing.
    """
    async with pool.acquire(timeout=timeout) as connection, connection.transaction():
        await set_school(connection, school)
        yield connection


async def set_school(connection: Connection, school: SchoolId) -> None:
    """Switch to another school inside a transaction; the transaction's end forgets it."""
    await connection.execute("SELECT set_config('muster.school', $1, true)", school)
