"""Identity as a process would run it, on a real database, spoken to over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.identity import (
    Account,
    CreateAccount,
    GrantRoles,
    IssueLink,
    LinkIssued,
    RedeemLink,
    Revocations,
    SessionReply,
    SetPassword,
    SignIn,
)
from schemas.replies import Reply
from schemas.roster import StaffMember
from schemas.vocabulary import Actor, Role
from services.chassis.commands import ServiceClient, Tokens, open_session
from services.cli.embedded.ports import free_ports
from services.identity.settings import Settings
from services.identity.wiring import wire
from tests.chassis_fixtures import Database
from tests.fakes.clock import SettableClock
from tests.identity.roster import PaperRoster, serving
from tests.identity.scenes import ANNA, NORTH

OPERATOR = Actor(person=PersonId("system"), roles=("administrator",), device="cli")
INSTALLATION = SchoolId("")
PASSWORD = "a long enough password"


def member(person: str, *roles: str, email: str = "") -> StaffMember:
    return StaffMember(
        id=PersonId(person),
        source_id=person,
        given=person.title(),
        family="Example",
        roles=roles,
        email=email,
    )


@dataclass
class Running:
    """One running service, the roster it follows, and a client of it."""

    client: ServiceClient
    settings: Settings
    tokens: Tokens
    clock: SettableClock
    roster: PaperRoster
    ops: int = 0
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        await self._stack.enter_async_context(wire(self.settings, self.clock))

    async def stop(self) -> None:
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    def op(self) -> str:
        self.ops += 1
        return f"op-{self.ops:06}"

    async def create(self, person: PersonId = ANNA, **more: Any) -> Reply:
        command: dict[str, Any] = {
            "op_id": self.op(),
            "school": INSTALLATION,
            "actor": OPERATOR,
            "name": "Anna Example",
            "login": "anna",
            **more,
        }
        return await self.client.send(CreateAccount(person=person, **command))

    async def grant(self, *roles: Role, person: PersonId = ANNA, actor: Actor = OPERATOR) -> Reply:
        return await self.client.send(
            GrantRoles(op_id=self.op(), school=NORTH, actor=actor, person=person, roles=roles)
        )

    async def set_password(self, password: str, op_id: str = "") -> Reply:
        return await self.client.send(
            SetPassword(
                op_id=op_id or self.op(),
                school=INSTALLATION,
                actor=OPERATOR,
                person=ANNA,
                password=password,
            )
        )

    async def sign_in(self, login: str, password: str) -> SessionReply:
        return await self.client.post(
            "/sessions", SignIn(login=login, password=password), SessionReply
        )

    async def link(self, person: PersonId = ANNA, op_id: str = "") -> LinkIssued:
        reply = await self.client.send(
            IssueLink(op_id=op_id or self.op(), school=INSTALLATION, actor=OPERATOR, person=person)
        )
        return msgspec.json.decode(reply.answer, type=LinkIssued)

    async def redeem(self, code: str) -> SessionReply:
        return await self.client.post(
            "/links/redeem", RedeemLink(code=code, device="phone-1"), SessionReply
        )

    async def accounts(self, school: SchoolId = NORTH) -> dict[PersonId, Account]:
        rows = await self.client.get("/accounts", list[Account], school=school)
        return {row.person: row for row in rows}

    async def revocations(self, school: str = "installation") -> Revocations:
        reply = await self.client.state(SchoolId(school))
        return msgspec.json.decode(reply.state, type=Revocations)


@asynccontextmanager
async def running(database: Database, *, demo: bool = False) -> AsyncIterator[Running]:
    """A service on a free port beside a roster in memory, stopped with the context."""
    (port,) = free_ports(1)
    clock, tokens = SettableClock(), Tokens(database.service_key)
    roster = PaperRoster(clock)
    async with serving(roster, tokens) as roster_url, open_session() as session:
        settings = Settings(
            service_key=database.service_key,
            database_url=database.url("identity"),
            port=port,
            roster_url=roster_url,
            demo=demo,
        )
        client = ServiceClient(
            caller="web",
            url=f"http://127.0.0.1:{port}",
            tokens=tokens,
            clock=clock,
            session=session,
        )
        service = Running(
            client=client, settings=settings, tokens=tokens, clock=clock, roster=roster
        )
        await service.start()
        try:
            yield service
        finally:
            await service.stop()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait at most 30 s."""
    async with asyncio.timeout(30):
        # Another service's progress: there is no event to wait for here.
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
