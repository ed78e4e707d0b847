"""Incidents in PostgreSQL: the state's table, and the ledger behind the handlers' port."""

from collections.abc import Sequence

import msgspec

from schemas.commands import Command
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.incident import Incident, SchoolIncidents
from schemas.incident_fold import RECENT
from schemas.replies import Reply
from schemas.vocabulary import Actor
from services.chassis.database import Connection
from services.chassis.ledger import Accepted, Decision, Draft, Ledger, Op, Refusal, Stamp
from services.incident.domain import decision as domain
from services.incident.domain.state import State, apply
from services.incident.ports import Decide

_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Incident)


class IncidentBook:
    """The state's own table: one row an incident, kept for ever, the newest loaded."""

    def empty(self, school: SchoolId) -> State:
        """No incident yet."""
        return State(school=school)

    async def load(self, connection: Connection, school: SchoolId) -> State:
        """The open incident and the recent ones."""
        rows = await connection.fetch(
            "SELECT body FROM incidents WHERE school = $1 ORDER BY number DESC LIMIT $2",
            school,
            RECENT + 1,
        )
        known = [_DECODER.decode(row["body"]) for row in rows]
        return State(
            school=school,
            number=known[0].number if known else 0,
            open=next((one for one in known if one.closed is None), None),
            recent=tuple(one for one in known if one.closed is not None)[:RECENT],
        )

    def copy(self, state: State) -> State:
        """Incidents are immutable: a shallow copy shares nothing that changes."""
        return State(school=state.school, number=state.number, open=state.open, recent=state.recent)

    def apply(self, state: State, event: Envelope, data: Event) -> None:
        """Fold one event."""
        apply(state, event, data)

    async def save(
        self,
        connection: Connection,
        school: SchoolId,
        state: State,
        events: Sequence[tuple[Envelope, Event]],
    ) -> None:
        """The rows of the incidents that these events changed."""
        touched = {event.incident for event, _ in events}
        # Closed ones first: a live incident takes the place of the drill that it stopped.
        changed = [one for one in (*state.recent, state.open) if one and one.id in touched]
        await connection.executemany(
            """
            INSERT INTO incidents (school, id, number, mode, started, closed, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (school, id) DO UPDATE SET closed = excluded.closed, body = excluded.body
            """,
            [
                (school, one.id, one.number, one.mode, one.started, one.closed, _encoded(one))
                for one in changed
            ],
        )

    def snapshot(self, state: State) -> SchoolIncidents:
        """GET /state."""
        return state.published()


class LedgerLog:
    """The handlers' log over the chassis' ledger."""

    def __init__(self, ledger: Ledger[State]) -> None:
        self._ledger = ledger

    async def submit(self, command: Command, decide: Decide) -> Reply:
        """See ports.IncidentLog."""

        def decided(state: State, stamp: Stamp) -> Decision:
            return _as_ledger(decide(state, stamp))

        actor = command.actor
        op = Op(
            school=command.school,
            actor=actor.person,
            device=actor.device,
            op_id=command.op_id,
            body=_body(command),
            decide=decided,
        )
        return await self._ledger.submit(op)


def _as_ledger(decision: domain.Decision) -> Decision:
    match decision:
        case domain.Refusal(code=code, reason=reason, values=values):
            return Refusal(code, reason, values)
        case domain.Accepted(incident=incident, drafts=drafts):
            return Accepted(
                tuple(Draft(one.data, one.mode, one.incident) for one in drafts),
                incident=incident,
            )


def _body(command: Command) -> bytes:
    """What makes two ops the same act: all but the roles and device that it came with."""
    person = Actor(person=command.actor.person)
    return _ENCODER.encode(msgspec.structs.replace(command, actor=person))


def _encoded(incident: Incident) -> bytes:
    return _ENCODER.encode(incident)
