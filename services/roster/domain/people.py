"""users.csv and roles.csv: who someone is, in which roles, and whose guardian."""

from __future__ import annotations

from array import array
from typing import Final

from services.roster.domain.archive import Source
from services.roster.domain.orgs import Orgs
from services.roster.domain.problems import PackageRefused, Warnings
from services.roster.domain.records import (
    AgentRow,
    GoneRow,
    LinkRow,
    MembershipRow,
    PersonRow,
    Sink,
)
from services.roster.domain.table import Cells, Gone, Table, records
from services.roster.domain.values import Place, check_flag, date_of, values_of, word_of
from services.roster.domain.vocabulary import (
    GUARDIAN,
    LANGUAGE,
    ROLE_TYPES,
    ROLES,
    ROUTINE,
    STAFF,
    STUDENT,
)

USER_COLUMNS: Final = (
    "role", "orgSourcedIds", "agentSourcedIds", "primaryOrgSourcedId", "password",
    "givenName", "familyName", "username",
    "preferredGivenName", "email", "sms", "phone", "identifier", "grades",
    LANGUAGE, ROUTINE, "enabledUser",
)  # fmt: skip
ROLE_COLUMNS: Final = (
    "userSourcedId", "role", "orgSourcedId", "roleType", "beginDate", "endDate",
)  # fmt: skip
LINK_LIMIT: Final = 1_000_000
LOW: Final = 0xFFFFFFFF
NAMED: Final = ("givenName", "familyName", "username")


class People:
    """Everyone of the package by sourcedId; rows go to the sink, only ids and roles stay.

    In a delta a row may refer to what the installation knows: such references go to the sink as
    they are, and what nobody knows is found out there.
    """

    def __init__(
        self, orgs: Orgs, sink: Sink, warnings: Warnings, *, roles_apart: bool, delta: bool = False
    ) -> None:
        self._orgs = orgs
        self._sink = sink
        self._warnings = warnings
        self.roles_apart = roles_apart
        self._delta = delta
        self._index: dict[str, int] = {}
        self._ids: list[str] = []
        self._kinds = bytearray()
        self._names = array("q")
        self._placed = bytearray()
        self._schools = frozenset(orgs.schools())
        self._lines = array("L")
        self._agents: list[tuple[int, int, str]] = []
        self._links = array("Q")
        self._password_seen = False
        self._file = ""

    def __len__(self) -> int:
        return len(self._ids)

    def read_users(self, source: Source, table: Table) -> None:
        self._file = table.member
        place = Place(table.member, self._warnings)
        gone = self._taken_away("users", table.member)
        for line, cells in records(source, table, USER_COLUMNS, self._warnings, gone=gone):
            place.line = line
            person = self._index.get(cells[0])
            if person is None:
                person = self._add(cells, place)
            else:
                same = self._names[person] == name_mark(cells)
                code = "id_repeated_merged" if same else "id_repeated_other_name"
                place.warn(code, "sourcedId")
            self._read_role(person, cells, place)
            for agent in values_of(cells[3], "agentSourcedIds", place):
                self._agents.append((person, line, agent))
            if len(self._agents) > LINK_LIMIT:
                raise PackageRefused("too_many_rows", file=table.member, value=LINK_LIMIT)
        self._resolve_agents(place)

    def _taken_away(self, table: str, member: str) -> Gone:
        def gone(line: int, cells: Cells) -> None:
            if not cells[0]:
                self._warnings.add("id_missing", file=member, line=line, column="sourcedId")
            else:
                self._sink.gone(GoneRow(table, cells[0], line))

        return gone

    def _add(self, cells: Cells, place: Place) -> int:
        person = len(self._ids)
        self._index[cells[0]] = person
        self._ids.append(cells[0])
        self._kinds.append(0)
        self._names.append(name_mark(cells))
        self._placed.append(0)
        self._lines.append(place.line)
        if cells[5] and not self._password_seen:
            self._password_seen = True
            place.warn("password_dropped", "password")
        if not (cells[6] and cells[7] and cells[8]):
            for column, value in zip(NAMED, cells[6:9], strict=True):
                if not value:
                    place.warn("value_missing", column)
        check_flag(cells[17], "enabledUser", place)
        contact, grades = cells[10:14], ",".join(values_of(cells[14], "grades", place))
        names = (cells[6], cells[7], cells[9])
        row = (cells[0], *names, *contact, grades, *cells[15:17])
        self._sink.person(PersonRow._make(row))
        return person

    def _read_role(self, person: int, cells: Cells, place: Place) -> None:
        role_cell, orgs_cell, primary = cells[1], cells[2], cells[4]
        if role_cell:
            self._take_roles(person, role_cell, orgs_cell or primary, place)
        elif not self.roles_apart:
            place.warn("value_missing", "role")
        if not orgs_cell and not self.roles_apart:
            place.warn("value_missing", "orgSourcedIds")

    def _take_roles(self, person: int, role_cell: str, orgs_cell: str, place: Place) -> None:
        roles = (role_cell,) if role_cell in ROLES else values_of(role_cell, "role", place)
        orgs = self._known_orgs(orgs_cell, place)
        for cell in roles:
            role = word_of(cell, ROLES, "role", place)
            if role:
                self._kinds[person] |= ROLES[role]
                for org in orgs or ("",):
                    row = MembershipRow(self._ids[person], org, role, "", place.line)
                    self._sink.membership(row)
                    self._placed[person] |= org in self._schools

    def _known_orgs(self, cell: str, place: Place) -> list[str]:
        known = []
        for org in values_of(cell, "orgSourcedIds", place):
            if self._delta or org in self._orgs:
                known.append(org)
            else:
                place.warn("unknown_org", "orgSourcedIds")
        return known

    def read_roles(self, source: Source, table: Table) -> None:
        place = Place(table.member, self._warnings)
        gone = self._taken_away("roles", table.member)
        found = records(source, table, ROLE_COLUMNS, self._warnings, id_needed=False, gone=gone)
        for place.line, (source_id, user, role_cell, org, role_type, *dates) in found:
            word_of(role_type, ROLE_TYPES, "roleType", place)
            for column, cell in zip(ROLE_COLUMNS[-2:], dates, strict=True):
                date_of(cell, column, place)
            person = self._index.get(user)
            if person is None and not (self._delta and user):
                place.warn("unknown_user", "userSourcedId")
                continue
            role = word_of(role_cell, ROLES, "role", place)
            if role is None:
                continue
            if person is not None:
                self._kinds[person] |= ROLES[role]
                self._placed[person] |= org in self._schools
            known = org in self._orgs or (self._delta and bool(org))
            if not known:
                place.warn("unknown_org" if org else "value_missing", "orgSourcedId")
            row = MembershipRow(user, org if known else "", role, source_id, place.line)
            self._sink.membership(row)

    def taught_at(self, source_id: str, org: str) -> None:
        """The person is in a class of this organisation."""
        self._placed[self._index[source_id]] |= org in self._schools

    def knows(self, source_id: str) -> bool:
        return source_id in self._index

    def kinds(self, source_id: str) -> int:
        """STUDENT, GUARDIAN and STAFF bits of a known person."""
        return self._kinds[self._index[source_id]]

    def infer_role(self, source_id: str, role: str) -> None:
        """Someone without a role is what their enrollment says: no child is left out."""
        person = self._index[source_id]
        self._kinds[person] |= ROLES[role]
        line = self._lines[person]
        self._warnings.add("role_inferred", file=self._file, line=line, column="role", value=role)

    def _resolve_agents(self, place: Place) -> None:
        for person, place.line, agent in self._agents:
            other = self._index.get(agent)
            if other == person:
                place.warn("links_to_self", "agentSourcedIds")
                continue
            if other is not None:
                self._links.append(person << 32 | other)
            elif not self._delta:
                # Kept all the same: a delta may bring that person.
                place.warn("unknown_agent", "agentSourcedIds")
            self._sink.agent(AgentRow(self._ids[person], agent, place.line))
        self._agents.clear()

    def finish(self) -> int:
        """Warns of people without a role and writes the links; returns the distinct pairs.

        In a delta, the pairs of which both are in the package.

        Links come from either side; the other person's role says what each one is.
        """
        for person, kinds in enumerate(self._kinds):
            if not kinds and not (self._delta and self.roles_apart):
                line = self._lines[person]
                self._warnings.add("role_missing", file=self._file, line=line, column="role")
            elif kinds & STUDENT and not (self._placed[person] or self._delta):
                line = self._lines[person]
                self._warnings.add("student_at_no_school", file=self._file, line=line)
        pairs: set[int] = set()
        for link in self._links:
            person, other = link >> 32, link & LOW
            pairs.update(self._pairs(person, other), self._pairs(other, person))
        for pair in sorted(pairs):
            self._sink.link(LinkRow(self._ids[pair >> 32], self._ids[pair & LOW]))
        return len(pairs)

    def _pairs(self, guardian: int, student: int) -> tuple[int, ...]:
        fits = self._kinds[guardian] & GUARDIAN and self._kinds[student] & STUDENT
        return (guardian << 32 | student,) if fits else ()

    def count(self, kind: int) -> int:
        return sum(1 for kinds in self._kinds if kinds & kind)

    def counts(self) -> tuple[int, int, int]:
        """Staff, students, guardians; someone with two roles counts in both."""
        return self.count(STAFF), self.count(STUDENT), self.count(GUARDIAN)


def name_mark(cells: Cells) -> int:
    """Tells two names under one id apart: a number, for the names themselves are not kept."""
    given, family = cells[6:8]
    return hash((given.casefold(), family.casefold()))
