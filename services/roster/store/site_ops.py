"""Which ops of the front desk have had their effect."""

from __future__ import annotations

import datetime as dt

from schemas.commands import Command
from services.chassis.database import Connection


async def first_time(connection: Connection, command: Command, now: dt.datetime) -> bool:
    """Whether this op has no effect yet; from this transaction on it has."""
    stored = await connection.fetchval(
        """
        INSERT INTO site_ops (school, actor, op_id, at) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING RETURNING true
        """,
        command.school,
        command.actor.person,
        command.op_id,
        now,
    )
    return bool(stored)


async def is_done(connection: Connection, command: Command) -> bool:
    """Whether this op has had its effect."""
    found = await connection.fetchval(
        "SELECT true FROM site_ops WHERE school = $1 AND actor = $2 AND op_id = $3",
        command.school,
        command.actor.person,
        command.op_id,
    )
    return bool(found)


async def zone_name(connection: Connection, school: str) -> str | None:
    """The school's time zone; None: no such school."""
    found: str | None = await connection.fetchval(
        "SELECT zone FROM schools WHERE school = $1", school
    )
    return found
