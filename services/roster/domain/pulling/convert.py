"""Rows of OneRoster REST as rows of a OneRoster CSV package.

The package then passes every check that an uploaded one passes; here only what JSON can get
wrong is told. Rows of schools that the source may not change are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import msgspec

from schemas.roster_pull import RestVersion
from services.roster.domain.problems import Warnings
from services.roster.domain.pulling.failures import PullFailed
from services.roster.domain.pulling.rest import (
    DEMOGRAPHICS,
    FIELDS,
    Row,
    Strange,
    columns_of,
    reference,
    references,
    text,
)
from services.roster.domain.values import Place
from services.roster.domain.vocabulary import GUARDIAN, ORG_TYPES, ROLES

GONE: Final = frozenset({"tobedeleted", "inactive"})
ELSEWHERE: Final = "elsewhere"
"""Guardians of other schools, written apart until it is known whose they are."""

Written = tuple[str, tuple[str, ...]]
"""A CSV table and the cells of one row."""


class Role(msgspec.Struct, frozen=True):
    """One role of a user at an organisation, as roles.csv has it."""

    role: str
    org: str
    type: str = "primary"
    begin: str = ""
    end: str = ""


class Converter:
    """Takes rows in the order of rest.TABLES. since: of a delta, None for everything.

    schools: sourcedIds of the schools that the source may change. until: stands in for a
    dateLastModified that a delta must have.
    """

    def __init__(
        self,
        *,
        version: RestVersion,
        schools: Collection[str],
        since: dt.datetime | None,
        until: dt.datetime,
        warnings: Warnings,
    ) -> None:
        self._version = version
        self._schools = frozenset(schools)
        self._since = since
        self._until = f"{until.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
        self._warnings = warnings
        self._lines: dict[str, int] = {}
        self._others: set[str] = set()
        self._other_classes: set[str] = set()
        self._agents: set[str] = set()
        self._kept: set[str] = set()
        self.listed: set[str] = set()

    def take(self, table: str, rows: Iterable[msgspec.Raw]) -> list[Written]:
        """What a page says. Raises PullFailed page_not_json."""
        written: list[Written] = []
        for raw in rows:
            try:
                row = msgspec.json.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise PullFailed("page_not_json") from error
            place = Place(f"{table}.json", self._warnings)
            place.line = self._lines[table] = self._lines.get(table, 0) + 1
            if isinstance(row, dict):
                written += self._convert(table, row, place)
            else:
                place.warn("value_unknown")
        return written

    def _convert(self, table: str, row: Row, place: Place) -> list[Written]:
        gone = _word(row.get("status")) in GONE
        if gone and self._since is None:
            return []
        if table == "users":
            return self._user(row, place, gone=gone)
        cells = self._cells(table, row, place)
        if self._is_elsewhere(table, cells, gone=gone):
            return []
        if table == "orgs" and not self._is_fresh(row):
            return []
        return [(table, self._led(table, row, cells, gone=gone))]

    def _is_elsewhere(self, table: str, cells: Mapping[str, str], *, gone: bool) -> bool:
        """Whether the row belongs to a school that this source does not change."""
        match table:
            case "orgs":
                org, kind = cells["sourcedId"], cells["type"].lower()
                if org in self._schools:
                    if not gone:
                        self.listed.add(org)
                    return False
                # One without a known type may hold children: it counts as a school.
                if kind == "school" or kind not in {known.lower() for known in ORG_TYPES}:
                    self._others.add(org)
                    return True
            case "classes" if cells["schoolSourcedId"] in self._others:
                self._other_classes.add(cells["sourcedId"])
                return True
            case "enrollments":
                school, taught = cells["schoolSourcedId"], cells["classSourcedId"]
                return school in self._others or taught in self._other_classes
            case _ if table == DEMOGRAPHICS:
                return self._since is None and cells["sourcedId"] not in self._kept
        return False

    def _is_fresh(self, row: Row) -> bool:
        """Organisations are always read in full; of a delta only the changed ones are told."""
        if self._since is None:
            return True
        try:
            changed = dt.datetime.fromisoformat(str(row.get("dateLastModified")))
        except ValueError:
            return True
        if changed.tzinfo is None:
            changed = changed.replace(tzinfo=dt.UTC)
        return changed > self._since

    def _user(self, row: Row, place: Place, *, gone: bool) -> list[Written]:
        cells = self._cells("users", row, place)
        every = self._roles(row, place)
        here = [role for role in every if role.org not in self._others]
        table = "users"
        if every and not here:
            guardian = [one for one in every if ROLES.get(one.role, 0) & GUARDIAN]
            if not guardian:
                return []
            # A parent may be registered at a brother's school.
            here = [msgspec.structs.replace(one, org="") for one in guardian[:1]]
            table = "users" if self._since is not None else ELSEWHERE
        if table == "users":
            self._kept.add(cells["sourcedId"])
            self._agents.update(cells["agentSourcedIds"].split(","))
        if self._version == "1.1":
            cells["role"] = ",".join(dict.fromkeys(one.role for one in here if one.role))
            cells["orgSourcedIds"] = ",".join(dict.fromkeys(one.org for one in here if one.org))
        written = [(table, self._led("users", row, cells, gone=gone))]
        if self._version == "1.2":
            written += self._role_rows(table, row, cells["sourcedId"], here, gone=gone)
        return written

    def _roles(self, row: Row, place: Place) -> list[Role]:
        """1.2 has a list of roles, 1.1 one role and a list of organisations."""
        given = row.get("roles")
        if given is None:
            role, orgs = self._cell(row, "role", text, place), row.get("orgs")
            names = self._read(orgs, references, "orgs", place).split(",")
            return [Role(role, org) for org in names] if role or orgs else []
        if not isinstance(given, list):
            place.warn("list_format", "roles")
            return []
        found = []
        for one in given:
            if not isinstance(one, dict):
                place.warn("value_unknown", "roles")
                continue
            words = (self._cell(one, name, text, place) for name in ("roleType", "beginDate"))
            kind, begin = words
            found.append(
                Role(
                    self._cell(one, "role", text, place),
                    self._cell(one, "org", reference, place),
                    kind or "primary",
                    begin,
                    self._cell(one, "endDate", text, place),
                )
            )
        return found

    def _role_rows(
        self, table: str, row: Row, user: str, roles: list[Role], *, gone: bool
    ) -> list[Written]:
        target = "roles" if table == "users" else f"roles.{ELSEWHERE}"
        written = []
        for one in roles:
            cells = {
                # Stable over pulls, so that a delta names the same row again.
                "sourcedId": f"{user}.{one.role}.{one.org}"[:255],
                "userSourcedId": user,
                "roleType": one.type,
                "role": one.role,
                "beginDate": one.begin,
                "endDate": one.end,
                "orgSourcedId": one.org,
            }
            written.append((target, self._led("roles", row, cells, gone=gone)))
        return written

    def is_ours(self, cells: tuple[str, ...]) -> bool:
        """Whether a guardian written apart belongs to a student who was kept."""
        columns = columns_of("users", self._version)
        agents = cells[columns.index("agentSourcedIds")].split(",")
        return cells[0] in self._agents or not self._kept.isdisjoint(agents)

    def _cells(self, table: str, row: Row, place: Place) -> dict[str, str]:
        cells = {"sourcedId": self._cell(row, "sourcedId", text, place)}
        for column, field in FIELDS[table].items():
            cells[column] = self._read(row.get(field.name), field.write, column, place)
        return cells

    def _cell(self, row: Mapping[str, Any], name: str, write: Any, place: Place) -> str:
        return self._read(row.get(name), write, name, place)

    def _read(self, value: object, write: Any, column: str, place: Place) -> str:
        try:
            written: str = write(value)
        except Strange:
            # A list that came as one word is still that word.
            if isinstance(value, str):
                place.warn("list_format", column)
                return text(value)
            place.warn("value_unknown", column)
            return ""
        return written

    def _led(
        self, table: str, row: Row, cells: Mapping[str, str], *, gone: bool
    ) -> tuple[str, ...]:
        """The row's cells; status and date only in a delta, where both are required."""
        status = changed = ""
        if self._since is not None:
            status = "tobedeleted" if gone else "active"
            given = row.get("dateLastModified")
            changed = text(given) if isinstance(given, str) and given else self._until
        led = {**cells, "status": status, "dateLastModified": changed}
        return tuple(led.get(column, "") for column in columns_of(table, self._version))


def _word(value: object) -> str:
    return value.lower() if isinstance(value, str) else ""


def manifest_rows(
    version: RestVersion, mode: str, written: Collection[str], system: str
) -> list[tuple[str, str]]:
    """manifest.csv: every table that OneRoster has of ours, absent or with the mode."""
    known = ("academicSessions", "classes", "courses", "demographics", "enrollments", "orgs",
             "roles", "users")  # fmt: skip
    return [
        ("propertyName", "value"),
        ("manifest.version", "1.0"),
        ("oneroster.version", version),
        *(
            (f"file.{table}", mode if table in written else "absent")
            for table in known
            if not (table == "roles" and version == "1.1")
        ),
        ("source.systemName", system),
    ]
