"""The language of the notifier: statements, audiences, jobs and what became of them."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.commands import Command
from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import EventId, IncidentId, PersonId, SchoolId
from schemas.incident import ActionCall
from schemas.vocabulary import IncidentMode, Language

Channel = Literal["email", "sms", "service"]
"""service: any other service address, sent through apprise."""

JobState = Literal["queued", "sending", "accepted", "failed", "unknown"]
"""accepted: the provider took it, not that a person has it. unknown: the call was cut."""

AudienceKind = Literal["staff", "parents"]


class MessageText(msgspec.Struct, frozen=True, kw_only=True):
    """One language's words. segments: SMS parts of `body`; encoding gsm7 | ucs2."""

    language: Language
    subject: str
    body: str
    segments: int
    encoding: str


class Statement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message to parents: a draft until an authorised person approves it.

    version: a later one supersedes an earlier. recipients: people per channel, as previewed.
    skipped: people per reason (no_address, no_consent, no_message_right, …). call: the action
    it speaks of. next_at: when its words promise the next message; a draft that is not approved
    before that is drafted anew under the same id.
    """

    id: str
    incident: IncidentId
    mode: IncidentMode
    version: int
    template: str
    texts: tuple[MessageText, ...]
    emergency: bool
    recipients: dict[Channel, int] = {}
    people: int = 0
    skipped: dict[str, int] = {}
    languages: dict[Language, int] = {}
    call: ActionCall | None = None
    next_at: Instant | None = None
    approved_by: PersonId | None = None
    approved_at: Instant | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """How one message stands, by channel: counts of jobs in each state."""

    cause: str
    audience: AudienceKind
    channel: Channel
    counts: dict[JobState, int]
    attempts: int = 0


class Attempt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    at: Instant
    outcome: JobState
    code: str = ""


class Job(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message to one person on one channel; no address leaves the notifier."""

    id: str
    person: PersonId
    channel: Channel
    state: JobState
    cause: str
    attempts: tuple[Attempt, ...] = ()


class HeldMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message to staff that its event was too old to send by itself.

    cause: the event that asked. happened: when it was. texts, people, recipients: what would go
    out now and to whom; empty while the contacts are not known. overtaken: the words are no longer
    true, so it can only be dropped. sent: what decided_by decided at decided_at; None: nothing yet.
    """

    cause: EventId
    incident: IncidentId
    audience: AudienceKind
    template: str
    held_at: Instant
    mode: IncidentMode | None = None
    happened: Instant | None = None
    texts: tuple[MessageText, ...] = ()
    people: int = 0
    recipients: dict[Channel, int] = {}
    overtaken: bool = False
    sent: bool | None = None
    decided_by: PersonId | None = None
    decided_at: Instant | None = None


class SchoolMessages(msgspec.Struct, frozen=True, kw_only=True):
    """GET /messages?school[&incident]: statements, deliveries, and people not reached.

    held: causes of messages that wait for a person. held_messages: these, and what was decided
    about others.
    """

    school: SchoolId
    statements: tuple[Statement, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    not_reached: tuple[PersonId, ...] = ()
    held: tuple[str, ...] = ()
    held_messages: tuple[HeldMessage, ...] = ()


# --- commands ---------------------------------------------------------------------------------


class ApproveStatement(Command, frozen=True, kw_only=True, tag="notifier.approve_statement"):
    """One authorised person sends a previewed template unchanged."""

    incident: IncidentId
    statement: str
    version: int


class AddServiceAddress(Command, frozen=True, kw_only=True, tag="notifier.add_service_address"):
    """An apprise address that staff alerts of the school also go to; checked before stored."""

    url: Annotated[str, Meta(min_length=5, max_length=500)]


class DecideHeld(Command, frozen=True, kw_only=True, tag="notifier.decide_held"):
    """A held message goes out now, or never. cause: the event that asked for it."""

    incident: IncidentId
    cause: EventId
    send: bool


# --- events -----------------------------------------------------------------------------------


class StatementDrafted(Event, frozen=True, kw_only=True, tag="notifier.statement_drafted.v1"):
    """A draft for parents is ready to be read and approved; a later version supersedes it."""

    statement: Statement


class StatementApproved(Event, frozen=True, kw_only=True, tag="notifier.statement_approved.v1"):
    statement: str
    version: int
    template: str
    texts: tuple[MessageText, ...]
    by: PersonId
    people: int


class AlertQueued(Event, frozen=True, kw_only=True, tag="notifier.alert_queued.v1"):
    """Jobs were made. cause: the event that asked for them. template: whose words they carry."""

    cause: EventId
    audience: AudienceKind
    people: int
    jobs: int
    template: str = ""


class MessageHeld(
    Event, frozen=True, kw_only=True, omit_defaults=True, tag="notifier.message_held.v1"
):
    """The event that asked is too old to alert by itself: nothing was sent, a person decides.

    call: the action it speaks of. happened: when the event was.
    """

    cause: EventId
    audience: AudienceKind
    template: str
    call: ActionCall | None = None
    happened: Instant | None = None


class HeldDecided(Event, frozen=True, kw_only=True, tag="notifier.held_decided.v1"):
    """A person sent a held message, or dropped it for good."""

    cause: EventId
    send: bool
    by: PersonId


class DeliveryCounted(Event, frozen=True, kw_only=True, tag="notifier.delivery_counted.v1"):
    """Progress of one cause, at most every few seconds and once at the end."""

    deliveries: tuple[Delivery, ...]
