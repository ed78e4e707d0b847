"""A plainly synthetic school: classes of 28, rooms 11 to 30."""

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster import RosterSnapshot, School, SchoolClass, StaffMember, Student

# fmt: off
GIVEN = [
    "Aaliyah", "Amir", "Ava", "Bo", "Camila", "Daniel", "Dmitri", "Elena", "Ezra", "Fatima",
    "Grace", "Hugo", "Imani", "Jack", "Kenji", "Layla", "Liam", "Lucía", "Maja", "Nam",
    "Noor", "Oscar", "Priya", "Quinn", "Rosa", "Samir", "Tomas", "Zoe",
]
FAMILY = [
    "Beck", "Diaz", "Stone", "Lang", "Ruiz", "Kim", "Volkov", "Marin", "Tate", "Zahra",
    "Oakes", "Penn", "Wolf", "Nash",
]
# fmt: on
TEACHER = PersonId("teacher-12")
SUBJECT_TEACHER = PersonId("teacher-many")
OFFICE = PersonId("office")
ROOM_12 = ClassId("class-12")


def roster(*, rooms: int = 4) -> RosterSnapshot:
    """Homerooms from room 11 on; a subject teacher has three scheduled classes."""
    numbers = range(11, 11 + rooms)
    homes = tuple(
        SchoolClass(
            id=ClassId(f"class-{n}"),
            title=f"Homeroom {n}",
            type="homeroom",
            room=str(n),
            teachers=(PersonId(f"teacher-{n}"),),
        )
        for n in numbers
    )
    subjects = tuple(
        SchoolClass(
            id=ClassId(f"subject-{n}"),
            title=f"Science {n}",
            type="scheduled",
            room=f"Lab {n}",
            teachers=(SUBJECT_TEACHER,),
        )
        for n in (1, 2, 3)
    )
    adults = (*(f"teacher-{n}" for n in numbers), str(SUBJECT_TEACHER), str(OFFICE))
    return RosterSnapshot(
        school=School(id=SchoolId("cedar"), source_id="cedar", name="Cedar Elementary", version=3),
        version=3,
        classes=(*homes, *subjects),
        students=tuple(_student(n, i) for n in numbers for i in range(28)) + _loose(),
        staff=tuple(
            StaffMember(id=PersonId(one), source_id=one, given="Adult", family=one.title())
            for one in adults
        ),
    )


def _student(room: int, i: int) -> Student:
    return Student(
        id=PersonId(f"student-{room}-{i:02}"),
        given=GIVEN[i],
        family=FAMILY[(i * 5 + room) % len(FAMILY)],
        grade=str(room % 6 + 1),
        homeroom=ClassId(f"class-{room}"),
    )


def _loose() -> tuple[Student, ...]:
    """Ten students without a homeroom, who attend Science 1."""
    return tuple(
        Student(
            id=PersonId(f"loose-{i}"),
            given=f"Loose{i}",
            family="Nohome",
            grade="6",
            classes=(ClassId("subject-1"),),
        )
        for i in range(10)
    )
