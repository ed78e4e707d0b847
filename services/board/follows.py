"""What the board follows: incidents, accountability and revocations, all in memory."""

import math
from collections.abc import Callable, Sequence

import msgspec

from schemas.accountability import SchoolAccounting
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import PersonId, SchoolId
from schemas.identity import PersonRevoked, Revocations, RolesChanged, SessionRevoked
from schemas.incident import SchoolIncidents
from schemas.incident_fold import CannotFold
from schemas.replies import StateReply
from services.board.domain.doors import INSTALLATION, Register
from services.board.domain.projection import Changes
from services.board.handlers import Board
from services.chassis.follower import CannotHandle, MemoryPositions


class BoardSink(MemoryPositions):
    """Applies followed events to the screens; keeps (owner, school) → pos in memory."""

    def __init__(self, *, board: Board, register: Register) -> None:
        super().__init__()
        self._board = board
        self._register = register

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        """Show events, in order. Raises CannotHandle when the fold does not know one."""
        for envelope, data in events:
            try:
                self._show(owner, school, envelope, data)
            except CannotFold as error:
                raise CannotHandle("cannot_fold") from error
            self.moved(owner, school, envelope.pos)

    async def rebuild(self, owner: str, school: SchoolId, reply: StateReply) -> None:
        """Start from an owner's state."""
        if owner == "identity":
            self._take(msgspec.json.decode(reply.state, type=Revocations))
        else:
            screens = self._board.school(school)
            start: Changes
            if owner == "incident":
                state = msgspec.json.decode(reply.state, type=SchoolIncidents)
                start = screens.projection.start_incidents(state)
            else:
                accounting = msgspec.json.decode(reply.state, type=SchoolAccounting)
                start = screens.projection.start_accounting(accounting)
            screens.change(start)
        self.moved(owner, school, reply.pos)

    def _show(self, owner: str, school: SchoolId, envelope: Envelope, data: Event) -> None:
        if owner == "identity":
            self._revoke(school, envelope, data)
            return
        screens = self._board.school(school)
        project: Callable[[Envelope, Event], Changes] = screens.projection.accounting_event
        if owner == "incident":
            project = screens.projection.incident_event
        screens.change(project(envelope, data))

    def _revoke(self, school: SchoolId, envelope: Envelope, data: Event) -> None:
        match data:
            case SessionRevoked(sid=sid, until=until):
                self._take(Revocations(sessions={sid: math.ceil(until.timestamp())}))
            case PersonRevoked(person=person, before=before):
                self._take(Revocations(people={person: math.ceil(before.timestamp())}))
            case RolesChanged(person=person):
                self._change_roles(school, person, math.ceil(envelope.time.timestamp()))
            case _:
                pass

    def _change_roles(self, scope: SchoolId, person: PersonId, at: int) -> None:
        """The view itself may not be theirs any more: a new ticket says what is."""
        self._register.roles_changed(person, scope, at)
        for school in tuple(self._board.schools) if scope == INSTALLATION else (scope,):
            self._board.change_roles(
                school, lambda screen: screen.person == person and screen.made < at
            )

    def _take(self, revocations: Revocations) -> None:
        """Nobody looks on, however it was heard: a scope's first event comes as its state."""
        self._register.learn(revocations)
        self._board.revoke(
            lambda screen: self._register.revoked(screen.sid, screen.person, screen.made)
        )
