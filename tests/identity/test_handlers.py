"""Handlers on fakes: what is asked of whom, and in which order."""

import pytest

from schemas.identifiers import PersonId
from schemas.identity import (
    CreateAccount,
    GrantRoles,
    RedeemLink,
    SessionReply,
    SetPassword,
    SignIn,
)
from services.identity.domain.accounts import Link, Person
from services.identity.domain.sessions import ENROLLED
from services.identity.domain.state import INSTALLATION, Held, State
from services.identity.handlers.accounts import Accounts
from services.identity.handlers.sign_ins import Denied, SignIns
from services.identity.ports import Busy
from tests.fakes.clock import SettableClock
from tests.identity.fakes import CountedSecrets, PaperDirectory, PaperIdentityLog, PlainPasswords
from tests.identity.scenes import ANNA, NORTH, SOUTH, START, someone

ADMINISTRATOR = someone("administrator")


class Desk:
    """Both handlers over the same fakes, with Anna in the directory."""

    def __init__(self) -> None:
        self.log = PaperIdentityLog(
            {NORTH: State(school=NORTH, roles={ANNA: Held(("office",), by_hand=True)})}
        )
        self.directory = PaperDirectory(
            {ANNA: Person(person=ANNA, name="Anna", login="anna", password="hash of right")}
        )
        self.passwords = PlainPasswords()
        self.clock = SettableClock(START)
        secrets = CountedSecrets()
        self.accounts = Accounts(
            log=self.log, directory=self.directory, passwords=self.passwords, secrets=secrets
        )
        self.sign_ins = SignIns(
            log=self.log,
            directory=self.directory,
            passwords=self.passwords,
            secrets=secrets,
            clock=self.clock,
        )

    async def sign_in(self, login: str, password: str) -> SessionReply | Denied:
        return await self.sign_ins.by_password(SignIn(login=login, password=password))


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_an_unknown_login_costs_a_hash_too(desk: Desk) -> None:
    """The time of a refusal does not tell whether someone exists."""
    for login in ("anna", "nobody"):
        answer = await desk.sign_in(login, "wrong")
        assert isinstance(answer, Denied)
        assert answer.code == "wrong_credentials"
    assert desk.passwords.asked == ["hash of right", ""]


async def test_a_paused_login_costs_no_hash(desk: Desk) -> None:
    """Guessing cannot keep the processor busy."""
    for _ in range(30):
        await desk.sign_in("anna", "wrong")
    assert len(desk.passwords.asked) == 5


async def test_a_queue_of_passwords_is_refused_kindly(desk: Desk) -> None:
    """On the first morning of school some wait a second; nobody's session suffers."""
    desk.passwords.busy = True
    answer = await desk.sign_in("anna", "right")
    assert isinstance(answer, Denied)
    assert (answer.code, answer.retry_after) == ("busy", 1.0)


async def test_without_a_role_there_is_no_session(desk: Desk) -> None:
    """A right password of someone who has left opens nothing."""
    desk.log.states.clear()
    answer = await desk.sign_in("anna", "right")
    assert isinstance(answer, Denied)
    assert answer.code == "no_roles"
    assert desk.directory.sessions == {}


async def test_a_link_without_a_role_stays_unused(desk: Desk) -> None:
    """The link works once the office has given the role."""
    fingerprint = b"print of code"
    desk.directory.links[fingerprint] = Link(person=ANNA, expires=START + ENROLLED)
    roles = dict(desk.log.states)
    desk.log.states.clear()
    assert isinstance(await desk.sign_ins.by_link(RedeemLink(code="code")), Denied)
    desk.log.states.update(roles)
    assert isinstance(await desk.sign_ins.by_link(RedeemLink(code="code")), SessionReply)


async def test_a_refused_account_is_not_written(desk: Desk) -> None:
    """The directory changes only after the log has accepted."""
    command = CreateAccount(
        op_id="op-000001",
        school=NORTH,
        actor=someone("teacher"),
        person=PersonId("bela"),
        name="Bela",
        login="bela",
    )
    assert (await desk.accounts.create(command)).code == "not_allowed"
    assert PersonId("bela") not in desk.directory.rows
    password = SetPassword(
        op_id="op-000002",
        school=SOUTH,
        actor=someone("principal"),
        person=ANNA,
        password="0123456789",
    )
    assert (await desk.accounts.set_password(password)).code == "keeps_elsewhere"
    assert desk.directory.rows[ANNA].password == "hash of right"


async def test_grants_go_to_the_schools_own_log(desk: Desk) -> None:
    """Who holds a role at a school is that school's record; accounts are the installation's."""
    grant = GrantRoles(
        op_id="op-000001", school=SOUTH, actor=ADMINISTRATOR, person=ANNA, roles=("staff",)
    )
    await desk.accounts.grant(grant)
    password = SetPassword(
        op_id="op-000002",
        school=NORTH,
        actor=ADMINISTRATOR,
        person=ANNA,
        password="0123456789",
    )
    await desk.accounts.set_password(password)
    assert [scope for scope, _ in desk.log.submitted] == [SOUTH, INSTALLATION]
    assert await desk.log.roles(ANNA) == {NORTH: ("office",), SOUTH: ("staff",)}


async def test_too_many_hashes_change_nothing(desk: Desk) -> None:
    """A password that could not be hashed is not half set."""
    desk.passwords.busy = True
    command = SetPassword(
        op_id="op-000001",
        school=NORTH,
        actor=ADMINISTRATOR,
        person=ANNA,
        password="0123456789",
    )
    with pytest.raises(Busy):
        await desk.accounts.set_password(command)
    assert desk.log.submitted == []
