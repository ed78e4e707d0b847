"""Approving a draft: one authorised person sends previewed words unchanged, once."""

import datetime as dt

import msgspec
from msgspec.structs import replace

from schemas.events import Event
from schemas.identifiers import EventId, SchoolId
from schemas.notifier import ApproveStatement, Statement, StatementApproved
from schemas.replies import Values
from schemas.roster import Audience
from schemas.vocabulary import Actor, Role
from services.notifier.domain.alerts import draft_at
from services.notifier.domain.audience import parents_of
from services.notifier.domain.desk import Desk
from services.notifier.domain.jobs import Message
from services.notifier.domain.occasions import template_named
from services.notifier.domain.plans import Plan, plan_for

LEFT_TO_READ = dt.timedelta(minutes=2)
"""Between approval and the time that the words promise: parents must be able to read them."""

MAY_APPROVE: frozenset[Role] = frozenset({"office", "principal", "administrator"})


class Refused(msgspec.Struct, frozen=True):
    """code: stable snake_case. reason: a sentence that a person can act on. values: in it."""

    code: str
    reason: str
    values: Values = {}


class Approved(msgspec.Struct, frozen=True, kw_only=True):
    events: tuple[Event, ...]
    plan: Plan


def approve(
    desk: Desk, command: ApproveStatement, audience: Audience, cause: EventId, now: dt.datetime
) -> Approved | Refused:
    """The statement goes to everyone who may be told now; a right withdrawn since the preview
    is honoured. cause: id of the approval's own event."""
    statement = desk.statements.get(command.statement)
    if refused := refuse(desk, statement, command, now):
        return refused
    assert statement is not None
    plan = _plan(statement, command.school, audience, cause)
    approval = StatementApproved(
        statement=statement.id,
        version=statement.version,
        template=statement.template,
        texts=statement.texts,
        by=command.actor.person,
        people=plan.people,
    )
    return Approved(events=(approval, plan.event(template_named(statement.template))), plan=plan)


def refuse(
    desk: Desk, statement: Statement | None, command: ApproveStatement, now: dt.datetime
) -> Refused | None:
    """Why this person may not send this version now; None: they may."""
    if not may_approve(command.actor):
        return Refused(
            "not_allowed",
            "Only the office, the principal or an administrator sends.",
            {"roles": ("office", "principal", "administrator")},
        )
    if statement is None or statement.incident != command.incident:
        return Refused("unknown_statement", "There is no such message. Reload the page.")
    if statement.approved_at is not None:
        minutes = int((now - statement.approved_at).total_seconds() // 60)
        return Refused(
            "already_approved",
            f"This message was approved {minutes} minutes ago.",
            {"minutes": str(minutes)},
        )
    if statement.version != command.version:
        return Refused("other_version", "The message changed. Read the new version first.")
    newest = desk.statements_of(statement.incident)[-1]
    if newest.version != statement.version:
        return Refused("superseded", "A newer message replaces this one. Read that one first.")
    if promise_is_over(statement, now):
        return Refused("promise_over", "Its time for the next message is over. Read the new draft.")
    return None


def promise_is_over(statement: Statement, now: dt.datetime) -> bool:
    """Whether its words promise the next message for a time that is past or minutes away."""
    return statement.next_at is not None and statement.next_at <= now + LEFT_TO_READ


def drafted_anew(
    desk: Desk, draft: str, audience: Audience, page: str, now: dt.datetime
) -> Statement | None:
    """The draft with words that are true now; None when they still are, or it went out."""
    known = desk.statements.get(draft)
    if known is None or known.approved_at is not None or not promise_is_over(known, now):
        return None
    return draft_at(replace(known, version=desk.next_version(known.incident)), audience, page, now)


def may_approve(actor: Actor) -> bool:
    return not MAY_APPROVE.isdisjoint(actor.roles)


def _plan(statement: Statement, school: SchoolId, audience: Audience, cause: EventId) -> Plan:
    message = Message(
        cause=cause, audience="parents", emergency=statement.emergency, texts=statement.texts
    )
    return plan_for(
        message,
        parents_of(audience, statement.mode),
        school=school,
        incident=statement.incident,
        mode=statement.mode,
    )
