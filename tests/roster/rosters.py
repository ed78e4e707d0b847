"""Everything that the roster's tables say of a school, to compare two installations."""

from __future__ import annotations

from typing import Any

from tests.roster.running import Running

HELD = {
    "people": "SELECT to_jsonb(p) FROM people p WHERE active ORDER BY person",
    "classes": "SELECT to_jsonb(c) FROM classes c WHERE active ORDER BY class_id",
    "enrollments": "SELECT to_jsonb(e) FROM enrollments e ORDER BY class_id, person, role",
    "links": "SELECT to_jsonb(l) FROM links l ORDER BY guardian, student",
    "snapshot": """
        SELECT jsonb_build_array(convert_from(classes, 'UTF8')::jsonb,
            convert_from(students, 'UTF8')::jsonb, convert_from(staff, 'UTF8')::jsonb)
        FROM snapshots n JOIN schools s USING (school, version)
        """,
}
WHOLE = {
    **HELD,
    "people": "SELECT to_jsonb(p) FROM people p ORDER BY person",
    "classes": "SELECT to_jsonb(c) FROM classes c ORDER BY class_id",
    "aside": "SELECT to_jsonb(e) FROM enrollments_aside e ORDER BY class_id, person, source_id",
    "rights": "SELECT to_jsonb(r) FROM rights r ORDER BY guardian, student",
}


async def tables_of(
    service: Running, queries: dict[str, str] = HELD, *, also: tuple[str, ...] = ()
) -> dict[str, dict[str, list[Any]]]:
    """School's name, and each of `also` → table → rows as text."""
    connection = await service.connect()
    found: dict[str, dict[str, list[Any]]] = {}
    try:
        rows = await connection.fetch("SELECT school, name FROM schools ORDER BY name")
        scopes = [(row["name"], row["school"]) for row in rows] + [(one, one) for one in also]
        for name, school in scopes:
            async with connection.transaction():
                await connection.execute("SELECT set_config('muster.school', $1, true)", school)
                found[name] = {
                    table: [row[0] for row in await connection.fetch(sql)]
                    for table, sql in queries.items()
                }
    finally:
        await connection.close()
    return found
