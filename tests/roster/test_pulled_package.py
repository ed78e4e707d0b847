"""The zip that a pull leaves where uploads wait."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import zipfile
from pathlib import Path

import msgspec
import pytest

from schemas.identifiers import SchoolId
from services.roster.domain.pulling.rest import TABLES
from services.roster.domain.pulling.sources import KnownSource
from services.roster.offline import read_package
from services.roster.store.packages import PackageFolder
from services.roster.store.pulled import PackageWriter
from tests.fakes.student_system import Row, led, small_school, user_12
from tests.roster.packages import COUNTS

NOW = dt.datetime(2026, 3, 4, 10, 5, tzinfo=dt.UTC)
SOURCE = KnownSource(
    source="sis", name="Student system", base_url="", token_url="", client_id="", secret="",
    scopes=(), version="1.2", schools=(SchoolId("s"),), hour=4, every_hours=None, apply=True,
    changes_only=True, created_at=NOW,
)  # fmt: skip


async def written(
    folder: Path,
    tables: dict[str, list[Row]],
    *,
    source: KnownSource = SOURCE,
    since: dt.datetime | None = None,
) -> Path:
    packages = PackageFolder(folder, limit=10_000_000)
    packages.prepare()
    writing = PackageWriter(packages).write(source, schools=["s"], since=since, until=NOW)
    async with writing as package:
        for table in (*TABLES, "demographics"):
            rows = [msgspec.Raw(msgspec.json.encode(row)) for row in tables.get(table, [])]
            await package.take(table, rows)
        return packages.path(await package.close())


def table_of(path: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        text = archive.read(f"{name}.csv").decode()
    return list(csv.DictReader(io.StringIO(text)))


def manifest_of(path: Path) -> dict[str, str]:
    return {row["propertyName"]: row["value"] for row in table_of(path, "manifest")}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_a_pull_reads_like_an_upload_without_a_warning(tmp_path: Path, version: str) -> None:
    """The same school over REST and as a file counts the same; nothing about it is odd."""
    source = msgspec.structs.replace(SOURCE, version=version)
    path = await written(tmp_path, small_school(version), source=source)
    read = read_package(path)
    assert (read.counts, read.errors, read.warnings) == (COUNTS, (), ())
    assert (read.package.version, read.package.mode) == (version, "bulk")
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_delta_is_written_as_the_specification_says(tmp_path: Path) -> None:
    """Mode delta for what is there, absent for the rest; status and date in every row."""
    since = NOW - dt.timedelta(hours=1)
    changed = "2026-03-04T09:30:00.000Z"
    tables = {
        "orgs": small_school()["orgs"],
        "users": [
            user_12("k3", "student") | {"dateLastModified": changed},
            user_12("k1", "student") | {"status": "tobedeleted", "dateLastModified": changed},
        ],
        "enrollments": [led("e9", changed, "tobedeleted", role="student")],
    }
    path = await written(tmp_path, tables, since=since)
    manifest = manifest_of(path)
    assert manifest["oneroster.version"] == "1.2"
    said = {name: manifest[f"file.{name}"] for name in ("users", "roles", "enrollments")}
    assert said == dict.fromkeys(said, "delta")
    for name in ("orgs", "classes", "courses", "academicSessions", "demographics"):
        assert manifest[f"file.{name}"] == "absent"
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == [
            "enrollments.csv", "manifest.csv", "roles.csv", "users.csv",
        ]  # fmt: skip
    users = table_of(path, "users")
    assert [(row["sourcedId"], row["status"]) for row in users] == [
        ("k3", "active"),
        ("k1", "tobedeleted"),
    ]
    assert {row["dateLastModified"] for row in users} == {changed}
    assert [row["status"] for row in table_of(path, "roles")] == ["active", "tobedeleted"]


async def test_birth_dates_are_all_that_is_kept_of_demographics(tmp_path: Path) -> None:
    """Neither race nor sex is written down, whatever the server sends."""
    tables = small_school()
    tables["demographics"] = [led("k1", birthDate="2017-05-04", sex="female", asian="true")]
    path = await written(tmp_path, tables)
    [row] = table_of(path, "demographics")
    assert row == {
        "sourcedId": "k1", "status": "", "dateLastModified": "", "birthDate": "2017-05-04",
    }  # fmt: skip


async def test_a_pull_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    """No zip, no part of one, no table in a file of its own."""
    packages = PackageFolder(tmp_path, limit=10_000_000)
    writing = PackageWriter(packages).write(SOURCE, schools=["s"], since=None, until=NOW)
    rows = [msgspec.Raw(msgspec.json.encode(user_12("k1", "student")))]

    async def broken() -> None:
        async with writing as package:
            await package.take("users", rows)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await broken()
    assert os.listdir(tmp_path) == []
