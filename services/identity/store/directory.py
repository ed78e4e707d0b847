"""People, issued sessions and links: rows with the scope of the installation, in no event."""

import datetime as dt
from collections.abc import Sequence

import asyncpg

from schemas.identifiers import PersonId
from services.chassis.database import Connection, Pool, in_school
from services.identity.domain.accounts import Link, Person
from services.identity.domain.sessions import Issued
from services.identity.domain.state import INSTALLATION

_PEOPLE = "SELECT person, name, login, email, password FROM people WHERE school = $1"


class StoredDirectory:
    """See ports.Directory."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def person(self, person: PersonId) -> Person | None:
        """By id."""
        async with in_school(self._pool, INSTALLATION) as connection:
            row = await connection.fetchrow(f"{_PEOPLE} AND person = $2", INSTALLATION, person)
        return _person(row) if row else None

    async def by_login(self, login: str) -> Person | None:
        """By chosen login."""
        async with in_school(self._pool, INSTALLATION) as connection:
            row = await connection.fetchrow(f"{_PEOPLE} AND login = $2", INSTALLATION, login)
        return _person(row) if row else None

    async def people(self) -> list[Person]:
        """Everyone, by name."""
        async with in_school(self._pool, INSTALLATION) as connection:
            rows = await connection.fetch(f"{_PEOPLE} ORDER BY name, person", INSTALLATION)
        return [_person(row) for row in rows]

    async def add(self, row: Person, at: dt.datetime) -> None:
        """New, or completed."""
        async with in_school(self._pool, INSTALLATION) as connection:
            await connection.execute(
                """
                INSERT INTO people (school, person, name, login) VALUES ($1, $2, $3, $4)
                ON CONFLICT (school, person) DO UPDATE SET login = excluded.login
                WHERE people.login = ''
                """,
                INSTALLATION,
                row.person,
                row.name,
                row.login,
            )
            if row.password:
                await _put_password(connection, row.person, row.login, row.password, at)

    async def set_password(
        self, person: PersonId, login: str, password: str, at: dt.datetime
    ) -> None:
        """Unless a later op has set one."""
        async with in_school(self._pool, INSTALLATION) as connection:
            await _put_password(connection, person, login, password, at)

    async def keep_staff(self, staff: Sequence[Person]) -> None:
        """Insert or rename."""
        async with in_school(self._pool, INSTALLATION) as connection:
            await connection.executemany(
                """
                INSERT INTO people (school, person, name, email) VALUES ($1, $2, $3, $4)
                ON CONFLICT (school, person)
                DO UPDATE SET name = excluded.name, email = excluded.email
                """,
                [(INSTALLATION, row.person, row.name, row.email) for row in staff],
            )

    async def issue(self, issued: Issued, at: dt.datetime) -> None:
        """Remember it until it ends; what has ended by `at` is forgotten."""
        async with in_school(self._pool, INSTALLATION) as connection:
            await _put_issued(connection, issued, at)

    async def issued(self, sid: str) -> Issued | None:
        """By session id."""
        async with in_school(self._pool, INSTALLATION) as connection:
            row = await connection.fetchrow(
                "SELECT sid, person, expires FROM issued WHERE school = $1 AND sid = $2",
                INSTALLATION,
                sid,
            )
        return Issued(sid=row["sid"], person=row["person"], expires=row["expires"]) if row else None

    async def add_link(self, fingerprint: bytes, link: Link, at: dt.datetime) -> None:
        """Once; a link that was used stays used. Those that expired by `at` are forgotten."""
        async with in_school(self._pool, INSTALLATION) as connection:
            await connection.execute(
                "DELETE FROM links WHERE school = $1 AND expires <= $2", INSTALLATION, at
            )
            await connection.execute(
                """
                INSERT INTO links (school, fingerprint, person, expires) VALUES ($1, $2, $3, $4)
                ON CONFLICT DO NOTHING
                """,
                INSTALLATION,
                fingerprint,
                link.person,
                link.expires,
            )

    async def link(self, fingerprint: bytes) -> Link | None:
        """By its code's fingerprint."""
        async with in_school(self._pool, INSTALLATION) as connection:
            row = await connection.fetchrow(
                "SELECT person, expires, used FROM links WHERE school = $1 AND fingerprint = $2",
                INSTALLATION,
                fingerprint,
            )
        if row is None:
            return None
        return Link(person=row["person"], expires=row["expires"], used=row["used"] is not None)

    async def redeem(self, fingerprint: bytes, issued: Issued, at: dt.datetime) -> bool:
        """Both in one transaction."""
        async with in_school(self._pool, INSTALLATION) as connection:
            status = await connection.execute(
                """
                UPDATE links SET used = $3
                WHERE school = $1 AND fingerprint = $2 AND used IS NULL AND expires > $3
                """,
                INSTALLATION,
                fingerprint,
                at,
            )
            if status == "UPDATE 0":
                return False
            await _put_issued(connection, issued, at)
            return True

    async def used(self, person: PersonId) -> bool:
        """Sessions are remembered until they end."""
        async with in_school(self._pool, INSTALLATION) as connection:
            found = await connection.fetchval(
                "SELECT EXISTS (SELECT FROM issued WHERE school = $1 AND person = $2)",
                INSTALLATION,
                person,
            )
        return bool(found)

    async def add_hands(self, person: PersonId, by: Sequence[PersonId], at: dt.datetime) -> None:
        """The last time counts, in whatever order they are told."""
        async with in_school(self._pool, INSTALLATION) as connection:
            await connection.executemany(
                """
                INSERT INTO hands (school, person, by, at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (school, person, by)
                DO UPDATE SET at = greatest(hands.at, excluded.at)
                """,
                [(INSTALLATION, person, one, at) for one in by],
            )

    async def hands(self, person: PersonId) -> dict[PersonId, dt.datetime]:
        """Also those that count no longer."""
        async with in_school(self._pool, INSTALLATION) as connection:
            rows = await connection.fetch(
                "SELECT by, at FROM hands WHERE school = $1 AND person = $2", INSTALLATION, person
            )
        return {PersonId(row["by"]): row["at"] for row in rows}


async def _put_password(
    connection: Connection, person: PersonId, login: str, password: str, at: dt.datetime
) -> None:
    await connection.execute(
        """
        UPDATE people SET password = $3, password_at = $4,
                          login = CASE WHEN login = '' THEN $5 ELSE login END
        WHERE school = $1 AND person = $2 AND (password_at IS NULL OR password_at < $4)
        """,
        INSTALLATION,
        person,
        password,
        at,
        login,
    )


async def _put_issued(connection: Connection, issued: Issued, at: dt.datetime) -> None:
    await connection.execute(
        "DELETE FROM issued WHERE school = $1 AND expires <= $2", INSTALLATION, at
    )
    await connection.execute(
        "INSERT INTO issued (school, sid, person, expires) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT DO NOTHING",
        INSTALLATION,
        issued.sid,
        issued.person,
        issued.expires,
    )


def _person(row: asyncpg.Record) -> Person:
    return Person(
        person=row["person"],
        name=row["name"],
        login=row["login"],
        email=row["email"],
        password=row["password"],
    )
