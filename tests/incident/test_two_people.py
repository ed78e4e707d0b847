"""A live Lockdown is ended by two people, not by two accounts of one."""

import pytest

from schemas.identifiers import PersonId
from schemas.vocabulary import Actor, Role
from tests.incident.desk import Desk
from tests.incident.scenes import OFFICE, PRINCIPAL, TEACHER, accepted, call, refusal

KEEPER = PersonId("keeper-1")


def made(role: Role, *by: str, number: int = 9) -> Actor:
    """A session that these people's hands are in."""
    return Actor(
        person=PersonId(f"{role}-{number}"),
        roles=(role,),
        made_by=tuple(PersonId(one) for one in by),
    )


def locked() -> Desk:
    desk = Desk()
    accepted(desk.declare(call("lockdown"), actor=TEACHER))
    return desk


def test_principal_and_office_of_the_roster_end_it() -> None:
    """A small school has these two: they close a Lockdown, in either order."""
    for first, second in ((PRINCIPAL, OFFICE), (OFFICE, PRINCIPAL)):
        desk = locked()
        accepted(desk.close(first))
        accepted(desk.approve(second))
        assert desk.state.open is None


@pytest.mark.parametrize("what", ["close", "correct"])
def test_an_account_that_the_proposer_made_is_no_second_person(what: str) -> None:
    """A keeper with two accounts ends nothing alone, whichever of the two proposes."""
    mine = Actor(person=KEEPER, roles=("principal",))
    second = made("office", KEEPER)
    for first, then in ((mine, second), (second, mine)):
        desk = locked()
        accepted(desk.close(first) if what == "close" else desk.correct(first))
        refused = refusal(desk.approve(then))
        assert refused.code == "same_hands"
        assert "third person" in refused.reason
        assert desk.state.open is not None
        accepted(desk.approve(PRINCIPAL))


def test_two_accounts_of_one_maker_are_one_person() -> None:
    """Making two accounts and using neither of one's own is the same trick once more."""
    desk = locked()
    accepted(desk.close(made("office", KEEPER, number=8)))
    assert refusal(desk.approve(made("principal", KEEPER))).code == "same_hands"
    accepted(desk.approve(made("principal", "someone-else")))


def test_nobody_needs_a_second_person_to_start() -> None:
    """However an account was made: a live Lockdown starts with one press."""
    desk = Desk()
    accepted(desk.declare(call("lockdown"), actor=made("teacher", KEEPER)))
    assert desk.open.mode == "live"


def test_what_one_may_end_alone_does_not_ask_for_hands() -> None:
    """A drill, and a live Hold, are closed by one person as before."""
    for action, mode in (("lockdown", "drill"), ("hold", "live")):
        desk = Desk()
        accepted(desk.declare(call(action), mode=mode))  # type: ignore[arg-type]
        accepted(desk.close(made("office", KEEPER)))
        assert desk.state.open is None
