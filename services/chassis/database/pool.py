"""Connections of a service: its own role, its own schema, deadlines everywhere."""

from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

CONNECT_DEADLINE = 5.0
STATEMENT_DEADLINE = 30.0


def session_settings(service: str, part: str = "") -> dict[str, str]:
    """What every session of a service sets at its start.

    The server ends a transaction whose owner froze, and notices a dead peer within seconds:
    its locks must not outlive it for the two hours that TCP would wait.
    """
    return {
        "application_name": f"muster {service} {part}".strip(),
        "search_path": service,
        "idle_in_transaction_session_timeout": "10s",
        "tcp_keepalives_idle": "3",
        "tcp_keepalives_interval": "1",
        "tcp_keepalives_count": "3",
        "client_connection_check_interval": "1s",
    }


async def open_pool(url: str, *, service: str, min_size: int = 1, max_size: int = 8) -> Pool:
    """A pool of the service's role. Raises OSError or asyncpg errors when it cannot connect."""
    return await asyncpg.create_pool(
        url,
        min_size=min_size,
        max_size=max_size,
        timeout=CONNECT_DEADLINE,
        command_timeout=STATEMENT_DEADLINE,
        server_settings=session_settings(service),
    )


async def connect(url: str, *, service: str, part: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection outside the pool, for one part alone and as long as it likes.

    Without a deadline on statements: whoever uses it sets his own.
    """
    return await asyncpg.connect(
        url, timeout=CONNECT_DEADLINE, server_settings=session_settings(service, part)
    )
