"""An event or an approval, the school's memory and its desk → events and the plan of jobs."""

import datetime as dt

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import EventId, event_id
from schemas.notifier import ApproveStatement, DecideHeld, StatementApproved, StatementDrafted
from schemas.registry import event_type
from services.notifier.domain.alerts import Asked, Told, asked, decide
from services.notifier.domain.desk import Desk
from services.notifier.domain.held import Settled, settle
from services.notifier.domain.plans import Plan
from services.notifier.domain.statements import Approved, Refused, approve, drafted_anew
from services.notifier.handlers.memory import SchoolMemory

OWNER = "notifier"


class Plans:
    """Plans between their decision and the commit that stores them with their event.

    A plan that is not here when its event is stored (a log that is rebuilt) makes no jobs.
    """

    def __init__(self) -> None:
        self._plans: dict[EventId, Plan] = {}

    def put(self, plan: Plan) -> None:
        self._plans[plan.message.cause] = plan

    def take(self, cause: EventId) -> Plan | None:
        return self._plans.get(cause)

    def done(self, cause: EventId) -> Plan | None:
        """After the commit: the plan's jobs may be sent."""
        return self._plans.pop(cause, None)


class Alerts:
    """page: address of a statement that parents open, with "{statement}"."""

    def __init__(self, *, memory: SchoolMemory, plans: Plans, page: str) -> None:
        self._memory = memory
        self._plans = plans
        self._page = page

    def asks(self, envelope: Envelope, data: Event) -> Asked | None:
        """What an event asks for; None: nothing. Raises AudienceUnknown."""
        return asked(
            envelope,
            data,
            self._memory.audience(envelope.school),
            services=self._memory.services(envelope.school),
            page=self._page,
        )

    def on_event(self, desk: Desk, ask: Asked, now: dt.datetime) -> Told:
        told = decide(desk, ask, now)
        if told.plan is not None:
            self._plans.put(told.plan)
        return told

    def anew(self, desk: Desk, command: ApproveStatement, now: dt.datetime) -> Told:
        """A draft whose promise is over is drafted anew. Raises AudienceUnknown."""
        audience = self._memory.audience(command.school)
        fresh = drafted_anew(desk, command.statement, audience, self._page, now)
        return Told(events=(StatementDrafted(statement=fresh),)) if fresh else Told()

    def on_held(self, desk: Desk, command: DecideHeld, now: dt.datetime) -> Settled | Refused:
        """Raises AudienceUnknown."""
        school = command.school
        found = settle(
            desk, command, self._memory.audience(school), self._memory.services(school), now
        )
        if isinstance(found, Settled) and found.plan is not None:
            self._plans.put(found.plan)
        return found

    def on_approval(
        self, desk: Desk, command: ApproveStatement, now: dt.datetime
    ) -> Approved | Refused:
        """Raises AudienceUnknown."""
        cause = event_id(
            OWNER,
            command.school,
            command.actor.person,
            command.op_id,
            event_type(StatementApproved),
            0,
        )
        audience = self._memory.audience(command.school)
        found = approve(desk, command, audience, cause, now)
        if isinstance(found, Approved):
            self._plans.put(found.plan)
        return found
