"""The desk's tables, as the ledger's book: events, state and jobs in one transaction."""

from collections.abc import Sequence

import asyncpg
import msgspec

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import EventId, IncidentId, SchoolId
from schemas.incident import ActionCall
from schemas.notifier import (
    AlertQueued,
    HeldDecided,
    MessageHeld,
    Statement,
    StatementApproved,
    StatementDrafted,
)
from services.chassis.database import Connection
from services.notifier.domain.desk import Alert, Desk, Held
from services.notifier.handlers.alerts import Plans
from services.notifier.store.jobs import insert_plan


class DeskBook:
    """plans: the jobs that go with an event that is being stored."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans

    def empty(self, school: SchoolId) -> Desk:
        return Desk()

    def copy(self, state: Desk) -> Desk:
        return state.copy()

    def apply(self, state: Desk, event: Envelope, data: Event) -> None:
        state.apply(event, data)

    def snapshot(self, state: Desk) -> msgspec.Struct:
        return state

    async def load(self, connection: Connection, school: SchoolId) -> Desk:
        statements = await connection.fetch(
            "SELECT statement FROM statements WHERE school = $1 ORDER BY incident, version", school
        )
        alerts = await connection.fetch(
            "SELECT cause, incident, audience, template, people, jobs, at FROM alerts"
            " WHERE school = $1 ORDER BY at",
            school,
        )
        held = await connection.fetch(
            "SELECT cause, incident, template, at, audience, mode, call, happened, sent,"
            " decided_by, decided_at FROM held WHERE school = $1 ORDER BY at",
            school,
        )
        found = [msgspec.json.decode(row["statement"], type=Statement) for row in statements]
        return Desk(
            statements={each.id: each for each in found},
            alerts={EventId(row["cause"]): _alert(row) for row in alerts},
            held={EventId(row["cause"]): _held(row) for row in held},
        )

    async def save(
        self,
        connection: Connection,
        school: SchoolId,
        state: Desk,
        events: Sequence[tuple[Envelope, Event]],
    ) -> None:
        for envelope, data in events:
            match data:
                case StatementDrafted(statement=drafted):
                    await self._statement(connection, school, state.statements[drafted.id])
                case StatementApproved(statement=statement_id):
                    await self._statement(connection, school, state.statements[statement_id])
                case AlertQueued(cause=cause):
                    await self._alert(connection, school, state.alerts[cause])
                    if (plan := self._plans.take(cause)) is not None:
                        await insert_plan(connection, school, plan, envelope.time)
                case MessageHeld(cause=cause) | HeldDecided(cause=cause):
                    await self._hold(connection, school, state.held[cause])
                case _:
                    pass

    async def _statement(
        self, connection: Connection, school: SchoolId, statement: Statement
    ) -> None:
        await connection.execute(
            "INSERT INTO statements (school, id, incident, version, statement)"
            " VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (school, id) DO UPDATE SET statement = excluded.statement",
            school,
            statement.id,
            statement.incident,
            statement.version,
            msgspec.json.encode(statement).decode(),
        )

    async def _alert(self, connection: Connection, school: SchoolId, alert: Alert) -> None:
        await connection.execute(
            "INSERT INTO alerts (school, cause, incident, audience, template, people, jobs, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            school,
            alert.cause,
            alert.incident,
            alert.audience,
            alert.template,
            alert.people,
            alert.jobs,
            alert.at,
        )

    async def _hold(self, connection: Connection, school: SchoolId, held: Held) -> None:
        await connection.execute(
            "INSERT INTO held (school, cause, incident, template, at, audience, mode, call,"
            " happened, sent, decided_by, decided_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            " ON CONFLICT (school, cause) DO UPDATE SET sent = excluded.sent,"
            " decided_by = excluded.decided_by, decided_at = excluded.decided_at",
            school,
            held.cause,
            held.incident,
            held.template,
            held.at,
            held.audience,
            held.mode or "",
            None if held.call is None else msgspec.json.encode(held.call).decode(),
            held.happened,
            held.sent,
            held.decided_by,
            held.decided_at,
        )


def _alert(row: asyncpg.Record) -> Alert:
    return Alert(
        cause=EventId(row["cause"]),
        incident=IncidentId(row["incident"]),
        audience=row["audience"],
        template=row["template"],
        people=row["people"],
        jobs=row["jobs"],
        at=row["at"],
    )


def _held(row: asyncpg.Record) -> Held:
    call = row["call"]
    return Held(
        cause=EventId(row["cause"]),
        incident=IncidentId(row["incident"]),
        template=row["template"],
        at=row["at"],
        audience=row["audience"],
        mode=row["mode"] or None,
        call=None if call is None else msgspec.json.decode(call, type=ActionCall),
        happened=row["happened"],
        sent=row["sent"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
    )
