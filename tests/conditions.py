"""Waiting for what must become true, instead of sleeping for luck.

Deadlines only end what would never end: a busy machine is no failure.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], bool], what: str, deadline: float = 30.0) -> float:
    """Seconds it took; fails by name after `deadline` seconds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < deadline, f"not within {deadline} s: {what}"
        await asyncio.sleep(0.002)
    return time.monotonic() - began


async def eventually(condition: Callable[[], Awaitable[bool]], deadline: float = 30.0) -> None:
    """Ask again until it is so; fails after `deadline` seconds."""
    began = time.monotonic()
    while not await condition():
        assert time.monotonic() - began < deadline, f"not within {deadline} s"
        await asyncio.sleep(0.01)
