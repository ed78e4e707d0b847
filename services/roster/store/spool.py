"""Rows of a package on disk on their way to COPY: memory stays small whatever the size."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from types import TracebackType
from typing import BinaryIO, Final, Self

from schemas.identifiers import keyed_id
from services.roster.domain.records import (
    ClassRow,
    EnrollmentRow,
    LinkRow,
    MembershipRow,
    OrgRow,
    PeriodRow,
    PersonRow,
)

# Table in the database → its columns, in the order in which the spool writes them.
TABLES: Final = {
    "in_orgs": ("school", "source_id", "name", "type"),
    "in_people": (
        "person", "source_id", "given", "family", "preferred", "email", "sms", "phone",
        "identifier", "grade", "language", "routine",
    ),
    "in_memberships": ("person", "org", "role"),
    "in_links": ("guardian", "student"),
    "in_classes": ("class_id", "source_id", "title", "type", "room", "org"),
    "in_periods": ("class_id", "code"),
    "in_enrollments": ("class_id", "person", "role", "ends"),
}  # fmt: skip


class SpoolFile:
    """One table's rows as CSV in a file without a name."""

    def __init__(self) -> None:
        self._bytes: BinaryIO = tempfile.TemporaryFile("w+b")  # noqa: SIM115
        self._text = io.TextIOWrapper(self._bytes, encoding="utf-8", newline="")
        # Quoted throughout: nothing that a file says can then mean NULL or end of data.
        self._write = csv.writer(self._text, quoting=csv.QUOTE_ALL).writerow

    def add(self, row: Sequence[str]) -> None:
        self._write(row)

    def rewind(self) -> BinaryIO:
        """The bytes from the start, for COPY."""
        self._text.flush()
        self._bytes.seek(0)
        return self._bytes

    def close(self) -> None:
        self._text.close()


class Spool:
    """Takes the rows of a package; a person's id is derived once and remembered.

    key: the installation's secret for ids.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._people: dict[str, str] = {}
        self._classes: dict[str, str] = {}
        self.files = {table: SpoolFile() for table in TABLES}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self.files.values():
            file.close()

    def org(self, row: OrgRow) -> None:
        school = keyed_id(self._key, "school", row.source_id)
        self.files["in_orgs"].add((school, row.source_id, row.name, row.type))

    def person(self, row: PersonRow) -> None:
        person = keyed_id(self._key, "person", row.source_id)
        self._people[row.source_id] = person
        self.files["in_people"].add((person, *row))

    def membership(self, row: MembershipRow) -> None:
        self.files["in_memberships"].add((self._people[row.person], row.org, row.role))

    def link(self, row: LinkRow) -> None:
        people = self._people
        self.files["in_links"].add((people[row.guardian], people[row.student]))

    def school_class(self, row: ClassRow) -> None:
        class_id = keyed_id(self._key, "class", row.source_id)
        self._classes[row.source_id] = class_id
        self.files["in_classes"].add((class_id, *row))

    def class_period(self, row: PeriodRow) -> None:
        self.files["in_periods"].add((self._classes[row.class_id], row.code))

    def enrollment(self, row: EnrollmentRow) -> None:
        class_id, person = self._classes[row.class_id], self._people[row.person]
        self.files["in_enrollments"].add((class_id, person, row.role, row.end))
