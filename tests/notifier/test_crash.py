"""kill -9 of the notifier's process in the middle of a fan-out."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from schemas.notifier import SchoolMessages
from services.chassis.clock import SystemClock
from services.chassis.commands import ServiceClient, Tokens
from services.cli.embedded.ports import free_ports
from tests.chassis_fixtures import SERVICE_KEY, Databases
from tests.notifier.providers import RunningSinks
from tests.notifier.samples import SCHOOL, audience, contact, declared
from tests.notifier.town import Town, town
from tests.notifier.waiting import eventually

PEOPLE = 150
IN_FLIGHT = 16


@asynccontextmanager
async def process(around: Town, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m services.notifier`, killed at the end."""
    environ = {
        "PATH": os.environ["PATH"],
        "MUSTER_SERVICE_KEY": SERVICE_KEY,
        "MUSTER_DEMO": "1",
        "MUSTER_WEB_URL": "http://127.0.0.1:8000",
        "MUSTER_NOTIFIER_PORT": str(port),
        "MUSTER_NOTIFIER_DATABASE_URL": around.database.url("notifier"),
        "MUSTER_NOTIFIER_SMS_IN_FLIGHT": str(IN_FLIGHT),
        "MUSTER_NOTIFIER_SMTP_CONNECTIONS": str(IN_FLIGHT),
        "MUSTER_INCIDENT_URL": around.incident_url,
        "MUSTER_ROSTER_URL": around.roster_url,
        "MUSTER_SINKS_URL": around.sinks.url,
        "MUSTER_SINKS_SMTP_URL": f"smtp://127.0.0.1:{around.sinks.smtp}",
    }
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.notifier", env=environ
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGKILL)
        await running.wait()


async def states(port: int) -> Counter[str]:
    """Jobs in each state, as the notifier shows them."""
    async with aiohttp.ClientSession() as session:
        client = ServiceClient(
            caller="web",
            url=f"http://127.0.0.1:{port}",
            tokens=Tokens(SERVICE_KEY),
            clock=SystemClock(),
            session=session,
        )
        shown = await client.get("/messages", SchoolMessages, school=SCHOOL)
    found: Counter[str] = Counter()
    for delivery in shown.deliveries:
        for state, count in delivery.counts.items():
            found[f"{delivery.channel} {state}"] += count
    return found


async def test_a_killed_notifier_misses_nobody(database: Databases, sinks: RunningSinks) -> None:
    """After the restart everyone has it; only what was in flight is doubtful, counted and shown.

    Texts: nobody twice. Mails: a second copy only of what was in flight, same Message-ID.
    """
    (port,) = free_ports(1)
    staff = [contact(f"staff-{n}", sms=f"+1202555{n:04}") for n in range(PEOPLE)]
    async with town(await database("notifier"), sinks, SystemClock()) as around:
        around.audiences[SCHOOL] = audience(staff=staff)
        sinks.turn(latency_ms=150)
        around.happens(declared("evacuate"))
        async with process(around, port):
            await eventually(lambda: len(sinks.sent) > PEOPLE // 2, "the middle", deadline=90)
        before = len(sinks.sent)
        assert before < 2 * PEOPLE
        sinks.turn()

        async def settled() -> bool:
            try:
                found = await states(port)
            except Exception:
                return False
            return found.total() == 2 * PEOPLE and not any(
                state.endswith(("queued", "sending")) for state in found
            )

        async with process(around, port):
            await eventually(settled, "every job ended", deadline=90)
            found = await states(port)
    texts = Counter(sent.to for sent in sinks.sent if sent.channel == "sms")
    mails = Counter(sent.to for sent in sinks.sent if sent.channel == "email")
    assert max(texts.values()) == 1
    assert found["sms accepted"] + found["sms unknown"] == PEOPLE
    assert 0 < found["sms unknown"] <= IN_FLIGHT
    assert PEOPLE - len(texts) <= found["sms unknown"]
    assert len(mails) == PEOPLE
    assert found["email accepted"] == PEOPLE
    assert sum(count - 1 for count in mails.values()) <= IN_FLIGHT
