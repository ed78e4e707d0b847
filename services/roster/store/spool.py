"""Rows of a package on disk on their way to COPY: memory stays small whatever the size.

They stay in their folder until the import is applied, so that nothing is parsed twice.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from schemas.identifiers import keyed_id
from schemas.roster import DryRun
from services.roster.domain.package import PackageRead
from services.roster.domain.records import (
    AgentRow,
    BirthRow,
    ClassRow,
    EnrollmentRow,
    GoneRow,
    LinkRow,
    MembershipRow,
    OrgRow,
    PersonRow,
)

# Table in the database → its columns, in the order in which the spool writes them.
TABLES: Final = {
    "in_orgs": ("school", "source_id", "name", "type", "parent"),
    "in_people": (
        "person", "source_id", "given", "family", "preferred", "email", "sms", "phone",
        "identifier", "grade", "language", "routine",
    ),
    "in_memberships": ("person", "org", "role", "source_id", "line"),
    "in_agents": ("person", "agent", "line"),
    "in_links": ("guardian", "student"),
    "in_classes": ("class_id", "source_id", "title", "type", "room", "org", "periods", "line"),
    "in_enrollments": ("source_id", "class_id", "person", "role", "ends", "line"),
    "in_loose": ("source_id", "class_id", "person", "role", "ends"),
    "in_births": ("person", "born", "line"),
    "in_gone": ("place", "id", "source_id", "class_id", "person", "role", "line"),
}  # fmt: skip
ABOUT: Final = "about.json"
BUFFER: Final = 1 << 18
Write = Callable[[Iterable[Any]], Any]


class Spooled(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder of rows is about.

    files: table → member, for what is found wrong later. whole: tables of a delta that are whole.
    next_end: the first day on which an enrollment of the package ends; "" never.
    """

    result: DryRun
    files: dict[str, str]
    whole: tuple[str, ...]
    delta: bool
    roles_apart: bool
    births: bool
    next_end: str


class Spool:
    """Takes the rows of a package; an id is derived once and remembered.

    key: the installation's secret for ids. folder: made here, readable by this user alone.
    today: enrollments that end later are watched for the first end.
    """

    def __init__(self, key: bytes, folder: Path, today: str) -> None:
        self._key = key
        self._folder = folder
        self._today = today
        self._next_end = ""
        self._births = False
        self._people: dict[str, str] = {}
        self._classes: dict[str, str] = {}
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        self._files = {
            table: (folder / f"{table}.csv").open("w", BUFFER, encoding="utf-8", newline="")
            for table in TABLES
        }
        # Quoted throughout: nothing that a file says can then mean NULL or end of data.
        self._write: dict[str, Write] = {
            table: csv.writer(file, quoting=csv.QUOTE_ALL).writerow
            for table, file in self._files.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files.values():
            file.close()

    def finish(self, read: PackageRead) -> Spooled:
        """Closes the files and says what they are about, here and in the folder."""
        for file in self._files.values():
            file.close()
        about = Spooled(
            result=read.result,
            files=read.files,
            whole=tuple(sorted(read.whole)),
            delta=read.delta,
            roles_apart=read.roles_apart,
            births=self._births,
            next_end=self._next_end,
        )
        (self._folder / ABOUT).write_bytes(msgspec.json.encode(about))
        return about

    def person_id(self, source_id: str) -> str:
        found = self._people.get(source_id)
        if found is None:
            found = self._people[source_id] = keyed_id(self._key, "person", source_id)
        return found

    def class_id(self, source_id: str) -> str:
        found = self._classes.get(source_id)
        if found is None:
            found = self._classes[source_id] = keyed_id(self._key, "class", source_id)
        return found

    def org(self, row: OrgRow) -> None:
        school = keyed_id(self._key, "school", row.source_id)
        self._write["in_orgs"]((school, *row))

    def person(self, row: PersonRow) -> None:
        self._write["in_people"]((self.person_id(row.source_id), *row))

    def membership(self, row: MembershipRow) -> None:
        self._write["in_memberships"]((self.person_id(row.person), *row[1:]))

    def agent(self, row: AgentRow) -> None:
        ids = (self.person_id(row.person), self.person_id(row.agent), row.line)
        self._write["in_agents"](ids)

    def link(self, row: LinkRow) -> None:
        self._write["in_links"]((self.person_id(row.guardian), self.person_id(row.student)))

    def school_class(self, row: ClassRow) -> None:
        self._write["in_classes"]((self.class_id(row.source_id), *row))

    def enrollment(self, row: EnrollmentRow) -> None:
        source_id, class_id, person, role, end, line = row
        if end and end > self._today and not (self._next_end and self._next_end <= end):
            self._next_end = end
        ids = (source_id, self.class_id(class_id), self.person_id(person), role, end, line)
        self._write["in_enrollments"](ids)

    def loose(self, row: EnrollmentRow) -> None:
        source_id, class_id, person, role, end, _line = row
        ids = (source_id, self.class_id(class_id), self.person_id(person), role, end)
        self._write["in_loose"](ids)

    def birth(self, row: BirthRow) -> None:
        self._births = True
        self._write["in_births"]((self.person_id(row.person), row.born, row.line))

    def gone(self, row: GoneRow) -> None:
        """id: of the person or class that goes, "" for rows that have none of their own."""
        own = {"users": self.person_id, "demographics": self.person_id, "classes": self.class_id}
        derive = own.get(row.table)
        ids = (
            row.table,
            derive(row.source_id) if derive else "",
            row.source_id,
            self.class_id(row.class_id) if row.class_id else "",
            self.person_id(row.person) if row.person else "",
            row.role,
            row.line,
        )
        self._write["in_gone"](ids)


def spooled(folder: Path) -> Spooled | None:
    """What a folder is about; None when it is not there or not whole."""
    try:
        return msgspec.json.decode((folder / ABOUT).read_bytes(), type=Spooled)
    except (OSError, msgspec.DecodeError):
        return None
