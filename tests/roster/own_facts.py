"""A roster with two families, and short ways to say things of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from schemas.commands import Command
from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Reply
from schemas.roster import Contact
from schemas.roster_people import Families, Pair, PersonPage
from schemas.vocabulary import Actor
from tests.chassis_fixtures import Databases
from tests.roster.packages import CLASSES, ENROLLMENTS, USERS_11, package_11
from tests.roster.running import OFFICE, Running, running

PRINCIPAL = Actor(person=PersonId("principal-1"), roles=("principal",), device="desk")
IT = Actor(person=PersonId("it-1"), roles=("it",), device="desk")
# Ann and Ben are Gus's and Hal's; Cy is Ida's, who also teaches.
LINKS = {"g1": "k1,k2", "g2": "k1,k2", "t2": "k3"}


def families(links: dict[str, str] | None = None, gone: set[str] | None = None) -> dict[str, str]:
    """Three students, two teachers, guardians by their links; gone: not in the file."""
    links, gone = LINKS if links is None else links, gone or set()

    def row(source: str, role: str, given: str, sms: str = "", agents: str = "") -> str:
        return f'{source},,,true,"s",{role},{source},,{given},Sample,,,,{sms},,"{agents}",03,\n'

    people = {
        "k1": row("k1", "student", "Ann"),
        "k2": row("k2", "student", "Ben"),
        "k3": row("k3", "student", "Cy"),
        "t1": row("t1", "teacher", "Tom"),
        "t2": row("t2", "teacher", "Ida", "2025550103") + row("t2", "parent", "Ida", "2025550103",
            links.get("t2", "")),
        "g1": row("g1", "parent", "Gus", "2025550101", links.get("g1", "")),
        "g2": row("g2", "parent", "Hal", "", links.get("g2", "")),
    }  # fmt: skip
    users = USERS_11 + "".join(text for source, text in people.items() if source not in gone)
    seats = "".join(
        f"e{at},,,c1,s,{source},{role},,,\n"
        for at, (source, role) in enumerate(
            (("k1", "student"), ("k2", "student"), ("k3", "student"), ("t1", "teacher"))
        )
        if source not in gone
    )
    return package_11() | {
        "users.csv": users,
        "classes.csv": CLASSES + "c1,,,Grade 3 A,03,,,homeroom,Room 9,s,,,,\n",
        "enrollments.csv": ENROLLMENTS + seats,
    }


@dataclass
class Kept:
    """The running service with its one school and everyone's id."""

    service: Running
    school: SchoolId
    ids: dict[str, PersonId] = field(default_factory=dict)

    def __getitem__(self, source: str) -> PersonId:
        return self.ids[source]

    async def say(self, kind: type[Command], actor: Actor = OFFICE, **fields: Any) -> Reply:
        """One command; people may be named by their sourcedId."""
        return await self.service.client.send(self.command(kind, actor, **fields), timeout=30.0)

    def command(self, kind: type[Command], actor: Actor = OFFICE, **fields: Any) -> Command:
        named = {name: self._named(name, value) for name, value in fields.items()}
        named.setdefault("op_id", self.service.op())
        return kind(school=self.school, actor=actor, **named)

    def _named(self, name: str, value: Any) -> Any:
        if name == "students":
            return tuple(self.ids.get(one, one) for one in value)
        people = {"guardian", "student", "person", "helper", "backup"}
        return self.ids.get(value, value) if name in people else value

    async def page(
        self, person: str, reader: str = "office-1", roles: str = "office"
    ) -> PersonPage:
        return await self.service.client.get(
            "/person",
            PersonPage,
            school=self.school,
            person=self.ids.get(person, person),
            reader=self.ids.get(reader, reader),
            roles=roles,
        )

    async def pair(self, guardian: str, student: str) -> Pair:
        wanted = self.ids.get(guardian, PersonId(guardian))
        [found] = [one for one in (await self.page(student)).contacts if one.guardian.id == wanted]
        return found

    async def families(self) -> Families:
        return await self.service.client.get(
            "/households", Families, school=self.school, reader="office-1", roles="office"
        )

    async def audience(self) -> dict[str, list[Contact]]:
        """Contacts by the guardian's sourcedId, or own id; more numbers stand after the first."""
        sources = {person: source for source, person in self.ids.items()}
        found: dict[str, list[Contact]] = {}
        for contact in (await self.service.audience()).guardians:
            of = contact.of or contact.person
            found.setdefault(sources.get(of, of), []).append(contact)
        return found

    async def told_of(self, guardian: str) -> set[str]:
        """Students for whom this guardian stands in the audience."""
        sources = {person: source for source, person in self.ids.items()}
        contacts = (await self.audience()).get(self.ids.get(guardian, guardian), [])
        contacts += (await self.audience()).get(guardian, [])
        return {sources[link.student] for contact in contacts for link in contact.links}

    async def rows(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """As the service's role sees it within the school."""
        connection = await self.service.connect()
        try:
            async with connection.transaction():
                await connection.execute(
                    "SELECT set_config('muster.school', $1, true)", self.school
                )
                return await connection.fetch(sql, *values)
        finally:
            await connection.close()

    async def learn(self) -> None:
        """Ids by sourcedId, after an import."""
        self.school = (await self.service.school()).id
        rows = await self.rows("SELECT person, source_id FROM people")
        self.ids |= {row["source_id"]: PersonId(row["person"]) for row in rows}


@asynccontextmanager
async def kept(database: Databases, folder: Path) -> AsyncIterator[Kept]:
    """A school that was imported once."""
    async with running(await database("roster"), folder) as service:
        await service.take(families())
        school = Kept(service, (await service.school()).id)
        await school.learn()
        yield school


def answer(reply: Reply) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(reply.answer)
    return decoded
