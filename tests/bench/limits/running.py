"""The bare prototype's three processes, on the servers that the product uses in the same run."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from services.cli.installation import Running

DATABASE = "bare_limit"


@dataclass(frozen=True)
class Bare:
    """front: URL to POST to. board_port: where screens connect."""

    front: str
    board_port: int


@asynccontextmanager
async def running_bare(servers: Running) -> AsyncIterator[Bare]:
    """Front, owner and board, ended with the context; their database is dropped."""
    parts = urlsplit(servers.database_url)
    url = urlunsplit(parts._replace(path=f"/{DATABASE}"))
    admin = await asyncpg.connect(servers.database_url)
    await admin.execute(f"CREATE DATABASE {DATABASE}")
    environ = os.environ | {"BARE_DATABASE": url, "BARE_NATS": servers.nats_url}
    async with AsyncExitStack() as stack:
        stack.push_async_callback(_drop, admin)
        board = await stack.enter_async_context(_role("board", environ))
        owner = await stack.enter_async_context(_role("owner", environ))
        environ["BARE_OWNER"] = f"http://127.0.0.1:{owner}/"
        front = await stack.enter_async_context(_role("front", environ))
        yield Bare(front=f"http://127.0.0.1:{front}/", board_port=board)


async def _drop(admin: "asyncpg.Connection[asyncpg.Record]") -> None:
    await admin.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    await admin.close()


@asynccontextmanager
async def _role(role: str, environ: dict[str, str]) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.limits.bare",
        role,
        stdout=asyncio.subprocess.PIPE,
        env=environ,
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()
