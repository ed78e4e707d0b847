"""Phones that mark students while things are killed, and keep a log of every acknowledgement.

A phone sends one mark at a time and repeats it, with the same op_id, until it is answered: as
the real outbox does. What it logs is what the checker believes.
"""

import asyncio
import random
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import msgspec

from schemas.replies import Reply
from schemas.vocabulary import PersonState
from tests.running_muster import Person

STATES: tuple[PersonState, ...] = ("with", "missing", "injured", "absent", "elsewhere")
RETRY = 0.1
ANSWER = 5.0


class Acknowledged(msgspec.Struct, frozen=True):
    """One line of a phone's log."""

    device: str
    n: int
    student: str
    state: PersonState
    op_id: str
    seq: int
    event: str


@dataclass
class Phone:
    """Marks its own students, again and again, until it is told to stop."""

    person: Person
    incident: str
    students: list[str]
    log: Path
    dice: random.Random
    n: int = 0
    retries: int = 0
    longest: float = 0.0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self) -> None:
        """One mark after the other."""
        while not self.stopping.is_set():
            self.n += 1
            student, state = self.dice.choice(self.students), self.dice.choice(STATES)
            op_id = f"op-{secrets.token_hex(10)}"
            reply = await self.deliver(student, state, op_id)
            self.write(student, state, op_id, reply)
            await asyncio.sleep(self.dice.uniform(0.0, 0.05))

    async def deliver(self, student: str, state: PersonState, op_id: str) -> Reply:
        """Repeat until an answer is there."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        body = {
            "device": self.person.device,
            "marks": [{"student": student, "state": state, "n": self.n, "seen": 1}],
        }
        path = f"{self.person.base}/incidents/{self.incident}/accounting"
        while True:
            try:
                async with asyncio.timeout(ANSWER):
                    status, said = await self.person.post(path, body, op_id=op_id)
            except (aiohttp.ClientError, TimeoutError, OSError):
                status, said = 0, b""
            if status == 200:
                self.longest = max(self.longest, loop.time() - began)
                return msgspec.json.decode(said, type=Reply)
            assert status in {0, 502, 503, 504}, (status, said)
            self.retries += 1
            await asyncio.sleep(RETRY)

    def write(self, student: str, state: PersonState, op_id: str, reply: Reply) -> None:
        """Log an acknowledgement, on disk."""
        assert reply.status == "accepted", reply
        line = Acknowledged(
            self.person.device, self.n, student, state, op_id, reply.seq, reply.events[0]
        )
        with self.log.open("ab") as log:
            log.write(msgspec.json.encode(line) + b"\n")


@dataclass
class LyingPhone(Phone):
    """The broken twin: every fifth acknowledgement is made up, nothing was sent."""

    async def deliver(self, student: str, state: PersonState, op_id: str) -> Reply:
        """Acknowledge without asking, now and then."""
        if self.n % 5:
            return await super().deliver(student, state, op_id)
        return msgspec.convert(
            {
                "status": "accepted",
                "seq": 0,
                "events": [secrets.token_hex(8)],
                "at": "2026-09-15T14:05:00Z",
            },
            Reply,
        )
