"""What identity follows: a new roster brings people and their modest roles."""

from collections.abc import Sequence

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId, event_id
from schemas.registry import event_type
from schemas.replies import StateReply
from schemas.roster import Imported, RosterSnapshot
from schemas.vocabulary import SYSTEM
from services.chassis.commands import ProblemError, ServiceClient
from services.chassis.database import Pool
from services.chassis.follower import CannotHandle, LedgerSink
from services.chassis.ledger import Ledger, Op
from services.identity.domain.decision import Decision, Stamp
from services.identity.domain.roster_roles import (
    MISSED,
    OPERATOR,
    UNKNOWN,
    Importer,
    keep_roster,
)
from services.identity.domain.state import State
from services.identity.handlers.staff import Staff, Staffing
from services.identity.store.log import in_ledger

ROSTER_EVENTS = frozenset({event_type(Imported)})


class StaffSink:
    """An import becomes an act of the school's log here; its cursor moves in the same commit.

    Several imports at once are taken over as the newest: the others then change nothing.
    """

    def __init__(
        self, *, ledger: Ledger[State], pool: Pool, roster: ServiceClient, staff: Staff
    ) -> None:
        self._roster = roster
        self._staff = staff
        self._staffing: dict[SchoolId, Staffing] = {}
        self._acts = LedgerSink(ledger, self._op, pool=pool, make_rebuild=self._again)
        self.position = self._acts.position
        self.skip = self._acts.skip
        self.dead_letter = self._acts.dead_letter

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        """Raises CannotHandle when the roster has no such school."""
        await self._fetch(school)
        await self._acts.apply(owner, school, events)

    async def rebuild(self, owner: str, school: SchoolId, reply: StateReply) -> None:
        """The roster was restored: what it says now holds."""
        await self._fetch(school)
        await self._acts.rebuild(owner, school, reply)

    async def _fetch(self, school: SchoolId) -> None:
        try:
            snapshot = await self._roster.get("/snapshot", RosterSnapshot, school=school)
        except ProblemError as error:
            raise CannotHandle("no_snapshot") from error
        self._staffing[school] = await self._staff.keep(snapshot)

    def _op(self, envelope: Envelope, data: Event) -> Op[State] | None:
        if not isinstance(data, Imported):
            return None
        return self._act(envelope.school, envelope.id, self._importer(envelope, data))

    def _importer(self, envelope: Envelope, data: Imported) -> Importer:
        """Of exactly the roster that was fetched: a later one is somebody else's word."""
        if self._staffing[envelope.school].version != data.version:
            return UNKNOWN
        if envelope.actor != SYSTEM.person:
            return Importer(person=envelope.actor)
        # The roster itself tells of an import that a crash kept from its log: whose is not known.
        return MISSED if envelope.device == SYSTEM.device else OPERATOR

    def _again(self, owner: str, school: SchoolId, reply: StateReply) -> Op[State]:
        restored = f"{reply.lineage}-{reply.pos}"
        cause = event_id("identity", school, owner, restored, "rebuild", 0)
        return self._act(school, cause, UNKNOWN)

    def _act(self, school: SchoolId, cause: str, importer: Importer) -> Op[State]:
        staffing = self._staffing[school]

        def decide(state: State, stamp: Stamp) -> Decision:
            return keep_roster(state, staffing.roles, stamp, importer)

        return Op(
            school=school,
            actor=SYSTEM.person,
            device=SYSTEM.device,
            op_id=cause,
            body=cause.encode(),
            decide=in_ledger(decide),
        )
