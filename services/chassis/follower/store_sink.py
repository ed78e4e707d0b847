"""Effects in the service's own tables, in one transaction with the cursor."""

from collections.abc import Awaitable, Callable, Sequence

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.replies import StateReply
from services.chassis.database import Connection, Pool, in_school

Handler = Callable[[Connection, Envelope, Event], Awaitable[None]]
Rebuild = Callable[[Connection, str, SchoolId, StateReply], Awaitable[None]]


class CursorMoved(Exception):
    """Another instance of this service applied the event first; where we are is read again."""


class StoreSink:
    """handler: the effects of one event, in the given transaction; it may raise CannotHandle.

    rebuild: the effects of starting over from the owner's state; None: only the cursor moves.
    """

    def __init__(self, pool: Pool, handler: Handler, rebuild: Rebuild | None = None) -> None:
        self._pool = pool
        self._handler = handler
        self._rebuild = rebuild

    async def position(self, owner: str, school: SchoolId) -> int:
        """From table cursors."""
        async with in_school(self._pool, school) as connection:
            return await read_cursor(connection, owner, school)

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        """All of them or none. Raises CannotHandle, CursorMoved."""
        async with in_school(self._pool, school) as connection:
            # First, because the row lock keeps a second instance from the same effects.
            await _advance(connection, owner, school, events[0][0].pos - 1, events[-1][0].pos)
            for envelope, data in events:
                await self._handler(connection, envelope, data)

    async def skip(self, owner: str, school: SchoolId, pos: int) -> None:
        """Move the cursor only, never back."""
        async with in_school(self._pool, school) as connection:
            await put_cursor(connection, owner, school, pos, back=False)

    async def rebuild(self, owner: str, school: SchoolId, reply: StateReply) -> None:
        """Start over at the reply's pos, also when that is further back."""
        async with in_school(self._pool, school) as connection:
            await put_cursor(connection, owner, school, reply.pos, back=True)
            if self._rebuild is not None:
                await self._rebuild(connection, owner, school, reply)

    async def dead_letter(
        self, owner: str, school: SchoolId, wire: bytes, pos: int, reason: str
    ) -> None:
        """Into table dead_letters."""
        async with in_school(self._pool, school) as connection:
            await _advance(connection, owner, school, pos - 1, pos)
            await keep_dead_letter(connection, owner, school, wire, pos, reason)


async def read_cursor(connection: Connection, owner: str, school: SchoolId) -> int:
    """0 when nothing was applied yet."""
    pos = await connection.fetchval(
        "SELECT pos FROM cursors WHERE school = $1 AND owner = $2", school, owner
    )
    return int(pos or 0)


async def keep_dead_letter(
    connection: Connection, owner: str, school: SchoolId, wire: bytes, pos: int, reason: str
) -> None:
    """One row; the same event put aside again, after a rebuild, replaces it."""
    await connection.execute(
        "INSERT INTO dead_letters (school, owner, pos, reason, wire) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (school, owner, pos)"
        " DO UPDATE SET reason = excluded.reason, wire = excluded.wire, at = now()",
        school,
        owner,
        pos,
        reason,
        wire,
    )


async def _advance(
    connection: Connection, owner: str, school: SchoolId, old: int, new: int
) -> None:
    status = await connection.execute(
        "UPDATE cursors SET pos = $4 WHERE school = $1 AND owner = $2 AND pos = $3",
        school,
        owner,
        old,
        new,
    )
    if status == "UPDATE 0" and old == 0:
        status = await connection.execute(
            "INSERT INTO cursors (school, owner, pos) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            school,
            owner,
            new,
        )
    if status.endswith(" 0"):
        raise CursorMoved


async def put_cursor(
    connection: Connection, owner: str, school: SchoolId, pos: int, *, back: bool
) -> None:
    """Set the cursor. back: also to an earlier pos, which only a rebuild may do."""
    await connection.execute(
        "INSERT INTO cursors AS mine (school, owner, pos) VALUES ($1, $2, $3)"
        " ON CONFLICT (school, owner) DO UPDATE SET pos ="
        " CASE WHEN $4 THEN excluded.pos ELSE greatest(mine.pos, excluded.pos) END",
        school,
        owner,
        pos,
        back,
    )
