"""A process of its own for the tests: `python -m tests.chassis.small_process HOW`."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.chassis.process import serve
from services.chassis.settings import ServiceSettings

NAME = "Wilhelmina"


class Settings(ServiceSettings, frozen=True, kw_only=True):
    """Nothing of its own."""


@asynccontextmanager
async def well(_settings: Settings) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def slow_to_stop(_settings: Settings) -> AsyncIterator[None]:
    yield
    await asyncio.sleep(60)


@asynccontextmanager
async def stuck_at_stop(_settings: Settings) -> AsyncIterator[None]:
    yield
    time.sleep(60)  # noqa: ASYNC251 (a blocked loop is the point)


@asynccontextmanager
async def slow_to_start(_settings: Settings) -> AsyncIterator[None]:
    print("starting", flush=True)
    await asyncio.sleep(60)
    yield


@asynccontextmanager
async def fails(_settings: Settings) -> AsyncIterator[None]:
    if NAME:
        raise ValueError(f"row ({NAME})")
    yield


@asynccontextmanager
async def background_failure(_settings: Settings) -> AsyncIterator[None]:
    async def fail() -> None:
        raise ValueError(f"row ({NAME})")

    task = asyncio.create_task(fail())
    await asyncio.sleep(0.01)
    del task
    yield


WIRES = {
    "well": well,
    "slow_to_stop": slow_to_stop,
    "stuck_at_stop": stuck_at_stop,
    "slow_to_start": slow_to_start,
    "fails": fails,
    "background_failure": background_failure,
}


def main(how: str) -> None:
    if how == "parent":
        command = [sys.executable, "-m", "tests.chassis.small_process", "well"]
        child = subprocess.Popen(command)
        print(child.pid, os.getpid(), flush=True)
        child.wait()
    else:
        serve("bell", Settings, WIRES[how])


if __name__ == "__main__":
    main(sys.argv[1])
