"""Compares, merges and takes back: each school in turn, inside one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from schemas.identifiers import SchoolId
from schemas.roster import Finding, SchoolDifference
from services.chassis.database import Connection, set_school
from services.roster.domain.history import changes_nothing
from services.roster.ports.imports import Applied, Judge, Tell
from services.roster.store.changes import sort_out_changes
from services.roster.store.compare import difference
from services.roster.store.doubts import find_doubts
from services.roster.store.history import next_number
from services.roster.store.intake import ELSEWHERE, copy_rows, keep_sorted, sort_out, take_sorted
from services.roster.store.merge import (
    merge,
    merge_people,
    register_schools,
    remember,
)
from services.roster.store.snapshots import new_version
from services.roster.store.spool import Spooled
from services.roster.store.undo import forget_old, rename_schools, take_back


class Package(NamedTuple):
    """rows: the folder of the package's rows.

    written: versions whose snapshots this process wrote. One that another version of Muster wrote
    may lack what this one puts into them: a delta does not patch it, the school is read anew.
    """

    id: str
    rows: Path
    about: Spooled
    written: Mapping[SchoolId, int] = {}


class RolledBack(Exception):
    """The import was refused after rows had changed: the transaction must not hold."""

    def __init__(self, applied: Applied) -> None:
        super().__init__()
        self.applied = applied


async def fill_now(
    connection: Connection, package: Package, now: dt.datetime
) -> tuple[tuple[Finding, ...], bool]:
    """What each school has from now on, in now_*.

    Returns what a delta names and nobody knows, and whether all is as it was when the package
    was compared. Sorting out again is spared on the same day, because enrollments end, and for
    a delta while no other import was applied.
    """
    today, delta = now.date(), package.about.delta
    number = str(await next_number(connection))
    day = today.isoformat()
    marks = (f"{day} {number}",) if delta else (day, number)
    if held := await take_sorted(connection, package.rows, marks):
        return (), held == len(marks)
    await copy_rows(connection, package.rows)
    found: tuple[Finding, ...] = ()
    if delta:
        schools = await connection.fetch("SELECT school FROM schools ORDER BY school")
        known = [SchoolId(row["school"]) for row in schools]
        await sort_out_changes(connection, known, package.about, today)
        found = await find_doubts(connection, package.about)
    else:
        await sort_out(connection, today)
    await keep_sorted(connection, package.rows, marks)
    return found, False


async def reached(connection: Connection) -> dict[SchoolId, str]:
    """Name of each school that the package is about, always in the same order."""
    rows = await connection.fetch(
        """
        SELECT school, coalesce(o.name, s.name) AS name FROM (
            SELECT school FROM in_orgs WHERE type = 'school'
            UNION SELECT school FROM region_people WHERE school <> 'elsewhere'
            UNION SELECT school FROM region_classes WHERE school <> 'elsewhere'
            UNION SELECT school FROM now_classes
        ) found
        LEFT JOIN (SELECT school, min(name) AS name FROM in_orgs GROUP BY school) o USING (school)
        LEFT JOIN schools s USING (school)
        WHERE coalesce(o.name, s.name) IS NOT NULL
        ORDER BY school
        """
    )
    return {SchoolId(row["school"]): row["name"] for row in rows}


async def compare_package(
    connection: Connection, package: Package, tell: Tell
) -> tuple[SchoolDifference, ...]:
    """What the package would change."""
    whole = not package.about.delta
    found = await compare_schools(connection, await reached(connection), tell, whole=whole)
    return await worth_showing(connection, found, whole=whole)


async def worth_showing(
    connection: Connection, found: Sequence[SchoolDifference], *, whole: bool
) -> tuple[SchoolDifference, ...]:
    """Of a delta, schools that nothing changes are left out: a sibling's, in passing."""
    if whole:
        return tuple(found)
    named = await connection.fetch("SELECT school FROM in_orgs")
    own = {row["school"] for row in named}
    return tuple(one for one in found if one.school in own or not changes_nothing(one))


async def compare_schools(
    connection: Connection, schools: dict[SchoolId, str], tell: Tell, *, whole: bool
) -> tuple[SchoolDifference, ...]:
    differences = []
    for at, (school, name) in enumerate(schools.items()):
        tell("comparing", at, len(schools))
        await set_school(connection, school)
        differences.append(await difference(connection, school, name, whole=whole))
    return tuple(differences)


async def apply_all(
    connection: Connection,
    package: Package,
    shown: tuple[SchoolDifference, ...] | None,
    judge: Judge,
    now: dt.datetime,
    tell: Tell,
) -> tuple[Applied, list[SchoolId]]:
    """Each school in turn, always in the same order, so that two never wait for each other.

    shown: the difference, where it is known to hold still. Returns what was applied and the
    schools of which a row changed. Raises RolledBack.
    """
    schools = await reached(connection)
    whole, births = not package.about.delta, package.about.births
    if shown is None:
        found = await compare_schools(connection, schools, tell, whole=whole)
        shown = await worth_showing(connection, found, whole=whole)
    refused = judge(shown, await schools_in_incident(connection, [one.school for one in shown]))
    if refused is not None:
        raise RolledBack(Applied(differences=shown, versions={}, refused=refused))
    await set_school(connection, SchoolId(ELSEWHERE))
    await remember(connection, package.id)
    await register_schools(connection)
    await merge_people(connection, SchoolId(ELSEWHERE), whole=whole, births=births)
    versions: dict[SchoolId, int] = {}
    for at, school in enumerate(schools):
        tell("applying", at, len(schools))
        await set_school(connection, school)
        version = await merge(
            connection,
            school,
            now,
            import_id=package.id,
            whole=whole,
            births=births,
            written=package.written.get(school),
        )
        if version is not None:
            versions[school] = version
    await remember(connection, "")
    late = await _judge_late(connection, schools, shown, versions, judge)
    touched = await touched_by(connection, package.id, list(versions))
    return Applied(differences=(*shown, *late), versions=versions), touched


async def _judge_late(
    connection: Connection,
    schools: dict[SchoolId, str],
    shown: tuple[SchoolDifference, ...],
    versions: dict[SchoolId, int],
    judge: Judge,
) -> tuple[SchoolDifference, ...]:
    """A change too small for the difference, such as an adult's role: it needs the right as well.

    Raises RolledBack.
    """
    seen = {one.school for one in shown}
    late = []
    for school, name in schools.items():
        if school in versions and school not in seen:
            await set_school(connection, school)
            students = await connection.fetchval(
                "SELECT count(*) FROM people WHERE school = $1 AND active AND student", school
            )
            late.append(SchoolDifference(school=school, name=name, students_before=students))
    if late:
        open_now = await schools_in_incident(connection, [one.school for one in late])
        refused = judge(late, open_now)
        if refused is not None:
            raise RolledBack(Applied(differences=shown, versions={}, refused=refused))
    return tuple(late)


async def touched_by(
    connection: Connection, import_id: str, schools: Sequence[SchoolId]
) -> list[SchoolId]:
    """Schools, and `elsewhere`, of which this import changed a row."""
    found = []
    for school in (*schools, SchoolId(ELSEWHERE)):
        await set_school(connection, school)
        if await connection.fetchval(
            "SELECT true FROM import_changes WHERE school = $1 AND import_id = $2 LIMIT 1",
            school,
            import_id,
        ):
            found.append(school)
            await forget_old(connection, school)
    return found


async def undo_all(
    connection: Connection,
    import_id: str,
    schools: Sequence[SchoolId],
    now: dt.datetime,
    tell: Tell,
) -> dict[SchoolId, int]:
    """The rosters before this import, each as its school's next version."""
    await remember(connection, "")
    await take_back(connection, SchoolId(ELSEWHERE), import_id)
    await rename_schools(connection)
    versions: dict[SchoolId, int] = {}
    for at, school in enumerate(schools):
        tell("undoing", at, len(schools))
        if await take_back(connection, school, import_id):
            versions[school] = await new_version(connection, school, now)
    return versions


async def school_names(connection: Connection, schools: Sequence[SchoolId]) -> dict[SchoolId, str]:
    """Of those that are known, in a fixed order."""
    rows = await connection.fetch(
        "SELECT school, name FROM schools WHERE school = ANY($1::text []) ORDER BY school",
        list(schools),
    )
    return {SchoolId(row["school"]): row["name"] for row in rows}


async def schools_in_incident(
    connection: Connection, schools: Sequence[SchoolId]
) -> list[SchoolId]:
    found = []
    for school in schools:
        await set_school(connection, school)
        if await connection.fetchval(
            "SELECT true FROM open_incidents WHERE school = $1 LIMIT 1", school
        ):
            found.append(school)
    return found
