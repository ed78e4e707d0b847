"""What the office sees: statements, deliveries, who was not reached, what waits for a person."""

from schemas.envelope import Instant
from schemas.identifiers import IncidentId, PersonId, SchoolId
from schemas.notifier import SchoolMessages
from services.notifier.domain.audience import staff_of
from services.notifier.domain.desk import Desk
from services.notifier.domain.held import shown
from services.notifier.handlers.memory import SchoolMemory
from services.notifier.ports import Jobs

SHOWN = 50
"""Statements and alerts of a school that are shown when no incident is named: the latest."""


async def messages(
    desk: Desk,
    jobs: Jobs,
    memory: SchoolMemory,
    school: SchoolId,
    incident: IncidentId | None,
    now: Instant,
) -> SchoolMessages:
    """GET /messages?school[&incident], oldest first."""
    statements = [each for each in desk.statements.values() if incident in (None, each.incident)]
    alerts = [each for each in desk.alerts.values() if incident in (None, each.incident)]
    held = [each for each in desk.held.values() if incident in (None, each.incident)]
    alerts = sorted(alerts, key=lambda each: each.at)[-SHOWN:]
    causes = [each.cause for each in alerts]
    not_reached = {PersonId(each) for each in await jobs.not_reached(school, causes)}
    if any(each.audience == "staff" for each in alerts) and memory.knows(school):
        not_reached |= set(staff_of(memory.audience(school)).unreachable)
    known = memory.audience(school) if memory.knows(school) else None
    return SchoolMessages(
        school=school,
        statements=tuple(statements[-SHOWN:]),
        deliveries=await jobs.deliveries(school, causes),
        not_reached=tuple(sorted(not_reached)),
        held=tuple(each.cause for each in held if each.sent is None),
        held_messages=tuple(
            shown(desk, each, known, memory.services(school), now) for each in held[-SHOWN:]
        ),
    )
