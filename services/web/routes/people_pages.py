"""People and classes of the school, as the office and IT look them up."""

from urllib.parse import urlencode

import msgspec
from aiohttp import web

from schemas.roster_pages import FoundPerson
from services.web.domain.people import (
    EVERYONE,
    KINDS,
    PAGE,
    TOLD,
    PeopleQuery,
    class_of,
    class_rows,
    grades_of,
    kind_of,
    last_heard,
    page_number,
    students_of,
)
from services.web.domain.problems import not_found
from services.web.handlers.directory import Directory
from services.web.handlers.reading import Reading
from services.web.routes.csv_answer import csv_answer
from services.web.routes.frame import Frame
from services.web.routes.visit import Visit

HEADER = ("id", "kind", "family", "given", "preferred", "grade", "homeroom", "room")


class PeoplePages:
    """Reads the roster's search, and the snapshot that this process holds."""

    def __init__(self, *, frame: Frame, reading: Reading, directory: Directory) -> None:
        self._frame = frame
        self._reading = reading
        self._directory = directory

    async def people(self, visit: Visit) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        query = asked_for(visit)
        found, live = await self._directory.people(visit.person, visit.at, query)
        return await self._frame.page(
            visit,
            "people.html",
            roster=roster,
            classes={c.id: c for c in roster.classes},
            homerooms=[c for c in roster.classes if c.type == "homeroom"],
            grades=grades_of(roster),
            kinds=KINDS,
            told=TOLD,
            query=query,
            found=found,
            live=live,
            schools=await self._schools(visit, query),
            size=PAGE,
            same=address_of(query),
        )

    async def people_csv(self, visit: Visit) -> web.StreamResponse:
        """The whole list that the page shows a part of, of this school."""
        roster = await self._reading.roster(visit.at)
        query = msgspec.structs.replace(asked_for(visit), page=1, everywhere=False)
        found, live = await self._directory.people(visit.person, visit.at, query, EVERYONE)
        if not live:
            found = last_heard(roster, query, limit=EVERYONE)
        classes = {c.id: c for c in roster.classes}

        def row(one: FoundPerson) -> tuple[str, ...]:
            home = classes.get(one.homeroom) if one.homeroom else None
            return (
                one.id, " ".join(one.kinds), one.family, one.given, one.preferred, one.grade,
                home.title if home else "", home.room if home else "",
            )  # fmt: skip

        name = f"people-v{roster.version}"
        return csv_answer(name, HEADER, (row(one) for one in found.people))

    async def classes(self, visit: Visit) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        wanted, page = visit.query("find"), page_number(visit.query("page"))
        rows = class_rows(roster, wanted)
        shown = rows[(page - 1) * PAGE : page * PAGE]
        return await self._frame.page(
            visit,
            "classes.html",
            roster=roster,
            rows=shown,
            total=len(rows),
            wanted=wanted,
            page=page,
            size=PAGE,
            same=urlencode({"find": wanted}) if wanted else "",
        )

    async def classes_csv(self, visit: Visit) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        header = ("id", "title", "type", "room", "teachers", "students")
        rows = class_rows(roster, visit.query("find"))
        return csv_answer(
            f"classes-v{roster.version}",
            header,
            ((r.id, r.title, r.type, r.room, ", ".join(r.teachers), r.students) for r in rows),
        )

    async def one_class(self, visit: Visit) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        one = class_of(roster, visit.path["class"])
        if one is None:
            raise not_found()
        adults = {a.id: a for a in roster.staff}
        return await self._frame.page(
            visit,
            "class.html",
            roster=roster,
            one=one,
            teachers=[adults[person] for person in one.teachers if person in adults],
            students=students_of(roster, one),
        )

    async def one_class_csv(self, visit: Visit) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        one = class_of(roster, visit.path["class"])
        if one is None:
            raise not_found()
        header = ("id", "family", "given", "grade", "class", "room")
        return csv_answer(
            f"class-v{roster.version}-{one.title[:60]}",
            header,
            (
                (s.id, s.family, s.given, s.grade, one.title, one.room)
                for s in students_of(roster, one)
            ),
        )

    async def _schools(self, visit: Visit, query: PeopleQuery) -> dict[str, str]:
        """Names of the schools of the answer, when it may hold more than this one's people."""
        if not query.everywhere:
            return {}
        reach = self._directory.reach(visit.person, visit.at)
        return {school: (await self._reading.roster(school)).school.name for school in reach}


def asked_for(visit: Visit) -> PeopleQuery:
    return PeopleQuery(
        text=visit.query("find").strip(),
        kind=kind_of(visit.query("kind")),
        grade=visit.query("grade"),
        homeroom=visit.query("homeroom"),
        page=page_number(visit.query("page")),
        everywhere=visit.query("everywhere") == "yes",
    )


def address_of(query: PeopleQuery) -> str:
    """The question as an address carries it, without the page."""
    said = {
        "find": query.text,
        "kind": query.kind or "",
        "grade": query.grade,
        "homeroom": query.homeroom,
        "everywhere": "yes" if query.everywhere else "",
    }
    return urlencode({name: value for name, value in said.items() if value})
