"""Trigger → durable reply, and → last of many screens: the product and the limit in turn."""

import asyncio
import json
import secrets
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import aiohttp

from tests.bench.figures import Figure, beside
from tests.bench.limits.running import Bare, running_bare
from tests.bench.watching import Watchers, watchers
from tests.running_muster import Person, RunningMuster

SCREENS = 500
OFFICES = 20
PAUSE = 0.35
"""Seconds between triggers: a quiet school, as it is before the first one."""

FRAME = 700
"""Bytes of the product's first frame; the limit sends as many."""

REPLY_GOAL = 3.0
SCREENS_GOAL = 2.5


@dataclass
class Times:
    """Milliseconds, one entry a trigger."""

    reply: list[float] = field(default_factory=list)
    screens: list[float] = field(default_factory=list)

    def add(self, began: float, replied: float, seen: dict[str, float]) -> None:
        """One trigger; fails when a screen did not see it."""
        assert seen["screens"] == SCREENS, seen
        self.reply.append((replied - began) * 1000)
        self.screens.append((seen["last"] - began) * 1000)


async def measure(muster: RunningMuster, office: Person, rounds: int) -> list[Figure]:
    """Both distributions, measured alternately on the same machine and servers."""
    product, limit = Times(), Times()
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(running_bare(muster.running))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        ours = await stack.enter_async_context(watchers("127.0.0.1", muster.port + 1))
        theirs = await stack.enter_async_context(watchers("127.0.0.1", bare.board_port))
        await ours.join(await joins(office))
        await theirs.join([""] * SCREENS)
        for number in range(rounds + 1):
            await _bare_round(bare, http, theirs, limit)
            await asyncio.sleep(PAUSE)
            await _round(office, ours, product)
            await asyncio.sleep(PAUSE)
            if number == 0:
                # The first of each opens connections and prepares statements.
                product, limit = Times(), Times()
    return [
        *beside("trigger_to_durable_reply", "ms", product.reply, limit.reply, REPLY_GOAL),
        *beside(f"trigger_to_{SCREENS}_screens", "ms", product.screens, limit.screens,
                SCREENS_GOAL),
    ]  # fmt: skip


async def joins(office: Person) -> list[str]:
    """First messages of a school's screens: a few offices, and phones of its homerooms."""
    homerooms = [one.id for one in (await office.names()).classes if one.type == "homeroom"]
    made = []
    for number in range(SCREENS):
        phone = number >= OFFICES
        classes = (homerooms[number % len(homerooms)],) if phone else ()
        ticket = await office.ticket("teacher" if phone else "office", classes)
        made.append(json.dumps({"t": "join", "ticket": ticket.ticket}))
    return made


async def _round(office: Person, screens: Watchers, times: Times) -> None:
    needle = f"Field {secrets.token_hex(6)}"
    await screens.watch(needle)
    began = time.monotonic()
    incident = await office.declare("drill", kind="evacuate", location=needle)
    replied = time.monotonic()
    times.add(began, replied, await screens.seen())
    await asyncio.sleep(PAUSE)
    await office.command(f"/incidents/{incident}/close", {})


async def _bare_round(
    bare: Bare, http: aiohttp.ClientSession, screens: Watchers, times: Times
) -> None:
    needle = f"Field {secrets.token_hex(6)}"
    await screens.watch(needle)
    body = json.dumps({"needle": needle, "rest": "x" * (FRAME - len(needle))}).encode()
    began = time.monotonic()
    async with http.post(bare.front, data=body) as answer:
        assert answer.status == 200
        await answer.read()
    replied = time.monotonic()
    times.add(began, replied, await screens.seen())
