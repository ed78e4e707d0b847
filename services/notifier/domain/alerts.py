"""An event of an incident → alerts to staff at once, a draft for parents. Decided here."""

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from schemas.actions import ActionKind
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import EventId, IncidentId
from schemas.incident import ActionCall, Zone
from schemas.notifier import (
    MessageHeld,
    MessageText,
    Statement,
    StatementDrafted,
)
from schemas.roster import Audience, School
from schemas.vocabulary import IncidentMode, Language
from services.notifier.domain.audience import Selection, ServiceAddress, parents_of, staff_of
from services.notifier.domain.desk import Desk
from services.notifier.domain.jobs import Message
from services.notifier.domain.occasions import (
    STARTS,
    Template,
    call_of,
    occasion_of,
    template_named,
)
from services.notifier.domain.plans import Plan, plan_for
from services.notifier.domain.wording.render import PHRASES, Words, next_word_at, render

TOO_OLD = dt.timedelta(minutes=10)
"""An event older than this alerts nobody by itself: a rebuild or a long outage never re-sends."""

_NAMESPACE = uuid.UUID("6d2f3f0a-9a3d-5b0b-8f4e-1d9f6a1c0b77")
_WHOLE_SCHOOL = Zone().name


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The event that asks for messages, with what the school's memory knows.

    page: address of a statement that parents open, with "{statement}".
    """

    cause: EventId
    incident: IncidentId
    mode: IncidentMode
    at: dt.datetime
    data: Event
    audience: Audience
    services: tuple[ServiceAddress, ...] = ()
    page: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one event leads to: the notifier's events, and the jobs of the alert among them."""

    events: tuple[Event, ...] = ()
    plan: Plan | None = None


def asked(
    envelope: Envelope,
    data: Event,
    audience: Audience,
    *,
    services: Sequence[ServiceAddress] = (),
    page: str = "",
) -> Asked | None:
    """What an event asks for; None when nobody is told, or it is no incident's."""
    if occasion_of(data) is None or envelope.incident is None or envelope.mode == "admin":
        return None
    return Asked(
        cause=envelope.id,
        incident=envelope.incident,
        mode=envelope.mode,
        at=envelope.time,
        data=data,
        audience=audience,
        services=tuple(services),
        page=page,
    )


def decide(desk: Desk, ask: Asked, now: dt.datetime) -> Told:
    """Staff are alerted at once, parents get a draft; an old event is held for a person."""
    if ask.cause in desk.alerts or ask.cause in desk.held:
        return Told()
    staff = staff_template(desk, ask)
    parents = parents_template(desk, ask)
    events: list[Event] = []
    plan: Plan | None = None
    if staff is not None and now - ask.at > TOO_OLD:
        held = MessageHeld(
            cause=ask.cause,
            audience="staff",
            template=staff.name,
            call=call_of(ask.data),
            happened=ask.at,
        )
        events.append(held)
    elif staff is not None:
        plan = alert_for(ask, staff, staff_of(ask.audience, ask.services))
        events.append(plan.event(staff))
    if parents is not None:
        events.append(StatementDrafted(statement=draft(desk, ask, parents)))
    return Told(events=tuple(events), plan=plan)


def staff_template(desk: Desk, ask: Asked) -> Template | None:
    """What staff are sent; None: nothing.

    After the first alert of a Lockdown a phone in a dark room stays silent: no repeat, no
    change, no release (rooms are opened one by one), only that it was started in error.
    """
    occasion = occasion_of(ask.data)
    told = desk.staff_told(ask.incident)
    kind = _kind(desk, ask)
    if occasion is None or kind is None:
        return None
    locked = any(each.kind == "lockdown" and each.occasion in STARTS for each in told)
    if occasion == "corrected":
        return Template("staff", occasion, "lockdown" if locked else kind) if told else None
    if locked or any(each.occasion == "corrected" for each in told):
        return None
    if occasion in STARTS or told:
        return Template("staff", occasion, kind)
    return None


def parents_template(desk: Desk, ask: Asked) -> Template | None:
    """Which draft parents could be sent; None: none."""
    occasion = occasion_of(ask.data)
    kind = _kind(desk, ask)
    if occasion is None or kind is None:
        return None
    before = desk.latest(ask.incident)
    if occasion == "changed" and kind == "evacuate" and before and before.kind == "lockdown":
        return Template("parents", "led", kind)
    ended = any(
        each.template.startswith("parents.corrected") for each in desk.statements_of(ask.incident)
    )
    return None if occasion == "closed" and ended else Template("parents", occasion, kind)


def draft(desk: Desk, ask: Asked, template: Template) -> Statement:
    """The next version of the incident's statement, with its words and whom it would reach."""
    return draft_at(
        Statement(
            id=statement_id(ask.incident, ask.cause),
            incident=ask.incident,
            mode=ask.mode,
            version=desk.next_version(ask.incident),
            template=template.name,
            texts=(),
            emergency=ask.mode == "live",
            call=call_of(ask.data) or ActionCall(kind=template.kind),
        ),
        ask.audience,
        ask.page,
        ask.at,
    )


def statement_id(incident: IncidentId, cause: EventId) -> str:
    """Of the statement that this event drafts."""
    return str(uuid.uuid5(_NAMESPACE, f"{incident}\x1f{cause}"))


def draft_at(statement: Statement, audience: Audience, page: str, at: dt.datetime) -> Statement:
    """The statement with the words that are true when it is approved soon after `at`, and with
    whom it would reach. page: its address, with "{statement}"."""
    template = template_named(statement.template)
    call = statement.call or ActionCall(kind=template.kind)
    link = page.replace("{statement}", statement.id)
    next_at = next_word_at(at, audience.school.zone)
    words = words_for(call, template, audience.school.name, next_at, link)
    selection = parents_of(audience, statement.mode)
    promises = statement.mode == "live" and template.occasion != "corrected"
    return replace(
        statement,
        texts=texts_for(statement.mode, template, words),
        next_at=next_at.astimezone(dt.UTC) if promises else None,
        recipients=selection.per_channel,
        people=selection.people,
        skipped=selection.skipped,
        languages=selection.languages,
    )


def texts_for(mode: IncidentMode, template: Template, words: Words) -> tuple[MessageText, ...]:
    """The words in every language."""
    languages: tuple[Language, ...] = tuple(PHRASES)
    return tuple(render(template, mode, language, words) for language in languages)


def words_for(
    call: ActionCall, template: Template, school: str, next_at: dt.datetime, link: str = ""
) -> Words:
    """What the message may name. Parents never read a zone: it could be a hiding place."""
    staff = template.audience == "staff"
    zone = "" if call.zone.name == _WHOLE_SCHOOL or not staff else call.zone.name
    return Words(
        school=school,
        kind=template.kind,
        zone=zone,
        location=call.location or "",
        hazard=call.hazard,
        strategy=call.strategy,
        next_at=next_at,
        link=link,
    )


def alert_for(ask: Asked, template: Template, selection: Selection) -> Plan:
    """The alert's words and its jobs."""
    return alert_of(
        template,
        call_of(ask.data) or ActionCall(kind=template.kind),
        selection,
        school=ask.audience.school,
        incident=ask.incident,
        cause=ask.cause,
        mode=ask.mode,
        at=ask.at,
    )


def alert_of(
    template: Template,
    call: ActionCall,
    selection: Selection,
    *,
    school: School,
    incident: IncidentId,
    cause: EventId,
    mode: IncidentMode,
    at: dt.datetime,
) -> Plan:
    """The words that are true at that time, and a job for each person and channel."""
    words = words_for(call, template, school.name, next_word_at(at, school.zone))
    message = Message(
        cause=cause,
        audience=template.audience,
        emergency=mode == "live",
        texts=texts_for(mode, template, words),
    )
    return plan_for(message, selection, school=school.id, incident=incident, mode=mode)


def _kind(desk: Desk, ask: Asked) -> ActionKind | None:
    call = call_of(ask.data)
    if call is not None:
        return call.kind
    latest = desk.latest(ask.incident)
    return latest.kind if latest else None
