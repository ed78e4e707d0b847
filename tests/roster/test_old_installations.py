"""An installation of before keeps its roster through the migration, and takes deltas after it."""

import shutil
from pathlib import Path

import asyncpg

from services.chassis.database import migrate
from services.chassis.database.migrations import SERVICES
from tests.chassis_fixtures import SERVICE_KEY, Databases
from tests.roster.packages import ENROLLMENTS, USERS_11, package_11, user
from tests.roster.rosters import tables_of
from tests.roster.running import running
from tests.roster.test_nasty_packages import DELTA, GONE, changed, delta
from tests.roster.test_undo import applied, undo

OF_BEFORE = {
    "people": "school, person, source_id, given, family, preferred, email, sms, phone, identifier,"
    " grade, student, guardian, roles, active",
    "classes": "school, class_id, source_id, title, type, room, active",
    "enrollments": "school, class_id, person, role",
    "links": "school, guardian, student",
    "rights": "school, guardian, student, message, routine, pick_up",
    "snapshots": "school, version, taken_at, classes, students, staff",
    "schools": "school, source_id, name, zone, address, version",
}


async def test_rosters_survive_the_migration(database: Databases, tmp_path: Path) -> None:
    """Rows written by the version before are all there, and a delta knows them."""
    only_first = tmp_path / "services" / "roster" / "migrations"
    only_first.mkdir(parents=True)
    shutil.copy(SERVICES / "roster" / "migrations" / "0001_roster.sql", only_first)
    new, old = await database("roster"), await database("roster", root=tmp_path / "services")
    async with running(new, tmp_path / "new") as service:
        await service.take(package_11())
    await copy_rows(new.admin_url, old.admin_url)
    await migrate(old.admin_url, ["roster"], service_key=SERVICE_KEY)
    async with running(old, tmp_path / "old") as service:
        before = await tables_of(service)
        assert len(before["School"]["people"]) == 4
        rows = changed(user("k1", "student", agents="g1"), GONE)
        staged = await service.upload(
            delta(
                users=USERS_11 + rows,
                enrollments=ENROLLMENTS + f"e9,{DELTA},c1,s,k2,student,,,\ne3,{GONE},c1,s,t1,,,,\n",
            )
        )
        assert staged.dry_run.warnings == ()
        assert (await service.apply(staged, allow_removals=True)).status == "accepted"
        snapshot = await service.snapshot()
        assert (len(snapshot.students), snapshot.classes[0].teachers) == (1, ())
        (contact,) = (await service.audience()).guardians
        assert len(contact.links) == 1
        assert (await undo(service, staged.id)).status == "accepted"
        assert await tables_of(service) == before
        await applied(service, package_11())
        assert len((await service.snapshot()).students) == 2


async def copy_rows(source: str, target: str) -> None:
    """Rows as the version before would have them, as a superuser whom no school hides."""
    one, other = await asyncpg.connect(source), await asyncpg.connect(target)
    for table, columns in OF_BEFORE.items():
        rows = await one.fetch(f"SELECT {columns} FROM roster.{table}")
        places = ", ".join(f"${at}" for at in range(1, columns.count(",") + 2))
        statement = f"INSERT INTO roster.{table} ({columns}) VALUES ({places})"
        await other.executemany(statement, [tuple(row) for row in rows])
    await one.close()
    await other.close()
