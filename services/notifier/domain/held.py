"""A message that was too old to go out by itself: a person sends it or drops it, once."""

import msgspec

from schemas.envelope import Instant
from schemas.events import Event
from schemas.incident import ActionCall
from schemas.notifier import DecideHeld, HeldDecided, HeldMessage
from schemas.roster import Audience
from services.notifier.domain.alerts import alert_of, statement_id
from services.notifier.domain.audience import ServiceAddress, staff_of
from services.notifier.domain.desk import Desk, Held
from services.notifier.domain.occasions import Occasion, template_named
from services.notifier.domain.plans import Plan
from services.notifier.domain.statements import Refused, may_approve

ENDS: frozenset[Occasion] = frozenset({"changed", "led", "corrected", "closed"})
"""What makes the words of everything before it untrue."""

NOT_ALLOWED = Refused(
    "not_allowed",
    "Only the office, the principal or an administrator decides about a held message.",
    {"roles": ("office", "principal", "administrator")},
)


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """plan: the jobs, when it is sent."""

    events: tuple[Event, ...]
    plan: Plan | None = None


def settle(
    desk: Desk,
    command: DecideHeld,
    audience: Audience,
    services: tuple[ServiceAddress, ...],
    now: Instant,
) -> Settled | Refused:
    """The jobs have the key of the event that asked: nobody gets this message a second time."""
    if not may_approve(command.actor):
        return NOT_ALLOWED
    held = desk.held.get(command.cause)
    if held is None or held.incident != command.incident:
        return Refused("unknown_held", "There is no such message. Reload the page.")
    if held.sent is not None:
        return Refused(
            "held_settled", "Someone has already decided about this message. Reload the page."
        )
    decided = HeldDecided(cause=held.cause, send=command.send, by=command.actor.person)
    if not command.send:
        return Settled(events=(decided,))
    plan = None if overtaken(desk, held) else plan_of(held, audience, services, now)
    if plan is None:
        return Refused(
            "held_overtaken",
            "The incident is over or has moved on: these words are not true any more. Do not"
            " send it.",
        )
    return Settled(events=(decided, plan.event(template_named(held.template))), plan=plan)


def overtaken(desk: Desk, held: Held) -> bool:
    """Whether something happened since that makes its words untrue, or nobody knows its words."""
    if held.mode is None:
        return True
    statements = {each.id: each for each in desk.statements_of(held.incident)}
    own = statements.get(statement_id(held.incident, held.cause))
    since = [each for each in statements.values() if own is None or each.version > own.version]
    return any(template_named(each.template).occasion in ENDS for each in since)


def plan_of(
    held: Held, audience: Audience, services: tuple[ServiceAddress, ...], now: Instant
) -> Plan | None:
    """What would go out now, and to whom. None: its mode was not kept."""
    if held.mode is None:
        return None
    template = template_named(held.template)
    return alert_of(
        template,
        held.call or ActionCall(kind=template.kind),
        staff_of(audience, services),
        school=audience.school,
        incident=held.incident,
        cause=held.cause,
        mode=held.mode,
        at=now,
    )


def shown(
    desk: Desk,
    held: Held,
    audience: Audience | None,
    services: tuple[ServiceAddress, ...],
    now: Instant,
) -> HeldMessage:
    """As the office reads it: what would go out now, to how many, and what was decided."""
    plan = plan_of(held, audience, services, now) if audience is not None else None
    selection = staff_of(audience, services) if audience is not None and plan else None
    return HeldMessage(
        cause=held.cause,
        incident=held.incident,
        mode=held.mode,
        audience=held.audience,
        template=held.template,
        happened=held.happened,
        held_at=held.at,
        texts=plan.message.texts if plan else (),
        people=selection.people if selection else 0,
        recipients=selection.per_channel if selection else {},
        overtaken=overtaken(desk, held),
        sent=held.sent,
        decided_by=held.decided_by,
        decided_at=held.decided_at,
    )
