"""make bench: every figure beside its limit; the last line is one JSON object.

SMOKE=1 measures a slice that takes under three minutes.
"""

import asyncio
import os

import msgspec

from tests.bench.figures import Figure, against
from tests.bench.importing import measure_imports
from tests.bench.search import measure_search
from tests.bench.trigger import measure
from tests.running_muster import RunningMuster, running_muster, signed_in

READY_FRESH = 120.0
READY_AGAIN = 6.0
MEMORY = 700.0
BOARD_COUNTERS = ("flushes", "encodes", "frames")


async def main() -> None:
    """Measure and print."""
    rounds = 20 if os.environ.get("SMOKE") == "1" else 100
    figures: list[Figure] = []
    async with running_muster() as muster:
        figures.append(against("ready_on_fresh_data", "s", muster.ready_after, READY_FRESH))
        async with signed_in(muster, "office") as office:
            figures += await measure(muster, office, rounds)
        figures.append(against("memory_pss", "MB", muster.memory() / 1e6, MEMORY))
        figures += await board_cost(muster)
        smoke = os.environ.get("SMOKE") == "1"
        figures += await measure_imports(muster.folder, muster.running, smoke=smoke)
        await muster.stop()
        await muster.start()
        figures.append(against("ready_on_existing_data", "s", muster.ready_after, READY_AGAIN))
    # After Muster has stopped: a figure of one process must not disturb those of all.
    figures += measure_search(rounds)
    for figure in figures:
        print(line(figure))
    print(msgspec.json.encode({"rounds": rounds, "figures": figures}).decode())


async def board_cost(muster: RunningMuster) -> list[Figure]:
    """Counters that do not swing: processor time of the board for each frame sent."""
    import aiohttp

    url = muster.running.services["board"]
    async with aiohttp.ClientSession() as http, http.get(f"{url}/metrics") as response:
        text = await response.text()
    found = {
        name: float(row.split()[-1])
        for name in BOARD_COUNTERS
        for row in text.splitlines()
        if row.startswith(f"muster_board_{name} ")
    }
    spent = sum(muster.process_of("board").cpu_times()[:2])
    frames = found.get("frames", 0.0)
    return [
        *(Figure(name=f"board_{name}", unit="count", value=n) for name, n in found.items()),
        Figure(
            name="board_cpu_per_frame",
            unit="us",
            value=round(spent * 1e6 / frames, 1) if frames else 0.0,
        ),
    ]


def line(figure: Figure) -> str:
    """A row that a person reads."""
    text = f"{figure.name:38} {figure.value:>10} {figure.unit:6}"
    if figure.limit is None:
        return text
    verdict = "within" if figure.within else "MISSED"
    return f"{text} limit {figure.limit:>8}  ratio {figure.ratio:>6} goal {figure.goal}  {verdict}"


if __name__ == "__main__":
    asyncio.run(main())
