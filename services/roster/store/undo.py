"""Takes back what an import changed at one school, row by row, newest first."""

from __future__ import annotations

from typing import Final

from schemas.identifiers import SchoolId
from services.chassis.database import Connection, set_school

# Table → its key besides the school; `orgs` has no school.
KEYS: Final = {
    "people": ("person",),
    "classes": ("class_id",),
    "enrollments": ("class_id", "person", "role", "source_id"),
    "enrollments_aside": ("class_id", "person", "role", "source_id"),
    "links": ("guardian", "student"),
    "orgs": ("source_id",),
}
# An undo brings back the state that an earlier import left: its own rows are good then again.
IMPORTS_KEPT: Final = 3


async def take_back(connection: Connection, school: SchoolId, import_id: str) -> bool:
    """Puts the school's rows as they were; false when nothing was changed here.

    Tables of the school's own facts are none of those.
    """
    await set_school(connection, school)
    steps = await connection.fetch(
        "SELECT step, place, before, after FROM import_changes"
        " WHERE school = $1 AND import_id = $2 ORDER BY step DESC",
        school,
        import_id,
    )
    for step in steps:
        if step["place"] == "*":
            await _empty(connection, school)
        else:
            await _step(connection, step["place"], step["before"], step["after"])
    await connection.execute(
        "DELETE FROM import_changes WHERE school = $1 AND import_id = $2", school, import_id
    )
    return bool(steps)


async def _step(connection: Connection, place: str, before: str, after: str) -> None:
    # Names of our own tables, looked up in KEYS.
    keys = KEYS[place]
    same = " AND ".join(f"t.{key} = a.{key}" for key in keys)
    if place != "orgs":
        same += " AND t.school = current_setting('muster.school')"
    await connection.execute(
        f"DELETE FROM {place} t USING jsonb_populate_recordset(NULL::{place}, $1::jsonb) a"  # noqa: S608
        f" WHERE {same}",
        after,
    )
    if columns := await _remembered(connection, place, before):
        named = ", ".join(columns)
        await connection.execute(
            f"INSERT INTO {place} ({named}) SELECT {named}"  # noqa: S608
            f" FROM jsonb_populate_recordset(NULL::{place}, $1::jsonb)",
            before,
        )


async def _remembered(connection: Connection, place: str, rows: str) -> list[str]:
    """Columns of the table that the remembered rows have.

    One that a later version of Muster added takes its default, one that it removed is left out.
    """
    found = await connection.fetch(
        """
        SELECT quote_ident(attname) AS named FROM pg_attribute
        WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
            AND $2::jsonb -> 0 ? attname::text
        ORDER BY attnum
        """,
        place,
        rows,
    )
    return [row["named"] for row in found]


async def _empty(connection: Connection, school: SchoolId) -> None:
    for place in ("people", "classes", "enrollments", "enrollments_aside", "links"):
        await connection.execute(f"DELETE FROM {place} WHERE school = $1", school)  # noqa: S608


async def forget_old(connection: Connection, school: SchoolId) -> None:
    """Only the last few imports of a school can be taken back."""
    await connection.execute(
        """
        DELETE FROM import_changes WHERE school = $1 AND import_id NOT IN (
            SELECT import_id FROM import_changes WHERE school = $1
            GROUP BY import_id ORDER BY max(step) DESC LIMIT $2)
        """,
        school,
        IMPORTS_KEPT,
    )


async def rename_schools(connection: Connection) -> None:
    """A school's name follows its organisation's, which an undo may have brought back."""
    await connection.execute(
        """
        UPDATE schools s SET name = o.name FROM orgs o
        WHERE o.source_id = s.source_id AND o.active AND o.name <> s.name
        """
    )
