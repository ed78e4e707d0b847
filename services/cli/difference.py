"""What an import changes, as sentences for a terminal."""

from collections.abc import Iterator

from schemas.roster import SchoolDifference

SAME = "nothing that anyone would see"


def sentence(one: SchoolDifference) -> str:
    """One line a school, as "14 new students, 3 move to Room 9, 212 of 300 disappear"."""
    return ", ".join(parts(one)) or SAME


def parts(one: SchoolDifference) -> Iterator[str]:
    yield from number(one.new_students, "new student", "new students")
    yield from number(one.returning_students, "student comes back", "students come back")
    for to in one.moved_to:
        yield f"{to.students} {'moves' if to.students == 1 else 'move'} to {to.room}"
    rest = one.moved_students - sum(to.students for to in one.moved_to)
    yield from number(rest, "moves to another room", "move to other rooms")
    if one.gone_students:
        word = "disappears" if one.gone_students == 1 else "disappear"
        yield f"{one.gone_students} of {one.students_before} students {word}"
    yield from number(one.changed_people, "person has other details", "people have other details")
    yield from number(one.new_staff, "new adult", "new adults")
    yield from number(one.gone_staff, "adult leaves", "adults leave")
    yield from number(one.new_classes, "new class", "new classes")
    yield from number(one.gone_classes, "class ends", "classes end")
    yield from number(one.new_links, "new guardian link", "new guardian links")
    yield from number(one.gone_links, "guardian link ends", "guardian links end")
    if one.too_many_removals:
        yield "refused above 10 % unless you say --allow-removals"


def number(count: int, one: str, many: str) -> Iterator[str]:
    if count > 0:
        yield f"{count} {one if count == 1 else many}"
