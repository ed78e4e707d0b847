"""Waiting for what must become true, also when asking takes a round trip."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any


async def eventually(ask: Callable[[], Any], what: str, deadline: float = 30.0) -> Any:
    """The first answer that is true; fails by name after `deadline` seconds."""
    began = time.monotonic()
    while True:
        answer = ask()
        found = await answer if inspect.isawaitable(answer) else answer
        if found:
            return found
        assert time.monotonic() - began < deadline, f"not within {deadline} s: {what}"
        await asyncio.sleep(0.01)
