"""People at their screens: the devices of one journey, and the school around them."""

import os
import re
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from schemas.incident import SchoolIncidents
from services.sinks.domain.sent import Listing, Sent
from tests.running_muster import DEMO_SCHOOL, Person, RunningMuster, signed_in

DESK = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=360, height=740)
SCHOOL = DEMO_SCHOOL
EXPECTED = 600 - 25 - 10 - 3
"""Unknown when something starts at the demo's 10:05: not who is on the trip, who is absent (two of
twelve came late) or who was signed out."""

# What the pages' own scripts must never do; a server that was killed is not their fault.
_NOT_OURS = ("net::ERR", "WebSocket connection", "status of 5", "status of 4")


@dataclass
class Journey:
    """Opens devices; keeps what went wrong in their scripts."""

    muster: RunningMuster
    browser: Browser
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.muster.url

    async def device(self, size: ViewportSize, **options: Any) -> Page:
        """A browser that nobody is signed in at."""
        context = await self.browser.new_context(
            viewport=size, has_touch=size["width"] < 600, **options
        )
        self.contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._heard(page, message.type, message.text))
        return page

    async def sign_in(self, role: str, size: ViewportSize = DESK, at: str = SCHOOL) -> Page:
        """One tap on the demo's sign-in page."""
        page = await self.device(size)
        await page.goto(self.url)
        await page.get_by_role("button", name=re.compile(f"^{role}.*{at}$")).click()
        await page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    async def sent(self) -> list[Sent]:
        """What the demo's mail server and text gateway received, newest first."""
        url = f"{self.muster.running.services['sinks']}/sent.json?limit=99999"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            return msgspec.json.decode(await answer.read(), type=Listing).messages

    async def forget_sent(self) -> None:
        """Empty the page of what was sent."""
        url = f"{self.muster.running.services['sinks']}/sent"
        async with aiohttp.ClientSession() as http, http.delete(url) as answer:
            assert answer.status == 204

    async def calm(self) -> None:
        """End whatever is open, by two people where it takes two."""
        async with signed_in(self.muster, "office") as office:
            incidents: SchoolIncidents = await office.get("/incidents", SchoolIncidents)
            if incidents.open is None:
                return
            reply = await office.command(f"/incidents/{incidents.open.id}/close", {})
            left: SchoolIncidents = await office.get("/incidents", SchoolIncidents)
            if left.open is not None and left.open.proposal is not None:
                await self._second_person(left)
            else:
                assert reply.status == "accepted", reply

    async def _second_person(self, incidents: SchoolIncidents) -> None:
        assert incidents.open is not None
        proposal = incidents.open.proposal
        assert proposal is not None
        async with signed_in(self.muster, "principal") as principal:
            body = {"proposal": proposal.id, "version": proposal.version}
            reply = await principal.command(f"/incidents/{incidents.open.id}/approve", body)
            assert reply.status == "accepted", reply

    async def leave(self) -> None:
        """Close every device, then calm the school."""
        for context in self.contexts:
            await context.close()
        await self.calm()

    def _heard(self, page: Page, kind: str, text: str) -> None:
        if kind == "error" and not any(part in text for part in _NOT_OURS):
            self.faults.append(f"{page.url}: {text}")


async def picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep what a screen shows, when MUSTER_PICTURES names a folder."""
    if folder := os.environ.get("MUSTER_PICTURES"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=whole)


async def drill(office: Person, location: str = "the football field") -> str:
    """An open drill Evacuate, declared by someone elsewhere in the office."""
    return str(await office.declare("drill", kind="evacuate", location=location))
