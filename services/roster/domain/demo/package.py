"""Writes the demo school as a OneRoster 1.2 package, the same bytes for the same seed."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from random import Random
from typing import IO, Final

from services.roster.domain.demo.households import Guardian, Pupil, draw_households
from services.roster.domain.demo.school import STUDENTS, Adult, Course, draw_staff, plan_classes
from services.roster.domain.vocabulary import COLUMNS, LANGUAGE, ROUTINE

SCHOOL: Final = "school-harbor"
DISTRICT: Final = "district-demo"
TERM: Final = "term-year"
PACKED_AT: Final = (2026, 8, 1, 0, 0, 0)

Row = Mapping[str, str]


def write_package(stream: IO[bytes], *, seed: int) -> None:
    draw = Random(seed)  # noqa: S311 -- a demo that is the same everywhere, not a secret
    staff = draw_staff(draw)
    pupils, guardians = draw_households(draw, STUDENTS)
    courses = plan_classes(staff)
    tables = {
        "orgs": org_rows(),
        "academicSessions": term_rows(),
        "users": user_rows(staff, pupils, guardians, courses),
        "roles": role_rows(staff, pupils, guardians),
        "classes": class_rows(courses),
        "enrollments": enrollment_rows(courses, pupils),
    }
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        write_member(archive, "manifest", ("propertyName", "value"), manifest_rows(tables))
        for table, rows in tables.items():
            write_member(archive, table, columns_12(table), rows)


def columns_12(table: str) -> tuple[str, ...]:
    """The table's columns in 1.2: users no longer carry role and organisations."""
    columns = COLUMNS[table]
    if table != "users":
        return columns
    moved = ("orgSourcedIds", "role")
    return tuple(column for column in columns if column not in moved)


def write_member(
    archive: zipfile.ZipFile, table: str, columns: tuple[str, ...], rows: Iterable[Row]
) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    member = zipfile.ZipInfo(f"{table}.csv", PACKED_AT)
    member.create_system = 3
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    archive.writestr(member, text.getvalue().encode())


def manifest_rows(tables: Iterable[str]) -> list[Row]:
    said = {"manifest.version": "1.0", "oneroster.version": "1.2"}
    said |= {f"file.{table}": "bulk" for table in tables}
    said |= {"source.systemName": "Muster demo", "source.systemCode": "muster-demo"}
    return [{"propertyName": name, "value": value} for name, value in said.items()]


def org_rows() -> list[Row]:
    return [
        {"sourcedId": DISTRICT, "name": "Demo District", "type": "district"},
        {
            "sourcedId": SCHOOL,
            "name": "Harbor Demo School",
            "type": "school",
            "parentSourcedId": DISTRICT,
        },
    ]


def term_rows() -> list[Row]:
    return [
        {
            "sourcedId": TERM,
            "title": "2026-2027",
            "type": "schoolYear",
            "startDate": "2026-08-17",
            "endDate": "2027-06-12",
            "schoolYear": "2027",
        }
    ]


def user_rows(
    staff: list[Adult], pupils: list[Pupil], guardians: list[Guardian], courses: list[Course]
) -> list[Row]:
    grades = [course.grade for course in courses if course.kind == "homeroom"]
    rows: list[Row] = [
        person(adult.source_id, adult.given, adult.family)
        | {"email": f"{adult.source_id}@school.example", "identifier": adult.source_id[-2:]}
        for adult in staff
    ]
    rows += [
        person(pupil.source_id, pupil.given, pupil.family)
        | {"grades": grades[at % len(grades)], "agentSourcedIds": ",".join(pupil.guardians)}
        for at, pupil in enumerate(pupils)
    ]
    rows += [
        person(adult.source_id, adult.given, adult.family)
        | {
            "email": adult.email,
            "sms": adult.sms,
            LANGUAGE: adult.language,
            ROUTINE: str(adult.routine).lower(),
        }
        for adult in guardians
    ]
    return rows


def person(source_id: str, given: str, family: str) -> dict[str, str]:
    return {
        "sourcedId": source_id,
        "enabledUser": "true",
        "username": source_id,
        "givenName": given,
        "familyName": family,
        "primaryOrgSourcedId": SCHOOL,
    }


def role_rows(staff: list[Adult], pupils: list[Pupil], guardians: list[Guardian]) -> list[Row]:
    held = [(adult.source_id, adult.role) for adult in staff]
    held += [(pupil.source_id, "student") for pupil in pupils]
    held += [(adult.source_id, adult.role) for adult in guardians]
    return [
        {
            "sourcedId": f"role-{at:05}",
            "userSourcedId": user,
            "roleType": "primary",
            "role": role,
            "orgSourcedId": SCHOOL,
        }
        for at, (user, role) in enumerate(held, start=1)
    ]


def class_rows(courses: list[Course]) -> list[Row]:
    return [
        {
            "sourcedId": course.source_id,
            "title": course.title,
            "grades": course.grade,
            "classType": course.kind,
            "location": course.room,
            "schoolSourcedId": SCHOOL,
            "termSourcedIds": TERM,
            "periods": course.periods,
        }
        for course in courses
    ]


def enrollment_rows(courses: list[Course], pupils: list[Pupil]) -> list[Row]:
    homerooms = sum(course.kind == "homeroom" for course in courses)
    rows: list[Row] = []
    for course in courses:
        members = [(course.teacher, "teacher")]
        members += [(p.source_id, "student") for p in pupils[course.homeroom :: homerooms]]
        for user, role in members:
            rows.append(
                {
                    "sourcedId": f"enrollment-{len(rows) + 1:05}",
                    "classSourcedId": course.source_id,
                    "schoolSourcedId": SCHOOL,
                    "userSourcedId": user,
                    "role": role,
                    "primary": "true" if role == "teacher" else "",
                }
            )
    return rows
