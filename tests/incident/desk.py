"""The log of one school with short words for what its office does."""

from schemas.actions import ActionKind
from schemas.identifiers import ActionId, IncidentId
from schemas.incident import (
    ActionCall,
    AddNote,
    Approve,
    ChangeAction,
    Close,
    Correct,
    OpenRoom,
)
from schemas.vocabulary import Actor, IncidentMode
from services.incident.domain.decision import Decision
from tests.incident.scenes import (
    OFFICE,
    SCHOOL,
    PaperLog,
    accepted,
    call,
)


class Desk(PaperLog):
    """The log with short words for what an office does to the open or last incident."""

    @property
    def last(self) -> IncidentId:
        return self.events[-1][0].incident or IncidentId("")

    def change(self, to: ActionCall, actor: Actor = OFFICE, action: str = "") -> Decision:
        identifier = ActionId(action or self.action.id)
        return self.submit(
            ChangeAction(
                op_id=self.op_id(),
                school=SCHOOL,
                actor=actor,
                incident=self.last,
                action_id=identifier,
                to=to,
            )
        )

    def close(self, actor: Actor = OFFICE) -> Decision:
        return self.submit(
            Close(op_id=self.op_id(), school=SCHOOL, actor=actor, incident=self.last)
        )

    def correct(self, actor: Actor = OFFICE) -> Decision:
        return self.submit(
            Correct(op_id=self.op_id(), school=SCHOOL, actor=actor, incident=self.last)
        )

    def approve(self, actor: Actor, proposal: str = "", version: int = 0) -> Decision:
        pending = self.open.proposal
        assert pending is not None or proposal
        return self.submit(
            Approve(
                op_id=self.op_id(),
                school=SCHOOL,
                actor=actor,
                incident=self.last,
                proposal=proposal or (pending.id if pending else ""),
                version=version or (pending.version if pending else 0),
            )
        )

    def open_room(self, room: str, actor: Actor = OFFICE, by: str = "Sgt. Example") -> Decision:
        return self.submit(
            OpenRoom(
                op_id=self.op_id(),
                school=SCHOOL,
                actor=actor,
                incident=self.last,
                room=room,
                opened_by=by,
            )
        )


def desk(kind: ActionKind, mode: IncidentMode = "live") -> Desk:
    log = Desk()
    accepted(log.declare(call(kind), mode))
    return log


def told(log: Desk, actor: Actor) -> Decision:
    """What the Lockdown page's "Tell the office" sends."""
    return log.submit(
        AddNote(op_id=log.op_id(), school=SCHOOL, actor=actor, incident=log.last, text="101: Help")
    )
