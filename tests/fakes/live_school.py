"""A school in memory for live pages: owners' real decisions and the board's real frames."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from schemas.accountability import Account, AccountAnswer, Ended, OpenClass
from schemas.actions import ACTIONS, ActionKind
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import ActionId, ClassId, EventId, IncidentId, PersonId, SchoolId
from schemas.incident import (
    Action,
    ActionCall,
    ActionChanged,
    Closed,
    Declared,
    DrillStopped,
    NoteAdded,
    RoomOpened,
    Zone,
)
from schemas.registry import event_type
from schemas.replies import Reply
from schemas.roster import RosterSnapshot
from schemas.vocabulary import Actor, IncidentMode
from services.accountability.domain import decisions
from services.accountability.domain.account import Account as Accounted
from services.accountability.domain.decisions import Refused
from services.accountability.domain.school import School as Accounts
from services.accountability.handlers import touched
from services.board.domain.views import Eyes
from services.board.handlers import Counted, SchoolScreens
from services.board.ports import Outlet, Time


@dataclass
class LiveSchool:
    """One school. Every change is decided, folded and shown on its screens at once."""

    roster: RosterSnapshot
    outlet: Outlet
    time: Time
    epoch: str = "board-1"
    pos: dict[str, int] = field(default_factory=dict)
    seq: dict[tuple[str, IncidentId], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refusing: str = ""
    """Code that every mark is refused with; "" takes them."""

    def __post_init__(self) -> None:
        self.id: SchoolId = self.roster.school.id
        self.accounts = Accounts(self.id)
        self.answers: dict[str, Reply] = {}
        self.screens = SchoolScreens(
            self.id, epoch=self.epoch, outlet=self.outlet, time=self.time, counted=Counted()
        )

    def declare(
        self,
        kind: ActionKind = "evacuate",
        mode: IncidentMode = "live",
        *,
        rooms: tuple[str, ...] = (),
        populate: bool = True,
    ) -> IncidentId:
        """Open an incident; a live one stops an open drill."""
        number = len(self.screens.projection.incidents.recent) + self.pos.get("incident", 0) + 1
        incident = IncidentId(f"incident-{number}")
        before = self.screens.projection.incident
        if before is not None:
            self.tell(before.id, before.mode, DrillStopped(superseded_by=incident))
            self.tell(before.id, before.mode, Ended())
        self.tell(
            incident,
            mode,
            Declared(
                mode=mode,
                number=number,
                action=self._action(f"action-{number}", kind, rooms),
                declaration=f"declaration-{number}",
                roster_version=self.roster.version,
                supersedes=before.id if before else None,
            ),
        )
        if populate:
            self.populate(incident, mode)
        return incident

    def populate(self, incident: IncidentId, mode: IncidentMode) -> None:
        """Who is expected becomes known."""
        opened = decisions.decide_opened(self.accounts.account(incident), self.roster)
        if opened is not None:
            self.tell(incident, mode, opened)

    def change(self, kind: ActionKind, *, rooms: tuple[str, ...] = ()) -> None:
        """The open incident's first action becomes another."""
        incident = self.screens.projection.incident
        assert incident is not None
        action = self._action(f"action-{incident.seq + 1}-changed", kind, rooms)
        changed = ActionChanged(ended=incident.current[0].id, action=action)
        self.tell(incident.id, incident.mode, changed)

    def open_room(self, incident: IncidentId, room: str, mode: IncidentMode = "live") -> None:
        self.tell(incident, mode, RoomOpened(room=room, opened_by="Officer with a key"))

    def close(self) -> None:
        """The open incident ends."""
        incident = self.screens.projection.incident
        assert incident is not None
        self.tell(incident.id, incident.mode, Closed(by=(PersonId("office"),)))
        self.tell(incident.id, incident.mode, Ended())

    def note(self, incident: IncidentId, text: str, op_id: str) -> Reply:
        if op_id not in self.answers:
            self.notes.append(text)
            self.tell(incident, "live", NoteAdded(text=text))
            self.answers[op_id] = self._reply(incident, None)
        return self.answers[op_id]

    def account(self, command: Account) -> Reply:
        """Marks, decided as their owner decides them; the same op is one act."""
        if command.op_id in self.answers:
            return self.answers[command.op_id]
        known = self.accounts.account(command.incident)
        if self.refusing:
            decided: Event | Refused = Refused(self.refusing, "This was not taken.")
        else:
            members = decisions.members_of(self.roster)
            decided = decisions.decide_account(
                known,
                command,
                classes=list(members),
                now=self.time.now(),
                members=members.get(command.rest.class_id, ()) if command.rest else (),
            )
        return self._decided(command, decided, lambda: touched(self._known(command), command), None)

    def open_class(self, command: OpenClass) -> Reply:
        if command.op_id in self.answers:
            return self.answers[command.op_id]
        decided = decisions.decide_open_class(
            self.accounts.account(command.incident),
            command,
            members=decisions.members_of(self.roster),
        )
        return self._decided(command, decided, list, command.class_id)

    def tell(
        self,
        incident: IncidentId,
        mode: IncidentMode,
        data: Event,
        *,
        actor: Actor | None = None,
        op_id: str = "op-00000001",
    ) -> None:
        """Append one event and show it."""
        owner = event_type(type(data)).partition(".")[0]
        self.pos[owner] = self.pos.get(owner, 0) + 1
        seq = self.seq[owner, incident] = self.seq.get((owner, incident), 0) + 1
        envelope = Envelope(
            id=EventId(f"{owner}-{self.pos[owner]}"),
            source=f"muster/{owner}",
            type=event_type(type(data)),
            time=self.time.now(),
            school=self.id,
            incident=incident,
            pos=self.pos[owner],
            seq=seq,
            mode=mode,
            actor=actor.person if actor else PersonId("office"),
            device=actor.device if actor else "desk",
            op_id=op_id,
            data=msgspec.Raw(msgspec.json.encode(data)),
        )
        if owner == "incident":
            self.screens.change(self.screens.projection.incident_event(envelope, data))
        else:
            self.accounts.apply(envelope, data)
            self.screens.change(self.screens.projection.accounting_event(envelope, data))

    def eyes(self, view: str, classes: Sequence[ClassId], *, command: bool) -> Eyes:
        """What a ticket would allow."""
        kept = tuple(sorted(classes)) if view == "teacher" else ()
        return Eyes(msgspec.convert(view, type=Eyes.__annotations__["view"]), kept, command)

    def _decided(
        self,
        command: Account | OpenClass,
        decided: Event | Refused,
        named: Callable[[], list[PersonId]],
        opened: ClassId | None,
    ) -> Reply:
        if isinstance(decided, Refused):
            reply = Reply(
                status="refused", code=decided.code, reason=decided.reason, at=self.time.now()
            )
        else:
            known = self._known(command)
            self.tell(
                command.incident, known.mode, decided, actor=command.actor, op_id=command.op_id
            )
            answer = decisions.answer(self._known(command), named(), opened)
            reply = self._reply(command.incident, answer)
        self.answers[command.op_id] = reply
        return reply

    def _known(self, command: Account | OpenClass) -> Accounted:
        return self.accounts.accounts[command.incident]

    def _reply(self, incident: IncidentId, answer: AccountAnswer | None) -> Reply:
        return Reply(
            status="accepted",
            incident=incident,
            seq=self.seq.get(("accountability", incident), 0),
            at=self.time.now(),
            answer=msgspec.Raw(msgspec.json.encode(answer)),
        )

    def _action(self, name: str, kind: ActionKind, rooms: tuple[str, ...]) -> Action:
        location = "the football field" if kind == "evacuate" else None
        zone = Zone(name="Some rooms", rooms=rooms) if rooms else Zone()
        return Action(
            id=ActionId(name),
            call=ActionCall(kind=kind, location=location, zone=zone),
            directive=ACTIONS[kind].directive,
            started=self.time.now() - dt.timedelta(seconds=90),
            started_by=PersonId("office"),
        )
