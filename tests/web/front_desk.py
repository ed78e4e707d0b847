"""web over a real roster with a real database: the front desk as browsers meet it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path

import aiohttp

from schemas.identity import Session
from schemas.vocabulary import Role
from services.web.routes.rendering import Templates
from services.web.store import RemoteOwner
from tests.chassis_fixtures import Database
from tests.roster.desk import PIN, Desk, desk_of
from tests.roster.running import running
from tests.web.school import session
from tests.web.serving import Served, serving

FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)".*?</form>', re.S)
FIELD = re.compile(r'<input type="hidden"[^>]* name="(\w+)" value="([^"]*)"')
MULTIPART = frozenset({"/visitors", "/kiosk/in", "/visitors/flagged"})


@dataclass
class Answer:
    status: int
    location: str
    text: str
    cookies: SimpleCookie = field(default_factory=SimpleCookie)


@dataclass
class FrontDesk:
    """web, its school's desk, and requests with a person's or a kiosk's cookie."""

    web: Served
    desk: Desk

    def person(self, *roles: Role, person: str = "office-1", name: str = "Dana Sample") -> Session:
        return session(self.web.now, *roles, at=self.desk.school, person=person, name=name)

    def cookie(self, of: Session | str) -> str:
        """A session's cookie, or a kiosk's token as it is."""
        if isinstance(of, Session):
            return f"{self.web.cookie}={self.web.token(of)}"
        return f"{self.web.cookie}_kiosk={of}"

    async def get(self, path: str, of: Session | str, language: str = "en") -> Answer:
        headers = {"Cookie": self.cookie(of), "Accept-Language": language}
        url = self.web.url + path
        async with self.web.http.get(url, headers=headers, allow_redirects=False) as answer:
            text = await answer.text(errors="replace")
            return Answer(answer.status, answer.headers.get("Location", ""), text)

    async def post(
        self, action: str, of: Session | str, fields: dict[str, str], photo: bytes = b""
    ) -> Answer:
        """Posts these fields as a browser does, in the page's encoding."""
        headers = {"Cookie": self.cookie(of), "Origin": self.web.url}
        data: aiohttp.FormData | dict[str, str] = fields
        if action in MULTIPART:
            data = aiohttp.FormData(default_to_multipart=True)
            for name, value in fields.items():
                data.add_field(name, value)
            data.add_field("photo", photo, filename="p.jpg" if photo else "")
        async with self.web.http.post(
            self.web.url + action, data=data, headers=headers, allow_redirects=False
        ) as answer:
            text = await answer.text()
            location = answer.headers.get("Location", "")
            return Answer(answer.status, location, text, answer.cookies)

    async def press(
        self, page: str, action: str, of: Session | str, photo: bytes = b"", **more: str
    ) -> Answer:
        """Opens the page, fills its form for that action and posts it."""
        html = (await self.get(page, of)).text
        return await self.post(action, of, self.drawn(html, action) | more, photo)

    def drawn(self, html: str, action: str) -> dict[str, str]:
        """The hidden fields of the page's form for that action."""
        found = next(m.group(0) for m in FORM.finditer(html) if m.group(1) == action)
        return dict(FIELD.findall(found))

    async def kiosk(self) -> str:
        """The token of a kiosk that the office opened on another screen."""
        opened = await self.press(
            "/visitors", "/visitors/kiosk", self.person("office"), name="Main entrance", pin=PIN
        )
        assert (opened.status, opened.location) == (303, "/kiosk"), opened.text
        assert opened.cookies[self.web.cookie].value == ""
        return opened.cookies[f"{self.web.cookie}_kiosk"].value


@asynccontextmanager
async def front_desk(
    database: Database, folder: Path, pages: Templates | None = None
) -> AsyncIterator[FrontDesk]:
    """On a Tuesday morning, without random checks."""
    async with running(database, folder) as roster:
        desk = await desk_of(roster)
        await desk.no_random_checks()
        owner = RemoteOwner(roster.client)
        async with serving(clock=roster.clock, pages=pages, roster=owner) as web:
            yield FrontDesk(web, desk)
