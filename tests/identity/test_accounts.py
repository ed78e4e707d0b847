"""Accounts, links, sessions and attempts: who gets in, and for how long."""

import datetime as dt

import pytest

from schemas.identity import CreateAccount, CreateToken, IssueLink, Revoke, SetPassword
from schemas.vocabulary import SYSTEM, Actor, Role
from services.identity.domain.accounts import (
    Link,
    Person,
    create_account,
    create_token,
    issue_link,
    redeemable,
    set_password,
)
from services.identity.domain.attempts import FREE, LONGEST_PAUSE, Attempts
from services.identity.domain.authority import Roles
from services.identity.domain.decision import Decision
from services.identity.domain.sessions import ENROLLED, Issued, revoke, session, token
from services.identity.domain.state import forget
from tests.identity.scenes import (
    ANNA,
    BELA,
    NORTH,
    SOUTH,
    START,
    Moment,
    PaperLog,
    accepted,
    code,
    someone,
)

ADMINISTRATOR = someone("administrator")
PRINCIPAL = someone("principal")
ROW = Person(person=ANNA, name="Anna Example", login="anna@example.org")
AT_NORTH: Roles = {NORTH: ("teacher",)}


def new_password(actor: Actor, roles: Roles, row: Person | None = ROW) -> Decision:
    command = SetPassword(
        op_id="op-000001", school=NORTH, actor=actor, person=ANNA, password="ten letters"
    )
    return set_password(command, row, roles, ANNA if row else None)


def test_who_may_reset_whose_password() -> None:
    """Whoever can reset a sign-in can use it: never a way to more than one has oneself."""
    accepted(new_password(PRINCIPAL, AT_NORTH))
    accepted(new_password(someone(person="anna"), AT_NORTH))
    assert code(new_password(someone("teacher"), AT_NORTH)) == "not_allowed"
    assert code(new_password(PRINCIPAL, {NORTH: ("administrator",)})) == "not_allowed"
    accepted(new_password(ADMINISTRATOR, {NORTH: ("administrator",)}))
    elsewhere: Roles = {NORTH: ("teacher",), SOUTH: ("principal",)}
    assert code(new_password(ADMINISTRATOR, elsewhere)) == "keeps_elsewhere"
    accepted(new_password(SYSTEM, elsewhere))


def test_a_password_needs_someone_and_a_login() -> None:
    """A password that nobody could type is refused with what to do first."""
    assert code(new_password(PRINCIPAL, {}, None)) == "unknown_person"
    nameless = Person(person=ANNA, name="Anna Example")
    assert code(new_password(PRINCIPAL, {}, nameless)) == "login_needed"


def account(login: str, row: Person | None, owner: str | None = None) -> Decision:
    command = CreateAccount(
        op_id="op-000001",
        school=NORTH,
        actor=PRINCIPAL,
        person=ANNA,
        name="Anna Example",
        login=login,
    )
    return create_account(command, row, {}, BELA if owner else None)


def test_a_login_belongs_to_one_person() -> None:
    """Two people never sign in as each other."""
    accepted(account("anna", None))
    assert code(account("anna", None, owner="bela")) == "login_taken"
    accepted(account(" Anna@Example.org ", ROW))
    assert code(account("other", ROW)) == "account_exists"


def test_the_installation_itself_has_no_account() -> None:
    """Nobody can be created who would pass for the system."""
    command = CreateAccount(
        op_id="op-000001",
        school=NORTH,
        actor=ADMINISTRATOR,
        person=SYSTEM.person,
        name="System",
        login="system",
    )
    assert code(create_account(command, None, {}, None)) == "reserved_person"


@pytest.mark.parametrize(
    ("roles", "role", "answer"),
    [
        (("administrator",), "administrator", ""),
        (("principal",), "office", ""),
        (("it",), "screen", ""),
        (("principal",), "administrator", "not_allowed"),
        (("office",), "teacher", "not_allowed"),
    ],
)
def test_a_token_never_exceeds_its_maker(roles: tuple[Role, ...], role: Role, answer: str) -> None:
    """A token is not a way around the table of roles."""
    command = CreateToken(op_id="op-000001", school=NORTH, actor=someone(*roles), role=role)
    assert code(create_token(command)) == answer


def test_a_token_is_never_a_second_person() -> None:
    """Nobody approves their own proposal through a token."""
    claims = token("sid", someone(person="anna"), "office", NORTH, now=START, days=90)
    assert (claims.person, claims.kind, claims.roles) == (ANNA, "token", {NORTH: ("office",)})
    assert claims.exp - claims.iat == 90 * 86400


def test_two_tokens_of_one_desk_are_one_person() -> None:
    """Who was handed two tokens of the operator's still needs a second person to approve."""
    desks: tuple[Role, ...] = ("office", "office", "principal")
    made = [
        token(f"sid-{n}", SYSTEM, role, NORTH, now=START, days=90).person
        for n, role in enumerate(desks)
    ]
    assert made[0] == made[1]
    assert len({*made, SYSTEM.person}) == 3


def test_a_link_opens_something() -> None:
    """A person without a role, or nobody at all, gets no link."""
    command = IssueLink(op_id="op-000001", school=NORTH, actor=PRINCIPAL, person=ANNA)
    accepted(issue_link(command, ROW, AT_NORTH))
    assert code(issue_link(command, ROW, {NORTH: ()})) == "no_roles"
    assert code(issue_link(command, None, {})) == "unknown_person"


def test_a_link_is_used_once_and_in_time() -> None:
    """A link found in a bin or a forwarded mail opens nothing."""
    link = Link(person=ANNA, expires=START + dt.timedelta(hours=1))
    assert redeemable(link, START)
    assert not redeemable(link, link.expires)
    assert not redeemable(Link(person=ANNA, expires=link.expires, used=True), START)


def test_a_session_lasts_and_claims_only_held_roles() -> None:
    """A phone enrolled in August still works in May; an ended role is not claimed."""
    claims = session(
        "sid", ANNA, "A", {NORTH: ("teacher",), SOUTH: ()}, device="d", now=START, lasts=ENROLLED
    )
    assert claims.roles == {NORTH: ("teacher",)}
    assert claims.exp - claims.iat == 300 * 86400
    assert claims.kind == "session"


def test_a_screen_is_a_screen() -> None:
    """A wall board's session can be told from a person's."""
    claims = session("sid", ANNA, "A", {NORTH: ("screen",)}, device="d", now=START, lasts=ENROLLED)
    assert claims.kind == "screen"


def ended(actor: Actor, sid: str | None, issued: Issued | None) -> Decision:
    command = Revoke(op_id="op-000001", school=NORTH, actor=actor, sid=sid)
    moment = Moment(START, NORTH, actor.person, "op-000001")
    return revoke(command, issued, AT_NORTH, moment)


def test_who_may_end_a_session() -> None:
    """A lost phone is cut off by its owner or by those who keep accounts, by no one else."""
    issued = Issued(sid="s1", person=ANNA, expires=START + ENROLLED)
    for actor in (PRINCIPAL, someone(person="anna")):
        assert accepted(ended(actor, "s1", issued)).events
    assert code(ended(someone("teacher"), "s1", issued)) == "not_allowed"
    assert code(ended(PRINCIPAL, "s2", None)) == "unknown_session"
    assert code(ended(PRINCIPAL, None, None)) == "nothing_named"


def test_a_revoked_person_is_void_to_the_second() -> None:
    """A session issued in the very second of the cut does not slip through the rounding."""
    log = PaperLog(now=START + dt.timedelta(milliseconds=300))
    command = Revoke(op_id="op-000001", school=NORTH, actor=PRINCIPAL, person=ANNA)
    accepted(log.submit(PRINCIPAL, lambda state, stamp: revoke(command, None, AT_NORTH, stamp)))
    assert int(log.now.timestamp()) < log.state.revocations().people[ANNA]


def test_revocations_are_forgotten_when_nothing_is_left_to_revoke() -> None:
    """The list that every session check holds in memory stays small for years."""
    log = PaperLog()
    issued = Issued(sid="s1", person=ANNA, expires=START + dt.timedelta(hours=1))
    command = Revoke(op_id="op-000001", school=NORTH, actor=PRINCIPAL, sid="s1")
    log.submit(PRINCIPAL, lambda state, stamp: revoke(command, issued, AT_NORTH, stamp))
    assert "s1" in log.state.revocations().sessions
    forget(log.state, START + dt.timedelta(hours=1))
    assert log.state.revocations().sessions == {}


def test_guessing_is_slowed_and_then_forgiven() -> None:
    """Passwords cannot be tried out; a typing mistake costs nothing."""
    attempts, now = Attempts(), START
    for _ in range(FREE):
        assert not attempts.pause("anna", now)
        attempts.wrong("anna", now)
    assert attempts.pause("anna", now) == dt.timedelta(seconds=15)
    assert not attempts.pause("bela", now)
    for _ in range(20):
        attempts.wrong("anna", now)
    assert attempts.pause("anna", now) == LONGEST_PAUSE
    assert not attempts.pause("anna", now + dt.timedelta(hours=1))
    attempts.right("anna")
    assert not attempts.pause("anna", now)


def test_a_flood_of_logins_does_not_fill_memory() -> None:
    """Trying a million names costs the attacker more than us."""
    attempts = Attempts()
    for number in range(10_050):
        attempts.wrong(f"login-{number}", START)
    assert len(attempts.tallies) == 10_000
