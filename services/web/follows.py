"""What web follows: who was signed out, which names are new, which incident is open."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.identity import PersonRevoked, Revocations, RolesChanged, SessionRevoked
from schemas.replies import StateReply
from services.chassis.follower import MemoryPositions
from services.web.domain.problems import WebProblem
from services.web.domain.revocation import RevocationBook

IDENTITY_TYPES = frozenset(
    {"identity.session_revoked.v1", "identity.person_revoked.v1", "identity.roles_changed.v1"}
)
Refresh = Callable[[SchoolId], Awaitable[object]]


class RevocationSink(MemoryPositions):
    """Identity's log into the revocation book."""

    def __init__(self, book: RevocationBook) -> None:
        super().__init__()
        self._book = book

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        for envelope, event in events:
            if isinstance(event, SessionRevoked | PersonRevoked | RolesChanged):
                self._book.apply(school, envelope.time, event)
            self._book.forget(envelope.time)
        self.moved(owner, school, events[-1][0].pos)

    async def rebuild(self, owner: str, school: SchoolId, reply: StateReply) -> None:
        self._book.start_from(msgspec.json.decode(reply.state, type=Revocations))
        self.moved(owner, school, reply.pos)


class RefreshSink(MemoryPositions):
    """After any change, ask the owner again: web keeps answers, it never folds."""

    def __init__(self, refresh: dict[str, Refresh]) -> None:
        super().__init__()
        self._refresh = refresh

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        await self._again(owner, school)
        self.moved(owner, school, events[-1][0].pos)

    async def rebuild(self, owner: str, school: SchoolId, reply: StateReply) -> None:
        await self._again(owner, school)
        self.moved(owner, school, reply.pos)

    async def _again(self, owner: str, school: SchoolId) -> None:
        try:
            await self._refresh[owner](school)
        except WebProblem as problem:
            # A school that the owner does not show any more needs no cache.
            if problem.problem.status >= 500:
                raise
