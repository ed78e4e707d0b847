"""Rows of a package that passed, as the staging tables take them; "" stands for absent."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class OrgRow(NamedTuple):
    source_id: str
    name: str
    type: str
    parent: str


class PersonRow(NamedTuple):
    source_id: str
    given: str
    family: str
    preferred: str
    email: str
    sms: str
    phone: str
    identifier: str
    grade: str
    language: str
    routine: str


class MembershipRow(NamedTuple):
    """A role at an organisation, "" when the package names none that exists.

    source_id: of the row in roles.csv, "" when the role stands in users.csv.
    """

    person: str
    org: str
    role: str
    source_id: str = ""
    line: int = 0


class AgentRow(NamedTuple):
    """Somebody whom a person's own row names in agentSourcedIds, as the file has it."""

    person: str
    agent: str
    line: int


class LinkRow(NamedTuple):
    """A guardian of a student; says nothing about rights."""

    guardian: str
    student: str


class ClassRow(NamedTuple):
    """type homeroom | scheduled; school: "" when the package does not say which.

    periods: codes of the bell schedule, apart by spaces.
    """

    source_id: str
    title: str
    type: str
    room: str
    school: str
    periods: str = ""
    line: int = 0


class EnrollmentRow(NamedTuple):
    """end: ISO date, exclusive; "" is open. role: "" in a delta that leaves it open."""

    source_id: str
    class_id: str
    person: str
    role: str
    end: str
    line: int = 0


class BirthRow(NamedTuple):
    """born: ISO date. For checking who someone is; no page for teachers reads it."""

    person: str
    born: str
    line: int


class GoneRow(NamedTuple):
    """A row that a delta takes away. class_id, person, role: of an enrollment, where given."""

    table: str
    source_id: str
    line: int
    class_id: str = ""
    person: str = ""
    role: str = ""


class Sink(Protocol):
    """Takes the rows as they are read, people before what refers to them."""

    def org(self, row: OrgRow) -> None: ...

    def person(self, row: PersonRow) -> None: ...

    def membership(self, row: MembershipRow) -> None: ...

    def agent(self, row: AgentRow) -> None: ...

    def link(self, row: LinkRow) -> None: ...

    def school_class(self, row: ClassRow) -> None: ...

    def enrollment(self, row: EnrollmentRow) -> None: ...

    def loose(self, row: EnrollmentRow) -> None:
        """An enrollment of someone who is not in the package; a delta may bring them."""
        ...

    def birth(self, row: BirthRow) -> None: ...

    def gone(self, row: GoneRow) -> None: ...


class Discard:
    """A dry run keeps no rows."""

    def org(self, row: OrgRow) -> None:
        pass

    def person(self, row: PersonRow) -> None:
        pass

    def membership(self, row: MembershipRow) -> None:
        pass

    def agent(self, row: AgentRow) -> None:
        pass

    def link(self, row: LinkRow) -> None:
        pass

    def school_class(self, row: ClassRow) -> None:
        pass

    def enrollment(self, row: EnrollmentRow) -> None:
        pass

    def loose(self, row: EnrollmentRow) -> None:
        pass

    def birth(self, row: BirthRow) -> None:
        pass

    def gone(self, row: GoneRow) -> None:
        pass
