"""One school's rows as the quality report reads them."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from schemas.identifiers import ClassId, PersonId, SchoolId


class PersonFact(NamedTuple):
    """An active person. sms, phone, email: as the file has them."""

    person: PersonId
    given: str
    family: str
    preferred: str
    grade: str
    student: bool
    guardian: bool
    staff: bool
    email: str
    sms: str
    phone: str
    source_id: str = ""

    @property
    def name(self) -> str:
        return f"{self.preferred or self.given} {self.family}".strip()


class LinkFact(NamedTuple):
    guardian: PersonId
    student: PersonId
    message: bool


class ClassFact(NamedTuple):
    class_id: ClassId
    title: str
    type: Literal["homeroom", "scheduled"]
    room: str


class EnrollmentFact(NamedTuple):
    class_id: ClassId
    person: PersonId
    role: str


class SchoolFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one school at one version; only what is active."""

    school: SchoolId
    name: str
    address: str
    zone: str
    version: int
    people: tuple[PersonFact, ...]
    links: tuple[LinkFact, ...]
    classes: tuple[ClassFact, ...]
    enrollments: tuple[EnrollmentFact, ...]
