"""Whose contacts a first alert uses: what the roster says now, before what was kept."""

import asyncio
import datetime as dt

from schemas.identifiers import SchoolId
from schemas.roster import Audience
from services.notifier.domain.audience import ServiceAddress
from services.notifier.handlers.memory import SchoolMemory
from tests.notifier.samples import SCHOOL, audience, contact, link

BEFORE = audience(guardians=[contact("apart", links=[link()]), contact("other", links=[link()])])
AFTER = audience(guardians=[contact("other", links=[link()])])


class FakeRosterAnswers:
    """Answers in turn, each when its gate opens; silent: it never answers."""

    def __init__(self, *answers: Audience, silent: bool = False) -> None:
        self.answers = list(answers)
        self.gates = [asyncio.Event() for _ in answers]
        self.silent = silent
        self.asked = 0

    async def fetch(self, school: SchoolId) -> Audience:
        if self.silent:
            await asyncio.Event().wait()
        at, self.asked = self.asked, self.asked + 1
        await self.gates[at].wait()
        return self.answers[at]


class FakeCopy:
    """The notifier's own copy."""

    def __init__(self, kept: Audience | None = None) -> None:
        self.kept = kept

    async def audience(self, school: SchoolId) -> Audience | None:
        return self.kept

    async def keep(self, audience: Audience) -> None:
        self.kept = audience

    async def services(self, school: SchoolId) -> tuple[ServiceAddress, ...]:
        return ()

    async def add_service(
        self, school: SchoolId, address: ServiceAddress, now: dt.datetime
    ) -> None:
        raise AssertionError


async def test_after_a_start_the_roster_is_asked_before_the_own_copy_counts() -> None:
    """An order that was set while the notifier was down holds for its very first alert."""
    roster = FakeRosterAnswers(AFTER)
    roster.gates[0].set()
    memory = SchoolMemory(contacts=roster, kept=FakeCopy(BEFORE))
    await memory.ensure(SCHOOL)
    assert [one.person for one in memory.audience(SCHOOL).guardians] == ["other"]


async def test_an_order_counts_before_its_news_is_here() -> None:
    """What goes to guardians is decided on the roster's answer of now, not on what was heard."""
    roster = FakeRosterAnswers(BEFORE, AFTER)
    for gate in roster.gates:
        gate.set()
    memory = SchoolMemory(contacts=roster, kept=FakeCopy())
    await memory.ensure(SCHOOL)
    await memory.ensure(SCHOOL)
    assert memory.audience(SCHOOL) == BEFORE
    await memory.freshen(SCHOOL)
    assert memory.audience(SCHOOL) == AFTER


async def test_a_silent_roster_holds_up_no_alert() -> None:
    """Without an answer in time the own copy serves: people are alerted."""
    memory = SchoolMemory(
        contacts=FakeRosterAnswers(silent=True), kept=FakeCopy(BEFORE), fresh=0.02
    )
    await memory.ensure(SCHOOL)
    assert memory.audience(SCHOOL) == BEFORE


async def test_answers_that_cross_leave_the_newer_one() -> None:
    """What was asked before an order never replaces what was asked after it."""
    roster = FakeRosterAnswers(BEFORE, AFTER)
    roster.gates[1].set()
    memory = SchoolMemory(contacts=roster, kept=FakeCopy())
    first = asyncio.create_task(memory.refetch(SCHOOL))
    second = asyncio.create_task(memory.refetch(SCHOOL))
    # Both have begun by now; the second could end if it were let.
    for _ in range(10):
        await asyncio.sleep(0)
    roster.gates[0].set()
    await asyncio.gather(first, second)
    assert memory.audience(SCHOOL) == AFTER
