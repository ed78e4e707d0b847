"""What the school plans, written: bells, calendar, rooms, campus."""

from __future__ import annotations

import msgspec

from schemas.roster_day_facts import (
    SetBellSchedules,
    SetCalendar,
    SetCalendarDays,
    SetCampus,
    SetRooms,
)
from services.chassis.database import Connection
from services.roster.ports.day import PlanCommand


async def write_plan(connection: Connection, command: PlanCommand) -> None:
    match command:
        case SetBellSchedules():
            await _schedules(connection, command)
        case SetCalendar():
            await connection.execute(
                "INSERT INTO calendars (school, facts) VALUES ($1, $2)"
                " ON CONFLICT (school) DO UPDATE SET facts = excluded.facts",
                command.school,
                msgspec.json.encode(command.calendar),
            )
        case SetCalendarDays():
            await _days(connection, command)
        case SetRooms():
            await _rooms(connection, command)
        case SetCampus():
            await _campus(connection, command)


async def _schedules(connection: Connection, command: SetBellSchedules) -> None:
    kept = {schedule.name for schedule in command.schedules}
    await connection.execute(
        "DELETE FROM bell_schedules WHERE school = $1 AND name = ANY($2)",
        command.school,
        [name for name in command.remove if name not in kept],
    )
    await connection.executemany(
        "INSERT INTO bell_schedules (school, name, periods) VALUES ($1, $2, $3)"
        " ON CONFLICT (school, name) DO UPDATE SET periods = excluded.periods",
        [(command.school, one.name, msgspec.json.encode(one.periods)) for one in command.schedules],
    )


async def _days(connection: Connection, command: SetCalendarDays) -> None:
    await connection.execute(
        "DELETE FROM calendar_days WHERE school = $1 AND date = ANY($2)",
        command.school,
        list(command.usual),
    )
    await connection.executemany(
        """
        INSERT INTO calendar_days (school, date, schedule, label, letter)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (school, date) DO UPDATE SET schedule = excluded.schedule,
            label = excluded.label, letter = excluded.letter
        """,
        [(command.school, one.date, one.schedule, one.label, one.letter) for one in command.days],
    )


async def _rooms(connection: Connection, command: SetRooms) -> None:
    """A room of which nothing is said any more has no row."""
    await connection.execute(
        "DELETE FROM room_facts WHERE school = $1 AND name = ANY($2)",
        command.school,
        [room.name for room in command.rooms],
    )
    await connection.executemany(
        """
        INSERT INTO room_facts (school, name, zone, floor, capacity, aliases, supervised_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
        """,
        [
            (command.school, one.name, one.zone, one.floor, one.capacity, list(one.aliases),
             one.supervised_by)
            for one in command.rooms
            if one.zone or one.floor or one.capacity or one.aliases or one.supervised_by
        ],
    )  # fmt: skip


async def _campus(connection: Connection, command: SetCampus) -> None:
    """Schools that the actor may speak for join or leave; others stay as they are."""
    if not command.name:
        await connection.execute("DELETE FROM campuses WHERE school = $1", command.school)
        return
    members = {command.school, *command.schools}
    await connection.execute(
        "DELETE FROM campuses WHERE name = $1 AND school = ANY($2) AND school <> ALL($3)",
        command.name,
        list(command.also),
        list(members),
    )
    await connection.executemany(
        "INSERT INTO campuses (school, name) VALUES ($1, $2)"
        " ON CONFLICT (school) DO UPDATE SET name = excluded.name",
        [(school, command.name) for school in sorted(members)],
    )
