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
    """A role at an organisation, "" when the package names none that exists."""

    person: str
    org: str
    role: str


class LinkRow(NamedTuple):
    """A guardian of a student; says nothing about rights."""

    guardian: str
    student: str


class ClassRow(NamedTuple):
    """type homeroom | scheduled; school: "" when the package does not say which."""

    source_id: str
    title: str
    type: str
    room: str
    school: str


class PeriodRow(NamedTuple):
    """One period code of a class, as the file gives it."""

    class_id: str
    code: str


class EnrollmentRow(NamedTuple):
    """begin, end: ISO dates, end exclusive; "" is open."""

    class_id: str
    person: str
    role: str
    begin: str
    end: str


class Sink(Protocol):
    """Takes the rows as they are read, people before what refers to them."""

    def org(self, row: OrgRow) -> None: ...

    def person(self, row: PersonRow) -> None: ...

    def membership(self, row: MembershipRow) -> None: ...

    def link(self, row: LinkRow) -> None: ...

    def school_class(self, row: ClassRow) -> None: ...

    def class_period(self, row: PeriodRow) -> None: ...

    def enrollment(self, row: EnrollmentRow) -> None: ...


class Discard:
    """A dry run keeps no rows."""

    def org(self, row: OrgRow) -> None:
        pass

    def person(self, row: PersonRow) -> None:
        pass

    def membership(self, row: MembershipRow) -> None:
        pass

    def link(self, row: LinkRow) -> None:
        pass

    def school_class(self, row: ClassRow) -> None:
        pass

    def class_period(self, row: PeriodRow) -> None:
        pass

    def enrollment(self, row: EnrollmentRow) -> None:
        pass
