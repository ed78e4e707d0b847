"""Who was revoked looks on no longer, however the board heard of it."""

import datetime as dt

import msgspec
import pytest

from schemas.board import TicketClaims
from schemas.envelope import Envelope
from schemas.identifiers import EventId, PersonId, SchoolId
from schemas.identity import Revocations, RolesChanged
from schemas.registry import event_type
from schemas.replies import StateReply
from services.board.domain.doors import INSTALLATION, LIFE, Register, Turned
from services.board.domain.views import Eyes
from services.board.follows import BoardSink
from services.board.handlers import Board
from tests.board.histories import SCHOOL
from tests.fakes.screens import START, PaintedScreen, PaintingOutlet, SettableTime

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


def changed(school: SchoolId, seconds: float = 0.0) -> tuple[Envelope, RolesChanged]:
    """Identity gave a teacher other roles, so long after the start."""
    data = RolesChanged(person=PersonId("teacher"), roles=())
    envelope = Envelope(
        id=EventId(f"{school}-1"),
        source="muster/identity",
        type=event_type(RolesChanged),
        time=START + dt.timedelta(seconds=seconds),
        school=school,
        pos=1,
        mode="admin",
        actor=PersonId("principal"),
        op_id="op-roles-1",
        data=msgspec.Raw(msgspec.json.encode(data)),
    )
    return envelope, data


@pytest.mark.parametrize("scope", [SCHOOL, INSTALLATION])
async def test_other_roles_end_the_old_view(scope: SchoolId) -> None:
    """Who is no teacher here any more stops seeing rows at once; nobody else notices."""
    board, register = Board(epoch="e1", outlet=PaintingOutlet(), time=SettableTime()), Register()
    sink = BoardSink(board=board, register=register)
    theirs, elsewhere, other = (
        PaintedScreen(Eyes("teacher"), person=person) for person in ("teacher", "teacher", "other")
    )
    board.school(SCHOOL).join(theirs)
    board.school(SCHOOL).join(other)
    board.school(SchoolId("next door")).join(elsewhere)
    await sink.apply("identity", scope, [changed(scope, 0.5)])
    assert (theirs.closed, other.closed) == ("roles_changed", None)
    assert elsewhere.closed == ("roles_changed" if scope == INSTALLATION else None)

    def admit(exp: int) -> str:
        claims = TicketClaims(
            jti=str(exp), sid="s", person="teacher", school=SCHOOL, view="teacher", exp=exp
        )
        return register.admit(claims, START + dt.timedelta(seconds=1)).jti

    with pytest.raises(Turned, match="roles_changed"):
        admit(NOW + LIFE)
    assert admit(NOW + 1 + LIFE)


async def test_a_view_of_the_new_roles_stays() -> None:
    """The event that is heard late does not cut the screen that already joined anew."""
    board = Board(epoch="e1", outlet=PaintingOutlet(), time=SettableTime())
    screen = PaintedScreen(Eyes("office"), person="teacher")
    board.school(SCHOOL).join(screen)
    sink = BoardSink(board=board, register=Register())
    await sink.apply("identity", SCHOOL, [changed(SCHOOL, -2.0)])
    assert screen.closed is None


def test_sessions_that_ended_by_themselves_are_forgotten() -> None:
    """What was revoked is remembered for as long as it could be used, and no longer."""
    register = Register()
    register.learn(Revocations(sessions={"over": NOW, "holds": NOW + 60}))
    claims = TicketClaims(
        jti="j", sid="s", person="p", school=SCHOOL, view="office", exp=NOW + LIFE
    )
    register.admit(claims, START)
    assert register.sessions == {"holds": NOW + 60}


async def test_every_scope_keeps_its_revocations() -> None:
    """What one school revoked still holds after another school's state was read."""
    register = Register()
    sink = BoardSink(
        board=Board(epoch="e1", outlet=PaintingOutlet(), time=SettableTime()), register=register
    )
    await sink.rebuild("identity", INSTALLATION, state(1, Revocations(sessions={"s1": NOW + 1})))
    await sink.rebuild("identity", SCHOOL, state(4, Revocations(people={PersonId("p1"): NOW})))
    for sid, person in (("s1", "p2"), ("s2", "p1")):
        claims = TicketClaims(
            jti="j", sid=sid, person=person, school=SCHOOL, view="office", exp=NOW + LIFE - 1
        )
        with pytest.raises(Turned, match="revoked"):
            register.admit(claims, START)
