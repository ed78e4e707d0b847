"""The bare prototype: the product's hops without its logic, as the limit to measure against.

HTTP → HTTP → one commit (op, event, head, state rows; fsync on) → core NATS → websockets, one
encoded frame for all. `python -m tests.bench.limits.bare ROLE` with ROLE front | owner | board;
addresses come as BARE_* variables. Prints its port when it serves.
"""

import asyncio
import os
import sys
from typing import Any

import asyncpg
import nats
import uvloop
from aiohttp import ClientSession, web
from websockets.asyncio.server import ServerConnection, broadcast, serve

TABLES = """
CREATE TABLE IF NOT EXISTS heads (school text PRIMARY KEY, pos bigint NOT NULL);
CREATE TABLE IF NOT EXISTS ops (op_id text PRIMARY KEY, body bytea, reply bytea);
CREATE TABLE IF NOT EXISTS events (pos bigint PRIMARY KEY, id text, body bytea, hash bytea);
CREATE TABLE IF NOT EXISTS state (id text PRIMARY KEY, body bytea);
INSERT INTO heads VALUES ('school', 0) ON CONFLICT DO NOTHING;
"""
SUBJECT = "bare.now"


async def _serve(app: web.Application) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server: Any = site._server
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


async def front() -> None:
    """Passes the body on to the owner and its answer back."""
    owner = os.environ["BARE_OWNER"]
    async with ClientSession() as session:

        async def handle(request: web.Request) -> web.Response:
            async with session.post(owner, data=await request.read()) as answer:
                return web.Response(body=await answer.read(), content_type="application/json")

        app = web.Application()
        app.router.add_post("/", handle)
        await _serve(app)


async def owner() -> None:
    """One transaction, then one publish, then the answer."""
    pool = await asyncpg.create_pool(os.environ["BARE_DATABASE"], min_size=2, max_size=2)
    await pool.execute(TABLES)
    bus = await nats.connect(os.environ["BARE_NATS"])

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        async with pool.acquire() as connection, connection.transaction():
            pos = await connection.fetchval(
                "UPDATE heads SET pos = pos + 1 WHERE school = 'school' RETURNING pos"
            )
            key = f"{os.getpid()}-{pos}"
            await connection.execute("INSERT INTO ops VALUES ($1, $2, $2)", key, body)
            await connection.execute("INSERT INTO events VALUES ($1, $2, $3, $3)", pos, key, body)
            await connection.execute("INSERT INTO state VALUES ($1, $2)", key, body)
        await bus.publish(SUBJECT, body)
        return web.json_response({"pos": pos})

    app = web.Application()
    app.router.add_post("/", handle)
    await _serve(app)


async def board() -> None:
    """Every publish to every socket, encoded once."""
    screens: set[ServerConnection] = set()

    async def stay(connection: ServerConnection) -> None:
        screens.add(connection)
        try:
            await connection.wait_closed()
        finally:
            screens.discard(connection)

    async def tell(message: Any) -> None:
        broadcast(screens, message.data, text=True)

    bus = await nats.connect(os.environ["BARE_NATS"])
    await bus.subscribe(SUBJECT, cb=tell)
    async with serve(stay, "127.0.0.1", 0, compression=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await asyncio.Event().wait()


ROLES = {"front": front, "owner": owner, "board": board}

if __name__ == "__main__":
    uvloop.run(ROLES[sys.argv[1]]())
