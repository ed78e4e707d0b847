"""A synthetic district as a OneRoster 1.1 zip: the same arguments give the same bytes.

Nothing in it is anyone's: names are drawn from made-up syllables, numbers are of the range that
is kept for fiction.
"""

import random
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LEAD = "sourcedId,status,dateLastModified"
HEADERS = {
    "orgs": f"{LEAD},name,type,identifier,parentSourcedId",
    "users": f"{LEAD},enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
    "classes": f"{LEAD},title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "enrollments": f"{LEAD},classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate",
    "demographics": f"{LEAD},birthDate,sex",
}
SYLLABLES = ("ba", "do", "fen", "gil", "har", "jo", "kel", "lun", "mor", "nev", "ost", "pri")
CHANGED = "2026-11-01T04:00:00Z"
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class District:
    """students, guardians: of the whole district. staff, homerooms, courses: of each school."""

    schools: int = 80
    students: int = 50_000
    guardians: int = 70_000
    staff: int = 64
    homerooms: int = 25
    courses: int = 40
    taken: int = 3
    seed: int = 20_261_122

    @property
    def people(self) -> int:
        """Everyone in users.csv."""
        return self.students + self.guardians + self.staff * self.schools

    def school_of(self, student: int) -> int:
        return student % self.schools

    def families(self) -> list[list[int]]:
        """Students of each guardian; siblings are at the same school."""
        drawn = random.Random(self.seed)
        found: list[list[int]] = [[] for _ in range(self.guardians)]
        for student in range(self.students):
            found[student % self.guardians].append(student)
            if drawn.random() < 0.8:
                found[(student + self.students) % self.guardians].append(student)
        return found


def write(path: Path, district: District, *, level: int = 6) -> Path:
    """The whole district, bulk. level: of packing; the same rows in another file."""
    modes = dict.fromkeys(HEADERS, "bulk")
    rows = {
        "orgs": orgs(district),
        "users": users(district),
        "classes": classes(district),
        "enrollments": enrollments(district),
        "demographics": demographics(district),
    }
    return pack(path, modes, {name: list(found) for name, found in rows.items()}, level)


def write_delta(path: Path, district: District, share: float) -> Path:
    """So many of the people and enrollments changed, spread over every school.

    Most have a new telephone number, some left, and some came back to another homeroom.
    """
    step = round(1 / share) | 1
    people = [
        row.replace(",,", f",active,{CHANGED}", 1).replace("555-01", "555-0199", 1)
        for at, row in enumerate(users(district))
        if at % step == 0
    ]
    for at in range(0, len(people), 10):
        people[at] = people[at].replace(",active,", ",tobedeleted,", 1)
    enrolled = [
        row.replace(",,", f",tobedeleted,{CHANGED}" if at % 2 else f",active,{CHANGED}", 1)
        for at, row in enumerate(enrollments(district))
        if at % step == 0
    ]
    modes = dict.fromkeys(HEADERS, "absent") | {"users": "delta", "enrollments": "delta"}
    return pack(path, modes, {"users": people, "enrollments": enrolled})


def pack(
    path: Path, modes: dict[str, str], tables: dict[str, Sequence[str]], level: int = 6
) -> Path:
    said = "".join(f"file.{name},{mode}\n" for name, mode in modes.items())
    manifest = f"propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n{said}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("manifest.csv", EPOCH), manifest)
        for name, rows in tables.items():
            content = "\n".join((HEADERS[name], *rows, ""))
            member = zipfile.ZipInfo(f"{name}.csv", EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content, compresslevel=level)
    return path


def orgs(district: District) -> Iterator[str]:
    yield "d,,,Invented District,district,,"
    for school in range(district.schools):
        yield f"s{school},,,Invented School {school},school,{school},d"


def users(district: District) -> Iterator[str]:
    """Staff, students, guardians, in this order."""
    drawn = random.Random(district.seed + 1)

    def name() -> str:
        return "".join(drawn.choices(SYLLABLES, k=2)).title()

    for at in range(district.staff * district.schools):
        role = "administrator" if at // district.schools == 0 else "teacher"
        yield (
            f"t{at},,,true,s{at % district.schools},{role},t{at},,{name()},{name()},,{at},"
            f"t{at}@district.example,,,,,"
        )
    for at in range(district.students):
        yield (
            f"k{at},,,true,s{district.school_of(at)},student,k{at},,{name()},{name()},,9{at:06},"
            f"k{at}@student.example,,,,{at % 13:02},"
        )
    for at, children in enumerate(district.families()):
        agents = ",".join(f"k{child}" for child in children)
        school = district.school_of(children[0]) if children else at % district.schools
        yield (
            f"g{at},,,true,s{school},parent,g{at},,{name()},{name()},,,g{at}@home.example,"
            f'(202) 555-01{at % 100:02},,"{agents}",,'
        )


def classes(district: District) -> Iterator[str]:
    for school in range(district.schools):
        for at in range(district.homerooms):
            yield f"h{school}-{at},,,Homeroom {at},,,,homeroom,Room {at},s{school},,,,"
        for at in range(district.courses):
            yield f"c{school}-{at},,,Course {at},,,,scheduled,Room {at % 30},s{school},,,,"


def enrollments(district: District) -> Iterator[str]:
    count = 0
    for student in range(district.students):
        school = district.school_of(student)
        number = student // district.schools
        taken = [f"h{school}-{number % district.homerooms}"]
        courses = ((number * 7 + at * 11) % district.courses for at in range(district.taken))
        taken += [f"c{school}-{course}" for course in courses]
        for class_id in taken:
            yield f"e{count},,,{class_id},s{school},k{student},student,,,"
            count += 1
    for school in range(district.schools):
        for at in range(district.homerooms + district.courses):
            kind = (
                f"h{school}-{at}"
                if at < district.homerooms
                else f"c{school}-{at - district.homerooms}"
            )
            teacher = (at % (district.staff - 1) + 1) * district.schools + school
            yield f"e{count},,,{kind},s{school},t{teacher},teacher,true,,"
            count += 1


def demographics(district: District) -> Iterator[str]:
    for student in range(district.students):
        year, month, day = 2008 + student % 13, 1 + student % 12, 1 + student % 28
        yield f"k{student},,,{year}-{month:02}-{day:02},"
