"""web over fake owners, on a free port."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from schemas.identifiers import SchoolId
from schemas.identity import Account, Session
from schemas.roster import RosterSnapshot
from services.chassis.clock import Clock
from services.chassis.commands import Tokens
from services.chassis.health import Health
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from services.web.domain.revocation import RevocationBook
from services.web.ports import Owner
from services.web.routes.rendering import Templates
from services.web.settings import Settings
from services.web.store import OwnerServices
from services.web.wiring import build
from services.web.wiring.core import Parts, templates
from tests.fakes.clock import SettableClock
from tests.fakes.owners import (
    FakeAccountability,
    FakeIdentity,
    FakeIncidents,
    FakeNotifier,
    FakeRoster,
)
from tests.web.school import CEDAR, LINCOLN, TEACHER, session, snapshot

KEY = "a key for tests that is long enough to sign"
IMPORT_CAP = 200_000


@dataclass
class Served:
    """A running web and what it stands on."""

    url: str
    clock: Clock
    tokens: Tokens
    incident: FakeIncidents
    accountability: FakeAccountability
    roster: FakeRoster
    notifier: FakeNotifier
    identity: FakeIdentity
    http: aiohttp.ClientSession
    loaded: list[bool]
    book: RevocationBook
    cookie: str = "muster"
    people: dict[str, Session] = field(default_factory=dict)

    @property
    def now(self) -> dt.datetime:
        return self.clock.now()

    def token(self, wanted: Session) -> str:
        return self.tokens.sign("session", wanted)

    def browser(self, wanted: Session) -> dict[str, str]:
        """Headers of a write from one of our own pages."""
        return {
            "Cookie": f"{self.cookie}={self.token(wanted)}",
            "X-Muster": "1",
            "Origin": self.url,
        }

    def program(self, wanted: Session) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(wanted)}"}


@asynccontextmanager
async def serving(
    *,
    demo: bool = False,
    clock: Clock | None = None,
    port: int = 0,
    pages: Templates | None = None,
    roster: Owner | None = None,
) -> AsyncIterator[Served]:
    """A web with two schools; identity's revocations count as loaded. roster: instead of a fake."""
    clock = clock or SettableClock()
    tokens = Tokens(KEY)
    snapshots = {
        LINCOLN: snapshot(LINCOLN, "Lincoln Sample Elementary"),
        CEDAR: snapshot(CEDAR, "Cedar Sample Middle"),
    }
    fakes = OwnerFakes(clock, tokens, snapshots)
    loaded = [True]
    parts = Parts(
        settings=Settings(service_key=KEY, demo=demo, import_cap=IMPORT_CAP, port=port),
        clock=clock,
        tokens=tokens,
        owners=OwnerServices(
            incident=fakes.incident,
            accountability=fakes.accountability,
            roster=roster or fakes.roster,
            notifier=fakes.notifier,
            identity=fakes.identity,
        ),
        loaded=lambda: loaded[0],
        health=Health("web"),
        metrics=Metrics("web"),
        templates=pages or templates(),
    )
    app, core = build(parts)
    async with run_http(app, "127.0.0.1", port) as bound, aiohttp.ClientSession() as http:
        yield Served(
            url=f"http://127.0.0.1:{bound}",
            clock=clock,
            tokens=tokens,
            incident=fakes.incident,
            accountability=fakes.accountability,
            roster=fakes.roster,
            notifier=fakes.notifier,
            identity=fakes.identity,
            http=http,
            loaded=loaded,
            book=core.book,
        )


class OwnerFakes:
    """The five fakes, with an account for each role of the demo."""

    def __init__(
        self, clock: Clock, tokens: Tokens, snapshots: dict[SchoolId, RosterSnapshot]
    ) -> None:
        self.incident = FakeIncidents(clock.now)
        self.accountability = FakeAccountability(clock.now)
        self.roster = FakeRoster(clock.now, snapshots)
        self.notifier = FakeNotifier(clock.now)
        self.identity = FakeIdentity(clock.now, lambda claims: tokens.sign("session", claims))
        now = clock.now()
        self.identity.passwords["dana"] = ("correct horse", session(now, "office"))
        self.identity.demo = {
            ("office", LINCOLN): session(now, "office"),
            ("principal", LINCOLN): session(
                now, "principal", person="principal-1", name="Maya Sample"
            ),
            ("teacher", LINCOLN): session(now, "teacher", person=TEACHER, name="Teacher One"),
            ("screen", LINCOLN): session(now, "screen", person="screen-1", name="Hall screen"),
        }
        self.identity.codes["one-time-code-of-a-link"] = session(now, "teacher", person=TEACHER)
        self.identity.accounts = [
            Account(person=TEACHER, name="Teacher One", login="t1", roles={LINCOLN: ("teacher",)})
        ]
