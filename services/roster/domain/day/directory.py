"""Students as lists from outside name them: by number, by sourcedId, or by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.identifiers import PersonId
from schemas.roster_day_facts import StudentsFound
from services.roster.domain.day.sheet import Problems, read_rows

NUMBER_COLUMNS = ("student_id", "student", "id", "number", "identifier", "sourcedid",
                  "studentsourcedid", "usersourcedid")  # fmt: skip
NAME_COLUMNS = ("name", "student_name", "last_first")


class Entry(NamedTuple):
    """A student of the school by everything that a list may say."""

    person: PersonId
    source_id: str
    identifier: str
    given: str
    preferred: str
    family: str


class Directory:
    """Finds the one student that a text names."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._numbers: dict[str, set[PersonId]] = {}
        self._names: dict[str, set[PersonId]] = {}
        for one in entries:
            for number in filter(None, (one.source_id, one.identifier, one.person)):
                self._numbers.setdefault(number.lower(), set()).add(one.person)
            for given in filter(None, (one.given, one.preferred)):
                for name in (f"{one.family} {given}", f"{given} {one.family}"):
                    self._names.setdefault(plain_name(name), set()).add(one.person)

    def find(self, text: str) -> PersonId | str:
        """The student, or the code of the problem: unknown_student, student_ambiguous.

        An id and a code cannot be mixed up: ask `is_problem`.
        """
        wanted = text.strip().lower()
        found = self._numbers.get(wanted) or self._names.get(plain_name(wanted)) or set()
        if len(found) == 1:
            return next(iter(found))
        return "student_ambiguous" if found else "unknown_student"


def is_problem(found: str) -> bool:
    return found in ("student_ambiguous", "unknown_student")


def plain_name(text: str) -> str:
    """A name without accents, commas and case, for comparing only."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(mark for mark in spread if not unicodedata.combining(mark))
    return " ".join(re.sub(r"[,.'’-]", " ", letters).split())


def find_students(body: bytes, directory: Directory) -> StudentsFound:
    """A student for each line: a number or a name, or a CSV with a column of either."""
    problems = Problems("list")
    students: dict[PersonId, None] = {}
    for line, said in named_in(body, problems):
        found = directory.find(said)
        if is_problem(found):
            problems.add(found, line)
        else:
            students[PersonId(found)] = None
    return StudentsFound(students=tuple(students), warnings=(*problems.errors, *problems.all()))


def named_in(body: bytes, problems: Problems) -> list[tuple[int, str]]:
    """(line, what it says of a student); a first row that names a column is a header."""
    rows = list(read_rows(body, problems))
    if not rows:
        return []
    head = [cell.strip().lower().replace(" ", "_") for cell in rows[0][1]]
    at = next((head.index(n) for n in (*NUMBER_COLUMNS, *NAME_COLUMNS) if n in head), None)
    if at is not None:
        return [(line, cells[at]) for line, cells in rows[1:] if len(cells) > at and cells[at]]
    return [(line, whole(cells)) for line, cells in rows]


def whole(cells: Sequence[str]) -> str:
    """ "Sample, Ana" came apart at its comma; a first cell with a digit is a number."""
    first = cells[0].strip()
    if any(letter.isdigit() for letter in first):
        return first
    return " ".join(cell.strip() for cell in cells[:2])
