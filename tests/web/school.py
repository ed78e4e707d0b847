"""A plainly synthetic school for the tests of web, and people with sessions there."""

import datetime as dt

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.identity import Session
from schemas.roster import RosterSnapshot, School, SchoolClass, StaffMember, Student
from schemas.vocabulary import Role

LINCOLN = SchoolId("lincoln")
CEDAR = SchoolId("cedar")
ADDRESS = "1200 Cedar Road, Exampleville"
TEACHER = PersonId("teacher-1")
GIVEN = ("Aaliyah", "Amir", "Ava", "Bo", "Camila", "Daniel", "Dmitri", "Elena", "Lucía", "Zoe")


def snapshot(school: SchoolId, name: str, classes: int = 4, each: int = 10) -> RosterSnapshot:
    """`classes` homerooms of `each` students."""
    rooms = tuple(
        SchoolClass(
            id=ClassId(f"{school}-class-{n}"),
            title=f"Grade {n} Homeroom",
            type="homeroom",
            room=f"Room {n}",
            teachers=(PersonId(f"teacher-{n}"),),
        )
        for n in range(1, classes + 1)
    )
    students = tuple(
        Student(
            id=PersonId(f"{school}-student-{n}-{m}"),
            given=GIVEN[m % len(GIVEN)],
            family=f"Sample{n}{m}",
            grade=str(n),
            homeroom=rooms[n - 1].id,
            classes=(rooms[n - 1].id,),
        )
        for n in range(1, classes + 1)
        for m in range(each)
    )
    staff = tuple(
        StaffMember(
            id=PersonId(f"teacher-{n}"),
            source_id=f"s{n}",
            given="Teacher",
            family=f"Number {n}",
            roles=("teacher",),
            email="" if n == 3 else f"t{n}@school.example",
        )
        for n in range(1, classes + 1)
    )
    return RosterSnapshot(
        school=School(
            id=school,
            source_id=school,
            name=name,
            address="1200 Cedar Road, Exampleville",
            version=1,
        ),
        version=1,
        classes=rooms,
        students=students,
        staff=staff,
    )


def session(
    now: dt.datetime,
    *roles: Role,
    at: SchoolId = LINCOLN,
    person: str = "office-1",
    name: str = "Dana Sample",
    sid: str = "",
) -> Session:
    """A session of eight hours with these roles at one school."""
    return Session(
        sid=sid or f"sid-{person}",
        kind="session",
        person=PersonId(person),
        name=name,
        roles={at: roles} if roles else {},
        device="device-1",
        iat=int(now.timestamp()) - 60,
        exp=int((now + dt.timedelta(hours=8)).timestamp()),
    )
