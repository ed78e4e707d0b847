"""What the roster's log remembers of a school: the last version it told of."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.roster import Imported
from services.chassis.database import Connection


class Told(msgspec.Struct):
    """GET /state. version: 0 before the first import."""

    version: int = 0


class RosterBook:
    """Fulfils the ledger's Book: the rosters themselves are too large for memory."""

    def empty(self, school: SchoolId) -> Told:
        return Told()

    async def load(self, connection: Connection, school: SchoolId) -> Told:
        found = await connection.fetchval("SELECT version FROM announced WHERE school = $1", school)
        return Told(version=found or 0)

    def copy(self, state: Told) -> Told:
        return Told(state.version)

    def apply(self, state: Told, event: Envelope, data: Event) -> None:
        if isinstance(data, Imported):
            state.version = data.version

    async def save(
        self,
        connection: Connection,
        school: SchoolId,
        state: Told,
        events: Sequence[tuple[Envelope, Event]],
    ) -> None:
        await connection.execute(
            """
            INSERT INTO announced (school, version) VALUES ($1, $2)
            ON CONFLICT (school) DO UPDATE SET version = excluded.version
            """,
            school,
            state.version,
        )

    def snapshot(self, state: Told) -> Told:
        return Told(state.version)
