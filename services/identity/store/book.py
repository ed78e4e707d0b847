"""The tables that identity's logs are folded into."""

from collections.abc import Sequence

import asyncpg

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.identity import PersonRevoked, Revocations, RolesChanged, SessionRevoked
from services.chassis.database import Connection
from services.identity.domain.state import Held, State, apply


class IdentityBook:
    """Roles at a school, and revocations; expired ones are dropped when the next comes."""

    def empty(self, school: SchoolId) -> State:
        """Nobody holds a role, nothing is revoked."""
        return State(school=school)

    async def load(self, connection: Connection, school: SchoolId) -> State:
        """All rows of the school."""
        roles = await connection.fetch(
            "SELECT person, roles, by_hand, claimed, claimed_by, confirmed, given_by, given_at"
            " FROM roles WHERE school = $1",
            school,
        )
        sessions = await connection.fetch(
            "SELECT sid, until FROM revoked_sessions WHERE school = $1", school
        )
        people = await connection.fetch(
            "SELECT person, before FROM revoked_people WHERE school = $1", school
        )
        return State(
            school=school,
            roles={row["person"]: _held(row) for row in roles},
            sessions={row["sid"]: row["until"] for row in sessions},
            people={row["person"]: row["before"] for row in people},
        )

    def copy(self, state: State) -> State:
        """Three shallow copies of some hundred entries."""
        return state.copy()

    def apply(self, state: State, event: Envelope, data: Event) -> None:
        """Fold one event."""
        apply(state, event, data)

    async def save(
        self,
        connection: Connection,
        school: SchoolId,
        state: State,
        events: Sequence[tuple[Envelope, Event]],
    ) -> None:
        """The rows that these events changed."""
        data = [event for _, event in events]
        changed = {event.person for event in data if isinstance(event, RolesChanged)}
        if changed:
            await self._save_roles(connection, school, state, sorted(changed))
        if any(isinstance(event, SessionRevoked | PersonRevoked) for event in data):
            await self._save_revocations(connection, school, state)

    def snapshot(self, state: State) -> Revocations:
        """GET /state."""
        return state.revocations()

    async def _save_roles(
        self, connection: Connection, school: SchoolId, state: State, people: Sequence[str]
    ) -> None:
        held = [(person, held) for person, held in state.roles.items() if person in people]
        await connection.executemany(
            """
            INSERT INTO roles (school, person, roles, by_hand, claimed, claimed_by, confirmed,
                               given_by, given_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (school, person) DO UPDATE SET
                roles = excluded.roles, by_hand = excluded.by_hand, claimed = excluded.claimed,
                claimed_by = excluded.claimed_by, confirmed = excluded.confirmed,
                given_by = excluded.given_by, given_at = excluded.given_at
            """,
            [
                (
                    school,
                    person,
                    list(one.roles),
                    one.by_hand,
                    list(one.claimed),
                    list(one.claimed_by),
                    sorted(one.confirmed),
                    list(one.given_by),
                    one.given_at,
                )
                for person, one in held
            ],
        )

    async def _save_revocations(
        self, connection: Connection, school: SchoolId, state: State
    ) -> None:
        """Few rows: replaced as a whole, which also drops what has expired."""
        await connection.execute("DELETE FROM revoked_sessions WHERE school = $1", school)
        await connection.executemany(
            "INSERT INTO revoked_sessions (school, sid, until) VALUES ($1, $2, $3)",
            [(school, sid, until) for sid, until in state.sessions.items()],
        )
        await connection.execute("DELETE FROM revoked_people WHERE school = $1", school)
        await connection.executemany(
            "INSERT INTO revoked_people (school, person, before) VALUES ($1, $2, $3)",
            [(school, person, before) for person, before in state.people.items()],
        )


def _held(row: asyncpg.Record) -> Held:
    return Held(
        tuple(row["roles"]),
        by_hand=row["by_hand"],
        claimed=tuple(row["claimed"]),
        claimed_by=tuple(row["claimed_by"]),
        confirmed=frozenset(row["confirmed"]),
        given_by=tuple(row["given_by"]),
        given_at=row["given_at"],
    )
