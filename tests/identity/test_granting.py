"""Roles: by hand, by the roster, and what a lost role does to sessions."""

import datetime as dt
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import PersonId
from schemas.identity import GrantRoles, PersonRevoked, RolesChanged
from schemas.vocabulary import SYSTEM, Actor, Role
from services.identity.domain.decision import Decision
from services.identity.domain.defaults import ORDER, default_roles, in_order
from services.identity.domain.granting import grant
from services.identity.domain.roster_roles import OPERATOR, Importer, keep_roster
from tests.identity.scenes import ANNA, BELA, NORTH, PaperLog, accepted, code, someone

ADMINISTRATOR = someone("administrator")
PRINCIPAL = someone("principal")


def give(
    log: PaperLog, *roles: Role, actor: Actor = ADMINISTRATOR, person: PersonId = ANNA
) -> Decision:
    command = GrantRoles(op_id="op-grant-1", school=NORTH, actor=actor, person=person, roles=roles)
    return log.submit(actor, lambda state, stamp: grant(state, command, stamp, known=True))


def import_staff(
    log: PaperLog, staff: Mapping[PersonId, tuple[Role, ...]], importer: Importer = OPERATOR
) -> Decision:
    return log.submit(SYSTEM, lambda state, stamp: keep_roster(state, staff, stamp, importer))


@pytest.mark.parametrize(
    ("roster", "roles"),
    [
        (("teacher",), ("teacher",)),
        (("aide",), ("staff",)),
        (("counselor", "teacher"), ("teacher", "staff")),
        (("principal",), ("principal",)),
        (("administrator",), ("office",)),
        (("siteAdministrator",), ("office",)),
        (("systemAdministrator",), ("staff",)),
        (("something new",), ("staff",)),
        ((), ("staff",)),
    ],
)
def test_a_roster_gives_modest_roles(roster: tuple[str, ...], roles: tuple[Role, ...]) -> None:
    """An import never makes anyone an administrator, and leaves no adult without a Lockdown."""
    assert default_roles(roster) == roles


def test_what_was_granted_by_hand_survives_an_import() -> None:
    """The next night's roster does not take the office's button away."""
    log = PaperLog()
    import_staff(log, {ANNA: ("teacher",), BELA: ("teacher",)})
    accepted(give(log, "office"))
    import_staff(log, {ANNA: ("teacher",), BELA: ("staff",)})
    assert log.state.roles_of(ANNA) == ("office",)
    assert log.state.roles_of(BELA) == ("staff",)


def test_who_left_the_roster_is_signed_out() -> None:
    """Someone who no longer works here neither sees nor starts anything."""
    log = PaperLog()
    import_staff(log, {ANNA: ("teacher",)})
    import_staff(log, {})
    assert log.state.roles_of(ANNA) == ()
    assert log.state.people[ANNA] == log.now + dt.timedelta(seconds=1)


def test_an_unchanged_roster_says_nothing() -> None:
    """A nightly import does not fill the log."""
    log = PaperLog()
    import_staff(log, {ANNA: ("teacher",)})
    assert accepted(import_staff(log, {ANNA: ("teacher",)})).events == ()


def test_a_lost_role_that_matters_ends_sessions() -> None:
    """A session signed with the office's role does not outlive that role."""
    log = PaperLog()
    accepted(give(log, "office", "teacher"))
    log.events.clear()
    accepted(give(log, "teacher"))
    assert [type(event) for event in log.events] == [RolesChanged, PersonRevoked]


def test_a_small_change_keeps_phones_signed_in() -> None:
    """A phone that was signed out over an aide's new contract could warn nobody."""
    log = PaperLog()
    import_staff(log, {ANNA: ("teacher",)})
    import_staff(log, {ANNA: ("staff",)})
    assert log.state.people == {}


def test_nobody_promotes_themselves() -> None:
    """Only an administrator makes an administrator, and only one unmakes them."""
    log = PaperLog()
    assert code(give(log, "teacher", actor=someone("office"))) == "not_allowed"
    assert code(give(log, "administrator", actor=PRINCIPAL)) == "not_allowed"
    assert code(give(log, "it", actor=someone("it"))) == "not_allowed"
    accepted(give(log, "administrator", "office"))
    assert code(give(log, "office", actor=PRINCIPAL)) == "not_allowed"
    accepted(give(log, "administrator", actor=PRINCIPAL))
    assert log.state.roles_of(ANNA) == ("administrator",)


def test_a_grant_again_is_nothing_new() -> None:
    """A repeated form does not sign anyone out."""
    log = PaperLog()
    accepted(give(log, "office"))
    assert accepted(give(log, "office")).events == ()


def test_a_stranger_gets_no_roles() -> None:
    """A mistyped id does not become a person."""
    log = PaperLog()
    command = GrantRoles(
        op_id="op-grant-1", school=NORTH, actor=ADMINISTRATOR, person=ANNA, roles=("office",)
    )
    answer = log.submit(
        ADMINISTRATOR, lambda state, stamp: grant(state, command, stamp, known=False)
    )
    assert code(answer) == "unknown_person"


role_sets = st.sets(st.sampled_from(ORDER), max_size=4).map(in_order)
steps = st.one_of(
    st.tuples(st.just("import"), st.dictionaries(st.sampled_from([ANNA, BELA]), role_sets)),
    st.tuples(st.just("grant"), role_sets),
)


@given(st.lists(steps, max_size=12))
def test_roles_follow_the_last_word(history: list[tuple[str, object]]) -> None:
    """In any order of imports and grants: by hand wins, else the newest roster holds."""
    log = PaperLog()
    by_hand: tuple[Role, ...] | None = None
    newest: Mapping[PersonId, tuple[Role, ...]] = {}
    for kind, what in history:
        if kind == "grant" and isinstance(what, tuple):
            accepted(give(log, *what))
            by_hand = what
        elif isinstance(what, dict):
            import_staff(log, what)
            newest = what
    assert log.state.roles_of(BELA) == newest.get(BELA, ())
    expected = newest.get(ANNA, ()) if by_hand is None else by_hand
    assert log.state.roles_of(ANNA) == expected
