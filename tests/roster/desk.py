"""A front desk for tests: a school with two adults and a student, and acts at its desk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from schemas.commands import Command
from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Reply
from schemas.roster_site import (
    DeskBook,
    FlaggedList,
    HereNow,
    KioskOpened,
    OnSite,
    OpenKiosk,
    RecordFlagged,
    SetSitePolicy,
    SignedIn,
    SignIn,
    Visit,
    Waiting,
)
from schemas.vocabulary import Actor
from tests.roster.packages import package_11, user
from tests.roster.running import OFFICE, TEACHER, Running

C = TypeVar("C", bound=Command)
PIN = "4821"
MORNING = dt.datetime(2026, 9, 15, 14, 0, tzinfo=dt.UTC)
"""10:00 on a Tuesday in New York, the zone of a school that said nothing else."""


def package() -> dict[str, str]:
    """Morgan Oakes and Wren Oakes teach; Ash Fernmoor learns. A second school shares Wren."""
    files = package_11()
    staff = user("t1", "teacher", given="Morgan").replace("Fernmoor", "Oakes") + user(
        "t2", "teacher", orgs="s,s2", given="Wren"
    ).replace("Fernmoor", "Oakes")
    old = user("t1", "teacher")
    return files | {
        "orgs.csv": files["orgs.csv"] + "s2,,,Second,school,,d\n",
        "users.csv": files["users.csv"].replace(old, staff),
    }


@dataclass
class Desk:
    """The office of one school. kiosk: an opened one, "" without."""

    service: Running
    school: SchoolId
    second: SchoolId
    staff: dict[str, PersonId]
    kiosk: str = ""

    async def send(self, kind: type[C], *, actor: Actor = OFFICE, **fields: Any) -> Reply:
        fields = {"op_id": self.service.op(), "school": self.school} | fields
        return await self.service.client.send(kind(actor=actor, **fields), timeout=20.0)

    @property
    def screen(self) -> Actor:
        return Actor(person=PersonId(self.kiosk), roles=("screen",), device="kiosk")

    async def open_kiosk(self, name: str = "Main entrance") -> str:
        reply = await self.send(OpenKiosk, name=name, pin=PIN)
        self.kiosk = msgspec.json.decode(reply.answer, type=KioskOpened).kiosk
        return self.kiosk

    async def no_random_checks(self) -> None:
        assert (await self.send(SetSitePolicy, check_percent=0)).status == "accepted"

    async def comes(self, name: str, **fields: Any) -> SignedIn:
        """Signs in at the office's own desk, or at the kiosk when `kiosk` is given."""
        actor = self.screen if fields.get("kiosk") else OFFICE
        reply = await self.send(SignIn, actor=actor, name=name, **fields)
        assert reply.status == "accepted", reply
        return msgspec.json.decode(reply.answer, type=SignedIn)

    async def flag(self, name: str, **fields: Any) -> None:
        reply = await self.send(RecordFlagged, name=name, **fields)
        assert reply.status == "accepted", reply

    async def book(self, **params: Any) -> DeskBook:
        return await self.service.client.get("/desk", DeskBook, school=self.school, **params)

    async def visit(self, visit: str) -> Visit:
        return await self.service.client.get("/visit", Visit, school=self.school, visit=visit)

    async def waiting(self) -> tuple[Visit, ...]:
        found = await self.service.client.get("/desk/waiting", Waiting, school=self.school)
        return found.visits

    async def here(self, school: SchoolId | None = None) -> HereNow:
        return await self.service.client.get("/desk/here", HereNow, school=school or self.school)

    async def on_site(self, **params: Any) -> OnSite:
        return await self.service.client.get("/on-site", OnSite, school=self.school, **params)

    async def flagged(self) -> FlaggedList:
        return await self.service.client.get(
            "/flagged", FlaggedList, school=self.school, reader=OFFICE.person, why="page"
        )


async def desk_of(service: Running) -> Desk:
    """A desk on a Tuesday morning, before anyone came."""
    await service.take(package())
    service.clock.advance(MORNING - service.clock.now())
    snapshot = await service.snapshot()
    return Desk(
        service=service,
        school=snapshot.school.id,
        second=(await service.school("Second")).id,
        staff={member.given: member.id for member in snapshot.staff},
    )


__all__ = ["MORNING", "OFFICE", "PIN", "TEACHER", "Desk", "desk_of", "package"]
