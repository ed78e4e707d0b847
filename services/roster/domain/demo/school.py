"""The demo's staff, homerooms and scheduled classes."""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec

from services.roster.domain.demo.names import draw_culture

STUDENTS: Final = 600
GRADES: Final = ("KG", "01", "02", "03", "04", "05")
SECTIONS: Final = "ABCD"
# Class periods of a day; the bells are in the command line's demo.
PERIODS: Final = 6
SUBJECTS: Final = ("Art", "Music", "Physical Education", "Library")
PLACES: Final = {"Art": "Room 301", "Music": "Room 302", "Physical Education": "Gym",
                 "Library": "Library"}  # fmt: skip
# 24 homeroom teachers and eight for the subjects come before these.
OTHERS: Final = (
    ("principal", "Principal"),
    ("administrator", "Assistant principal"),
    ("siteAdministrator", "Front office"),
    ("siteAdministrator", "Front office"),
    ("systemAdministrator", "Information technology"),
    ("counselor", "Counselor"),
    ("aide", "Nurse"),
    *(("aide", "Classroom aide"),) * 6,
)


class Adult(msgspec.Struct, frozen=True, kw_only=True):
    source_id: str
    given: str
    family: str
    role: str
    title: str


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A class; homeroom: the number of the homeroom whose pupils take it, from 0.

    periods: code of its period with the day of the rotation, "" a homeroom's: all that are left.
    """

    source_id: str
    title: str
    kind: str
    room: str
    grade: str
    homeroom: int
    teacher: str
    periods: str = ""


def draw_staff(draw: Random) -> list[Adult]:
    teachers = [("teacher", "Homeroom teacher")] * (len(GRADES) * len(SECTIONS))
    subject_teachers = [("teacher", f"{subject} teacher") for subject in SUBJECTS for _ in "12"]
    staff: list[Adult] = []
    taken: set[tuple[str, str]] = set()
    for role, title in (*teachers, *subject_teachers, *OTHERS):
        culture = draw_culture(draw)
        name = (draw.choice(culture.given), culture.family(draw))
        while name in taken:
            name = (draw.choice(culture.given), culture.family(draw))
        taken.add(name)
        given, family = name
        source_id = f"staff-{len(staff) + 1:02}"
        staff.append(Adult(source_id=source_id, given=given, family=family, role=role, title=title))
    return staff


def plan_classes(staff: list[Adult]) -> list[Course]:
    """24 homerooms, then two subjects for each of them."""
    homerooms = []
    for at, (grade, section) in enumerate((g, s) for g in GRADES for s in SECTIONS):
        homerooms.append(
            Course(
                source_id=f"class-homeroom-{at + 1:02}",
                title=f"{'Kindergarten' if grade == 'KG' else f'Grade {int(grade)}'} {section}",
                kind="homeroom",
                room=f"Room {101 + at if at < 12 else 201 + at - 12}",
                grade=grade,
                homeroom=at,
                teacher=staff[at].source_id,
            )
        )
    first = len(homerooms)
    return homerooms + [
        Course(
            source_id=f"class-{subject.split()[0].lower()}-{home.homeroom + 1:02}",
            title=f"{subject}, {home.title}",
            kind="scheduled",
            room=PLACES[subject],
            grade=home.grade,
            homeroom=home.homeroom,
            teacher=staff[first + 2 * number + home.homeroom % 2].source_id,
            periods=period_of(home.homeroom, number),
        )
        for home in homerooms
        for number, subject in enumerate(SUBJECTS)
        if (home.homeroom + number) % 2
    ]


def period_of(homeroom: int, subject: int) -> str:
    """When a homeroom has a subject: one a day, and no room or teacher twice at once."""
    slot = homeroom // 2
    early_in_the_week = (slot < PERIODS) is (subject < 2)
    return f"{slot % PERIODS + 1}({'A' if early_in_the_week else 'B'})"
