"""make chaos: kill each service, NATS and PostgreSQL in turn while marks arrive; then check.

The last line is one JSON object. SMOKE=1 kills each once; SEED=n repeats a run's choices.
Exits 1 when anything acknowledged was lost, or when the broken twin passes the check.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import msgspec

from schemas.accountability import Accounting, SchoolAccounting
from tests.chaos.checker import acknowledged, faults
from tests.chaos.phones import LyingPhone, Phone
from tests.chaos.screen import Watching
from tests.conditions import eventually, until
from tests.running_muster import Person, RunningMuster, running_muster, signed_in

VICTIMS = (
    "web", "board", "incident", "accountability", "identity", "roster", "notifier", "nats",
    "postgres",
)  # fmt: skip
PHONES = 8
BETWEEN = 1.5
"""Seconds of undisturbed marks after each recovery."""

RECOVERY = 60.0


@dataclass
class Run:
    """One run: what was killed, and how long it took until everything was well again."""

    folder: Path
    muster: RunningMuster
    dice: random.Random
    recovery: dict[str, list[float]] = field(default_factory=dict)

    async def begin(self, stack: AsyncExitStack, lying: bool) -> tuple[Person, str, list[Phone]]:
        """An open drill, and phones that share its students among them."""
        office = await stack.enter_async_context(signed_in(self.muster, "office"))
        incident = await office.declare("drill", kind="evacuate", location="Chaos Field")
        await self._population(office)
        students = [one.id for one in (await office.names()).students]
        phones: list[Phone] = []
        for number in range(PHONES):
            person = await stack.enter_async_context(signed_in(self.muster, "teacher"))
            kind = LyingPhone if lying else Phone
            phones.append(
                kind(
                    person=person,
                    incident=incident,
                    students=students[number::PHONES],
                    log=self.folder / f"{'liar' if lying else 'phone'}-{number}.jsonl",
                    dice=random.Random(self.dice.random()),
                )
            )
        return office, incident, phones

    async def kill(self, victim: str) -> None:
        """SIGKILL, then wait until every service says that it is ready."""
        self.muster.process_of(victim).kill()
        began = time.monotonic()
        while unwell := await self._unwell():
            assert time.monotonic() - began < RECOVERY, f"after killing {victim}: {unwell}"
        self.recovery.setdefault(victim, []).append(round(time.monotonic() - began, 2))

    async def _unwell(self) -> list[str]:
        """Services that are not ready, and what they say."""
        timeout = aiohttp.ClientTimeout(total=2)
        found = []
        async with aiohttp.ClientSession(timeout=timeout) as http:
            for name, url in self.muster.running.services.items():
                try:
                    async with http.get(f"{url}/health/ready") as response:
                        if response.status != 200:
                            found.append(f"{name}: {await response.text()}")
                except (aiohttp.ClientError, TimeoutError, OSError) as error:
                    found.append(f"{name}: {type(error).__name__}")
        return found

    async def final(self, office: Person, incident: str) -> Accounting:
        """What the school's accounting says in the end."""
        state: SchoolAccounting = await office.get("/accounting", SchoolAccounting)
        return next(one for one in state.incidents if one.incident == incident)

    async def _population(self, office: Person) -> None:
        async def known() -> bool:
            state: SchoolAccounting = await office.get("/accounting", SchoolAccounting)
            return any(one.open and one.rows for one in state.incidents)

        await eventually(known, RECOVERY)


async def killing(run: Run, rounds: int) -> dict[str, object]:
    """Marks, kills, and the check."""
    async with AsyncExitStack() as stack:
        office, incident, phones = await run.begin(stack, lying=False)
        screen = Watching(office)
        watching = asyncio.create_task(screen.watch())
        working = [asyncio.create_task(phone.work()) for phone in phones]
        for _ in range(rounds):
            for victim in run.dice.sample(VICTIMS, len(VICTIMS)):
                await asyncio.sleep(BETWEEN)
                await run.kill(victim)
        await asyncio.sleep(BETWEEN)
        await _finish(phones, working)
        final = await run.final(office, incident)
        await until(lambda: screen.seq >= final.seq, "the screen shows the end", RECOVERY)
        watching.cancel()
        said = acknowledged([phone.log for phone in phones])
        await office.command(f"/incidents/{incident}/close", {})
        return {
            "acknowledged": len(said),
            "retries": sum(phone.retries for phone in phones),
            "longest_wait_s": round(max(phone.longest for phone in phones), 2),
            "screen_reconnects": screen.reconnects,
            "screen_gaps": screen.gaps,
            "recovery_s": run.recovery,
            "faults": faults(said, final, screen.rows),
        }


async def lying(run: Run) -> list[str]:
    """The broken twin: acknowledgements that nobody stored must be found."""
    async with AsyncExitStack() as stack:
        office, incident, phones = await run.begin(stack, lying=True)
        working = [asyncio.create_task(phone.work()) for phone in phones]
        await asyncio.sleep(BETWEEN)
        await _finish(phones, working)
        final = await run.final(office, incident)
        shown = {str(row.student): row.state for row in final.rows}
        return faults(acknowledged([phone.log for phone in phones]), final, shown)


async def _finish(phones: list[Phone], working: list[asyncio.Task[None]]) -> None:
    for phone in phones:
        phone.stopping.set()
    async with asyncio.timeout(RECOVERY):
        await asyncio.gather(*working)


async def main() -> int:
    """0 when nothing was lost and the twin was caught."""
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 32)))
    rounds = 1 if os.environ.get("SMOKE") == "1" else 3
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        async with running_muster() as muster:
            run = Run(Path(folder), muster, random.Random(seed))
            result = await killing(run, rounds)
            twin = await lying(run)
    for fault in result["faults"] if isinstance(result["faults"], list) else []:
        print(f"LOST: {fault}")
    caught = bool(twin)
    print(f"broken twin: {len(twin)} faults found" if caught else "THE BROKEN TWIN PASSED")
    report = {"seed": seed, "rounds": rounds, **result, "broken_twin_caught": caught}
    print(msgspec.json.encode(report).decode())
    return 0 if caught and not result["faults"] else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
