"""Who was revoked looks on no longer, however the board heard of it."""

import msgspec
import pytest

from schemas.board import TicketClaims
from schemas.identifiers import PersonId, SchoolId
from schemas.identity import Revocations
from schemas.replies import StateReply
from services.board.domain.doors import LIFE, Register, Turned
from services.board.domain.views import Eyes
from services.board.follows import BoardSink
from services.board.handlers import Board
from tests.board.histories import SCHOOL
from tests.fakes.screens import START, PaintedScreen, PaintingOutlet, SettableTime

INSTALLATION = SchoolId("installation")
NOW = int(START.timestamp())


def state(pos: int, revocations: Revocations) -> StateReply:
    """Identity's state of one scope, as its first event brings it."""
    body = msgspec.Raw(msgspec.json.encode(revocations))
    return StateReply(owner="identity", lineage="l1", pos=pos, state=body)


@pytest.mark.parametrize(
    "revocations",
    [
        Revocations(sessions={"stolen": NOW + 3600}),
        Revocations(people={PersonId("thief"): NOW + 1}),
    ],
)
async def test_the_first_revocation_of_a_scope_cuts_the_screen(revocations: Revocations) -> None:
    """A stolen phone goes dark at once, although a new scope is heard of as a whole state."""
    board = Board(epoch="e1", outlet=PaintingOutlet(), time=SettableTime())
    sink = BoardSink(board=board, register=Register())
    stolen = PaintedScreen(Eyes("office"), sid="stolen", person="thief")
    other = PaintedScreen(Eyes("office"), sid="other", person="teacher")
    for screen in (stolen, other):
        board.school(SCHOOL).join(screen)
    await sink.rebuild("identity", INSTALLATION, state(1, revocations))
    assert (stolen.closed, other.closed) == ("revoked", None)


async def test_every_scope_keeps_its_revocations() -> None:
    """What one school revoked still holds after another school's state was read."""
    register = Register()
    sink = BoardSink(
        board=Board(epoch="e1", outlet=PaintingOutlet(), time=SettableTime()), register=register
    )
    await sink.rebuild("identity", INSTALLATION, state(1, Revocations(sessions={"s1": NOW})))
    await sink.rebuild("identity", SCHOOL, state(4, Revocations(people={PersonId("p1"): NOW})))
    for sid, person in (("s1", "p2"), ("s2", "p1")):
        claims = TicketClaims(
            jti="j", sid=sid, person=person, school=SCHOOL, view="office", exp=NOW + LIFE - 1
        )
        with pytest.raises(Turned, match="revoked"):
            register.admit(claims, START)
