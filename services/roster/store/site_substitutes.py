"""Substitutes, their day codes and the rooms' folders."""

from __future__ import annotations

import datetime as dt

import asyncpg

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster_site import (
    CoverFound,
    EndSubstitute,
    IssueDayCode,
    RecordSubstitute,
    RoomFolder,
    RotateRoomFolder,
    Substitute,
    VerifyCover,
)
from services.chassis.database import Connection, Pool, in_school
from services.roster.domain.codes import (
    TRIES,
    day_code,
    derived_id,
    fingerprint,
    folder_token,
    read_code,
    same,
)
from services.roster.domain.desk import day_bounds, school_day
from services.roster.store.site_ops import first_time, zone_name


class StoredSubstitutes:
    """Fulfils ports.site.Substitutes."""

    def __init__(self, pool: Pool, secret: bytes) -> None:
        self._pool = pool
        self._secret = secret

    def substitute_id(self, command: RecordSubstitute) -> str:
        return derived_id(
            self._secret, "substitute", command.school, command.actor.person, command.op_id
        )

    async def unknown_of(self, command: RecordSubstitute) -> str:
        school = command.school
        async with in_school(self._pool, school) as connection:
            if command.substitute and not await connection.fetchval(
                "SELECT true FROM substitutes WHERE school = $1 AND substitute = $2",
                school,
                command.substitute,
            ):
                return "substitute"
            if command.teacher and not await connection.fetchval(
                "SELECT true FROM people"
                " WHERE school = $1 AND person = $2 AND active AND roles <> '{}'",
                school,
                command.teacher,
            ):
                return "teacher"
            known = await connection.fetchval(
                "SELECT count(*) FROM classes"
                " WHERE school = $1 AND active AND class_id = ANY($2::text [])",
                school,
                list(command.classes),
            )
            if known != len(set(command.classes)):
                return "class"
            if command.room and command.room not in await rooms_of(connection, school):
                return "room"
        return ""

    async def record(self, command: RecordSubstitute, substitute: str) -> None:
        async with in_school(self._pool, command.school) as connection:
            await connection.execute(
                """
                INSERT INTO substitutes (
                    school, substitute, name, phone, agency, first_day, last_day, teacher,
                    classes, room
                ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                ON CONFLICT (school, substitute) DO UPDATE
                SET name = excluded.name, phone = excluded.phone, agency = excluded.agency,
                    first_day = excluded.first_day, last_day = excluded.last_day,
                    teacher = excluded.teacher, classes = excluded.classes, room = excluded.room
                """,
                command.school,
                substitute,
                command.name,
                command.phone,
                command.agency,
                command.first_day,
                command.last_day,
                command.teacher,
                list(command.classes),
                command.room,
            )

    async def end(self, command: EndSubstitute, now: dt.datetime) -> bool:
        async with in_school(self._pool, command.school) as connection:
            found = await connection.fetchval(
                """
                UPDATE substitutes SET ended_at = coalesce(ended_at, $3)
                WHERE school = $1 AND substitute = $2 RETURNING true
                """,
                command.school,
                command.substitute,
                now,
            )
        return bool(found)

    async def issue(self, command: IssueDayCode, now: dt.datetime) -> bool:
        school, secret = command.school, self._secret
        async with in_school(self._pool, school) as connection:
            zone = await zone_name(connection, school) or "UTC"
            day = school_day(now, zone)
            covers = await connection.fetchval(
                "SELECT true FROM substitutes WHERE school = $1 AND substitute = $2"
                " AND ended_at IS NULL AND $3 BETWEEN first_day AND last_day",
                school,
                command.substitute,
                day,
            )
            if not covers:
                return False
            if not await first_time(connection, command, now):
                return True
            code = day_code(secret, school, command.substitute, day, command.op_id)
            await connection.execute(
                """
                INSERT INTO day_codes (
                    school, substitute, day, drawn, hash, expires, issued_by
                ) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (school, substitute, day) DO UPDATE
                SET drawn = excluded.drawn, hash = excluded.hash, tries = 0,
                    issued_by = excluded.issued_by
                """,
                school,
                command.substitute,
                day,
                command.op_id,
                fingerprint(secret, school, code),
                day_bounds(day, zone)[1],
                command.actor.person,
            )
        return True

    async def rotate(self, command: RotateRoomFolder, now: dt.datetime) -> bool:
        async with in_school(self._pool, command.school) as connection:
            if command.room not in await rooms_of(connection, command.school):
                return False
            if await first_time(connection, command, now):
                await connection.execute(
                    """
                    INSERT INTO room_folders (school, room, generation) VALUES ($1, $2, 2)
                    ON CONFLICT (school, room) DO UPDATE
                    SET generation = room_folders.generation + 1
                    """,
                    command.school,
                    command.room,
                )
        return True

    async def folders(self, school: SchoolId) -> list[RoomFolder]:
        """Every room of the roster with the token of its folder, as people name rooms."""
        async with in_school(self._pool, school) as connection:
            rooms = await rooms_of(connection, school)
            generations = await self._generations(connection, school)
        return [self._folder(school, room, generations.get(room, 1)) for room in rooms]

    async def _generations(self, connection: Connection, school: SchoolId) -> dict[str, int]:
        rows = await connection.fetch(
            "SELECT room, generation FROM room_folders WHERE school = $1", school
        )
        return {row["room"]: row["generation"] for row in rows}

    def _folder(self, school: SchoolId, room: str, generation: int) -> RoomFolder:
        token = folder_token(self._secret, school, room, generation)
        return RoomFolder(room=room, token=token, generation=generation)

    async def listed(
        self, school: SchoolId, now: dt.datetime, day: dt.date | None = None
    ) -> list[Substitute]:
        """Those whose last day is not over, with the codes of `day` (None: today)."""
        async with in_school(self._pool, school) as connection:
            zone = await zone_name(connection, school) or "UTC"
            day = day or school_day(now, zone)
            rows = await connection.fetch(
                """
                SELECT s.*, c.drawn, c.expires, c.tries FROM substitutes s
                LEFT JOIN day_codes c ON c.school = s.school AND c.substitute = s.substitute
                    AND c.day = $2
                WHERE s.school = $1 AND s.ended_at IS NULL AND s.last_day >= $2
                ORDER BY s.first_day, s.name, s.substitute
                """,
                school,
                day,
            )
        return [self._substitute(school, row, day) for row in rows]

    def _substitute(self, school: SchoolId, row: asyncpg.Record, day: dt.date) -> Substitute:
        code = ""
        if row["drawn"] is not None:
            code = day_code(self._secret, school, row["substitute"], day, row["drawn"])
        return Substitute(
            substitute=row["substitute"],
            name=row["name"],
            phone=row["phone"],
            agency=row["agency"],
            first_day=row["first_day"],
            last_day=row["last_day"],
            teacher=None if row["teacher"] is None else PersonId(row["teacher"]),
            classes=tuple(ClassId(one) for one in row["classes"]),
            room=row["room"],
            day_code=code,
            expires=row["expires"],
            tries_left=0 if row["tries"] is None else max(0, TRIES - row["tries"]),
        )

    async def verify(self, asked: VerifyCover, now: dt.datetime) -> CoverFound | None:
        school, secret = asked.school, self._secret
        token, typed = read_code(asked.room_token), read_code(asked.day_code)
        async with in_school(self._pool, school) as connection:
            zone = await zone_name(connection, school)
            if zone is None:
                return None
            generations = await self._generations(connection, school)
            rooms = [
                room
                for room in await rooms_of(connection, school)
                if same(
                    folder_token(secret, school, room, generations.get(room, 1)).encode(),
                    token.encode(),
                )
            ]
            if not rooms:
                return None
            day = school_day(now, zone)
            codes = await codes_of_room(connection, school, rooms[0], day, now)
            mark = fingerprint(secret, school, typed)
            right = [row for row in codes if same(row["hash"], mark)]
            if not right:
                await count_try(connection, school, [row["substitute"] for row in codes], day)
                return None
            return await cover_of(connection, school, right[0], rooms[0])


async def rooms_of(connection: Connection, school: SchoolId) -> list[str]:
    """Rooms of active classes, in the order people say them."""
    rows = await connection.fetch(
        "SELECT DISTINCT room FROM classes WHERE school = $1 AND active AND room <> ''", school
    )
    return sorted((row["room"] for row in rows), key=lambda room: (len(room), room))


async def codes_of_room(
    connection: Connection, school: SchoolId, room: str, day: dt.date, now: dt.datetime
) -> list[asyncpg.Record]:
    """Codes of the day that still take tries and whose substitute covers the room.

    The rows stay locked until the try is counted: many at once are still five.
    """
    return await connection.fetch(
        """
        SELECT c.substitute, c.hash, c.expires, s.name, s.classes, s.teacher, s.room
        FROM day_codes c JOIN substitutes s USING (school, substitute)
        WHERE c.school = $1 AND c.day = $3 AND c.expires > $4 AND c.tries < $5
            AND s.ended_at IS NULL AND $3 BETWEEN s.first_day AND s.last_day
            AND (s.room = $2 OR EXISTS (
                SELECT FROM classes k WHERE k.school = c.school AND k.active AND k.room = $2
                    AND (k.class_id = ANY(s.classes) OR (s.classes = '{}' AND EXISTS (
                        SELECT FROM enrollments e WHERE e.school = k.school
                            AND e.class_id = k.class_id AND e.person = s.teacher
                            AND e.role = 'teacher')))))
        ORDER BY c.substitute FOR UPDATE OF c
        """,
        school,
        room,
        day,
        now,
        TRIES,
    )


async def count_try(
    connection: Connection, school: SchoolId, substitutes: list[str], day: dt.date
) -> None:
    await connection.execute(
        "UPDATE day_codes SET tries = tries + 1"
        " WHERE school = $1 AND day = $3 AND substitute = ANY($2::text [])",
        school,
        substitutes,
        day,
    )


async def cover_of(
    connection: Connection, school: SchoolId, row: asyncpg.Record, room: str
) -> CoverFound:
    """The classes that were named; else those of the teacher who is covered."""
    classes = row["classes"] or [
        one["class_id"]
        for one in await connection.fetch(
            """
            SELECT DISTINCT e.class_id FROM enrollments e
            JOIN classes k ON k.school = e.school AND k.class_id = e.class_id AND k.active
            WHERE e.school = $1 AND e.person = $2 AND e.role = 'teacher' ORDER BY e.class_id
            """,
            school,
            row["teacher"],
        )
    ]
    return CoverFound(
        substitute=row["substitute"],
        name=row["name"],
        room=room,
        classes=tuple(ClassId(one) for one in classes),
        until=row["expires"],
    )
