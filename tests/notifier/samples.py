"""A small synthetic school, its events, and the notifier's own fold, for tests."""

import datetime as dt
from collections.abc import Iterable

from schemas import envelope as envelopes
from schemas.actions import ACTIONS, ActionKind
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import ActionId, EventId, IncidentId, PersonId, SchoolId
from schemas.incident import Action, ActionCall, Declared
from schemas.notifier import ApproveStatement, Channel, DecideHeld
from schemas.registry import event_type
from schemas.roster import Audience, Contact, School, StudentLink
from schemas.vocabulary import Actor, IncidentMode, Role
from services.notifier.domain.alerts import Asked, Told, asked, decide
from services.notifier.domain.desk import Desk
from services.notifier.domain.jobs import QueuedJob, job_id

NOW = dt.datetime(2026, 9, 15, 14, 5, 7, tzinfo=dt.UTC)
SCHOOL = SchoolId("f30381f5-6af8-42c7-b77a-ae00866eaebf")
INCIDENT = IncidentId("8d9fd0a8-351b-5d91-900b-513b18d52de4")
STUDENT = PersonId("student-1")


def contact(person: str, *, links: Iterable[StudentLink] = (), **given: str) -> Contact:
    fields: dict[str, str] = {"email": f"{person}@school.example", "sms": "+12025550123", **given}
    return Contact(
        person=PersonId(person),
        name=person,
        language="es" if fields.get("language") == "es" else "en",
        email=fields["email"],
        sms=fields["sms"],
        links=tuple(links),
    )


def link(*, message: bool = True, routine: bool = True) -> StudentLink:
    return StudentLink(STUDENT, message, routine)


def audience(
    *, staff: Iterable[Contact] = (), guardians: Iterable[Contact] = (), school: SchoolId = SCHOOL
) -> Audience:
    return Audience(
        school=School(id=school, source_id="s1", name="Lincoln Elementary"),
        version=1,
        staff=tuple(staff) or (contact("staff-1"), contact("staff-2", sms="")),
        guardians=tuple(guardians)
        or (contact("guardian-1", links=[link()]), contact("guardian-2", links=[link()])),
    )


def action(kind: ActionKind, **given: str) -> Action:
    location = given.get("location", "Football field") if kind == "evacuate" else None
    return Action(
        id=ActionId(f"action-{kind}"),
        call=ActionCall(kind=kind, location=location),
        directive=ACTIONS[kind].directive,
        started=NOW,
        started_by=PersonId("office-1"),
    )


def declared(kind: ActionKind, mode: IncidentMode = "drill") -> Declared:
    return Declared(mode=mode, number=1, action=action(kind), declaration="d1", roster_version=1)


def enveloped(
    data: Event,
    *,
    mode: IncidentMode = "drill",
    at: dt.datetime = NOW,
    pos: int = 1,
    school: SchoolId = SCHOOL,
) -> Envelope:
    kind = event_type(type(data))
    owner = kind.partition(".")[0]
    return Envelope(
        id=EventId(f"{kind}-{pos}"),
        source=f"muster/{owner}",
        type=kind,
        time=at,
        school=school,
        incident=INCIDENT,
        pos=pos,
        seq=pos,
        mode=mode,
        actor=PersonId("office-1"),
        op_id=f"operation-{pos}",
        data=envelopes.ENCODER.encode(data),  # type: ignore[arg-type]
    )


def ask(data: Event, *, mode: IncidentMode = "drill", at: dt.datetime = NOW, pos: int = 1) -> Asked:
    found = asked(
        enveloped(data, mode=mode, at=at, pos=pos),
        data,
        audience(),
        page="https://muster.example/s/{statement}",
    )
    assert found is not None
    return found


def fold(desk: Desk, events: Iterable[Event], mode: IncidentMode = "drill") -> None:
    for event in events:
        pos = len(desk.alerts) + len(desk.statements) + len(desk.held)
        desk.apply(enveloped(event, mode=mode, pos=pos, at=NOW + dt.timedelta(seconds=pos)), event)


def tell(desk: Desk, data: Event, mode: IncidentMode = "drill", pos: int = 1) -> Told:
    """Decide on an event and fold what came of it."""
    told = decide(desk, ask(data, mode=mode, pos=pos), NOW)
    fold(desk, told.events, mode)
    return told


def approval(statement: str, version: int, role: Role = "office") -> ApproveStatement:
    return ApproveStatement(
        op_id="approve-0001",
        school=SCHOOL,
        actor=Actor(person=PersonId("office-1"), roles=(role,)),
        incident=INCIDENT,
        statement=statement,
        version=version,
    )


def decision(cause: EventId, *, send: bool, op_id: str = "held-0001") -> DecideHeld:
    return DecideHeld(
        op_id=op_id,
        school=SCHOOL,
        actor=Actor(person=PersonId("office-1"), roles=("office",)),
        incident=INCIDENT,
        cause=cause,
        send=send,
    )


def queued_job(
    channel: Channel,
    *,
    person: str = "p",
    mode: IncidentMode = "drill",
    cause: str = "e",
    **given: str,
) -> QueuedJob:
    """A job as it stands after it was claimed once."""
    addresses = {"sms": "+12025550123", "email": "p@home.example", "service": "json://x.example"}
    return QueuedJob(
        id=job_id(EventId(cause), PersonId(person), channel),
        school=SCHOOL,
        incident=INCIDENT,
        mode=mode,
        cause=EventId(cause),
        person=PersonId(person),
        channel=channel,
        address=given.get("address", addresses[channel]),
        language="en",
        subject=given.get("subject", "DRILL: Lincoln practices Hold - DRILL"),
        body=given.get("body", "DRILL. Lincoln practices Hold now. DRILL"),
        emergency=mode == "live",
        tried=1,
    )
