"""What the roster answers to its pages, from a snapshot in memory, with the roster's own rules."""

import datetime as dt
from typing import Any

import msgspec

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster import RosterSnapshot
from schemas.roster_pages import (
    FoundPeople,
    PaperFile,
    PaperState,
    Printed,
    PrintPaper,
    SetPaper,
)
from services.roster.domain.quality.facts import (
    ClassFact,
    EnrollmentFact,
    LinkFact,
    PersonFact,
    SchoolFacts,
)
from services.roster.domain.quality.report import report_of
from services.roster.domain.search.entries import Entry, Question
from services.roster.domain.search.index import SearchIndex, merged
from services.roster.domain.search.nicknames import Nicknames
from services.web.ports import Refused

GUARDIAN = Entry(
    person=PersonId("guardian-1"), kinds=("guardian",), given="William", family="Sample10",
    preferred="", grade="", homeroom=None, source_id="g1", identifier="",
)  # fmt: skip


class PagesFake:
    """snapshots: shared with the roster fake. Every school has one guardian, of its first student.

    printed: what was ordered, in order.
    """

    def __init__(self, snapshots: dict[SchoolId, RosterSnapshot], now: dt.datetime) -> None:
        self._snapshots = snapshots
        self._nicknames = Nicknames()
        self._now = now
        self.paper = PaperState(
            at="05:00",
            office_phone="",
            files=(
                PaperFile(
                    date="2026-03-04", version=1, printed_at=now, sheets=5, unprintable=2,
                    path="/srv/muster/paper/lincoln/2026-03-04-v1.pdf",
                ),
            ),
        )  # fmt: skip
        self.printed: list[PrintPaper] = []

    def read(self, path: str, params: dict[str, str | int]) -> Any:
        """GET. Raises Refused for a path or school that is not there."""
        named = str(params.get("reach") or params.get("school"))
        schools = [SchoolId(one) for one in named.split(",") if one in self._snapshots]
        if not schools:
            raise Refused(404, "not_found", "")
        match path:
            case "/find":
                return self._find(schools, params)
            case "/quality":
                facts = self._facts(self._snapshots[schools[0]])
                code = str(params.get("code", ""))
                return report_of(facts, code=code, limit=int(params["limit"]))
            case "/paper":
                return self.paper
        raise Refused(404, "no_such_path", "")

    def print(self, wanted: PrintPaper) -> Printed:
        """POST /paper."""
        snapshot = self._snapshots[wanted.school]
        if wanted.class_id and wanted.class_id not in {c.id for c in snapshot.classes}:
            raise Refused(404, "not_found", "")
        self.printed.append(wanted)
        return Printed(pdf=b"%PDF-1.7 fake", sheets=4, version=1, unprintable=2)

    def set(self, command: SetPaper) -> None:
        self.paper = msgspec.structs.replace(
            self.paper, at=command.at, office_phone=command.office_phone
        )

    def _find(self, schools: list[SchoolId], params: dict[str, str | int]) -> FoundPeople:
        kinds = frozenset(part for part in str(params.get("kinds", "")).split(",") if part)
        question = Question(
            text=str(params.get("text", "")),
            kinds=kinds,  # type: ignore[arg-type]
            grade=str(params.get("grade", "")),
            homeroom=str(params.get("homeroom", "")),
            offset=int(params.get("offset", 0)),
            limit=int(params.get("limit", 20)),
        )
        indexes = [
            SearchIndex(school, 1, self._entries(self._snapshots[school]), self._nicknames)
            for school in schools
        ]
        answers = [(index, index.ask(question)) for index in indexes]
        people = merged([(index, hits) for index, (hits, _) in answers], question)
        known = sum(len(hits) for _, (hits, _) in answers)
        return FoundPeople(
            people=tuple(people),
            total=sum(total for _, (_, total) in answers),
            more=known > question.offset + len(people),
            versions=dict.fromkeys(schools, 1),
        )

    def _entries(self, snapshot: RosterSnapshot) -> list[Entry]:
        students = [
            Entry(s.id, ("student",), s.given, s.family, "", s.grade, s.homeroom, f"no-{s.id}", "")
            for s in snapshot.students
        ]
        staff = [
            Entry(a.id, ("staff",), a.given, a.family, "", "", None, a.source_id, "")
            for a in snapshot.staff
        ]
        return [*students, *staff, GUARDIAN]

    def _facts(self, snapshot: RosterSnapshot) -> SchoolFacts:
        people = [
            PersonFact(s.id, s.given, s.family, "", s.grade, True, False, False, "", "", "")
            for s in snapshot.students
        ]
        people += [
            PersonFact(a.id, a.given, a.family, "", "", False, False, True, a.email, "", "")
            for a in snapshot.staff
        ]
        people.append(
            PersonFact(
                GUARDIAN.person, "William", "Sample10", "", "", False, True, False, "", "911", ""
            )
        )
        rows = [
            EnrollmentFact(ClassId(c), s.id, "student")
            for s in snapshot.students
            for c in s.classes
        ]
        rows += [EnrollmentFact(c.id, t, "teacher") for c in snapshot.classes for t in c.teachers]
        return SchoolFacts(
            school=snapshot.school.id,
            name=snapshot.school.name,
            address=snapshot.school.address,
            zone=snapshot.school.zone,
            version=snapshot.version,
            people=tuple(people),
            links=(LinkFact(GUARDIAN.person, snapshot.students[0].id, True),),
            classes=tuple(ClassFact(c.id, c.title, c.type, c.room) for c in snapshot.classes),
            enrollments=tuple(rows),
        )
