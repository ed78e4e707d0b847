"""The process of many screens, as the benchmark speaks to it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

LINE = 1 << 24


@dataclass
class Watchers:
    """Screens in their own process; times are CLOCK_MONOTONIC seconds."""

    process: asyncio.subprocess.Process

    async def ask(self, command: dict[str, Any]) -> dict[str, Any]:
        """One command, one answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        await self.process.stdin.drain()
        answer: dict[str, Any] = json.loads(await self.process.stdout.readline())
        return answer

    async def join(self, firsts: Sequence[str]) -> None:
        """Open one screen for each first message."""
        answer = await self.ask({"join": list(firsts)})
        assert answer["joined"] >= len(firsts), answer

    async def watch(self, needle: str) -> None:
        """From now on look for this text in every screen's frames."""
        await self.ask({"watch": needle})

    async def seen(self, seconds: float = 10.0) -> dict[str, Any]:
        """Wait until every screen saw it: {"screens", "first", "last", "bytes"}."""
        return await self.ask({"seen": seconds})


@asynccontextmanager
async def watchers(host: str, port: int) -> AsyncIterator[Watchers]:
    """A process of screens of one socket server, ended with the context."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.screens",
        host,
        str(port),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE,
    )
    try:
        yield Watchers(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
