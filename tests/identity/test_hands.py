"""No role by one's own word, and no second person made by the first."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from schemas.identifiers import PersonId
from schemas.identity import CreateAccount, GrantRoles, IssueLink, SetPassword
from schemas.vocabulary import Actor, Role
from services.identity.domain.decision import Decision
from services.identity.domain.granting import grant
from services.identity.domain.roster_roles import (
    MISSED,
    OPERATOR,
    UNKNOWN,
    Importer,
    keep_roster,
)
from services.identity.domain.state import INSTALLATION
from tests.chassis_fixtures import Databases
from tests.identity.running import OPERATOR as COMMAND_LINE
from tests.identity.running import PASSWORD, Running, member, running, until
from tests.identity.scenes import ANNA, BELA, NORTH, PaperLog, accepted, code, someone
from tests.identity.test_handlers import Desk

CLARA = PersonId("clara")
BY_ANNA, BY_BELA = Importer(person=ANNA), Importer(person=BELA)
THIRTY_DAYS = dt.timedelta(days=30)

Staff = dict[PersonId, tuple[Role, ...]]


def take(log: PaperLog, staff: Staff, importer: Importer) -> Decision:
    actor = Actor(person=PersonId("system"), device="system")
    return log.submit(actor, lambda state, stamp: keep_roster(state, staff, stamp, importer))


def give(log: PaperLog, actor: Actor, person: PersonId, *roles: Role) -> Decision:
    command = GrantRoles(op_id="op-grant-1", school=NORTH, actor=actor, person=person, roles=roles)
    return log.submit(actor, lambda state, stamp: grant(state, command, stamp, known=True))


def school() -> PaperLog:
    """As the operator imported it: Anna in the office, Bela the principal, Clara a teacher."""
    log = PaperLog()
    take(log, {ANNA: ("office",), BELA: ("principal",), CLARA: ("teacher",)}, OPERATOR)
    return log


def test_the_operators_import_gives_a_school_its_office_and_principal() -> None:
    """A small school is ready after its first import: nobody has to confirm anybody."""
    log = school()
    assert log.state.roles_of(ANNA) == ("office",)
    assert log.state.roles_of(BELA) == ("principal",)
    assert log.state.roles[BELA].given_by == ()


@pytest.mark.parametrize("importer", [BY_ANNA, UNKNOWN, MISSED])
def test_the_office_makes_nobody_principal_by_an_import(importer: Importer) -> None:
    """A file with one's own name beside `principal` gives no role: it waits for a keeper."""
    log = school()
    take(
        log, {ANNA: ("principal", "office"), BELA: ("principal",), CLARA: ("principal",)}, importer
    )
    assert log.state.roles_of(ANNA) == ("office",)
    assert log.state.roles_of(CLARA) == ("teacher",), "and nothing is lost by waiting"
    assert log.state.roles[ANNA].claimed == log.state.roles[CLARA].claimed == ("principal",)
    assert log.state.roles_of(BELA) == ("principal",), "who held it keeps it"


def test_a_keeper_who_did_not_import_it_confirms() -> None:
    """Two people's word makes a principal of the roster; then the two count as two."""
    log = school()
    take(log, {ANNA: ("office",), BELA: ("principal",), CLARA: ("principal",)}, BY_ANNA)
    accepted(give(log, someone("principal", person=BELA), CLARA, "principal", "teacher"))
    assert log.state.roles_of(CLARA) == ("principal", "teacher")
    assert log.state.roles[CLARA].given_by == ()


def test_a_keeper_does_not_confirm_their_own_import() -> None:
    """IT cannot write a principal into the roster and confirm it, under either of two names."""
    log = school()
    it = PersonId("it-1")
    accepted(give(log, COMMAND_LINE, it, "it"))
    take(
        log,
        {ANNA: ("office",), BELA: ("principal",), CLARA: ("principal",)},
        Importer(person=it),
    )
    assert log.state.roles_of(CLARA) == ("teacher",)
    mine = someone("it", person=it)
    second = Actor(person=PersonId("it-2"), roles=("it",), made_by=(it,))
    assert code(give(log, mine, CLARA, "principal")) == "other_keeper_needed"
    assert code(give(log, second, CLARA, "principal")) == "other_keeper_needed"
    accepted(give(log, COMMAND_LINE, CLARA, "principal"))


def test_a_keepers_import_brings_an_office_and_says_by_whom() -> None:
    """What a keeper could give by hand an import gives too, and counts as their hand."""
    log = school()
    take(log, {ANNA: ("office",), BELA: ("principal",), CLARA: ("office",)}, BY_BELA)
    assert log.state.roles_of(CLARA) == ("office",)
    assert log.state.roles[CLARA].given_by == (BELA,)


def test_a_role_that_was_confirmed_comes_back_by_itself() -> None:
    """A half-exported file that lost the principal for a night locks no school out."""
    log = school()
    take(log, {ANNA: ("office",), CLARA: ("teacher",)}, BY_ANNA)
    assert log.state.roles_of(BELA) == ()
    take(log, {ANNA: ("office",), BELA: ("principal",), CLARA: ("teacher",)}, BY_ANNA)
    assert log.state.roles_of(BELA) == ("principal",)


def test_nobody_gives_themselves_a_role_back_by_an_import() -> None:
    """A principal who became the office does not become principal again by their own file."""
    log = school()
    take(log, {ANNA: ("office",), BELA: ("office",)}, OPERATOR)
    take(log, {ANNA: ("office",), BELA: ("principal",)}, BY_BELA)
    assert log.state.roles_of(BELA) == ("office",)


def test_nobody_rises_by_their_own_hand() -> None:
    """A keeper gives themselves nothing, neither directly nor through an account they made."""
    log = school()
    it = PersonId("it-1")
    accepted(give(log, COMMAND_LINE, it, "it"))
    assert code(give(log, someone("it", person=it), it, "it", "principal")) == "not_for_oneself"
    second = Actor(person=PersonId("it-2"), roles=("it",), made_by=(it,))
    assert code(give(log, second, it, "it", "principal")) == "not_for_oneself"
    accepted(give(log, someone("it", person=it), it, "it", "staff"))


def test_after_a_crash_the_first_roster_of_a_school_still_counts() -> None:
    """The roster forgets who imported when it dies at the worst moment: a new school opens."""
    log = PaperLog()
    take(log, {BELA: ("principal",)}, MISSED)
    assert log.state.roles_of(BELA) == ("principal",)


async def claims(desk: Desk) -> dict[PersonId, int]:
    reply = await desk.sign_in("anna", "right")
    session = getattr(reply, "session", None)
    assert session is not None, reply
    found: dict[PersonId, int] = session.made_by
    return found


async def test_a_reset_sign_in_says_by_whom_for_thirty_days() -> None:
    """Whoever can open a session as someone else is in it, until others would have noticed."""
    desk = Desk()
    assert await claims(desk) == {}
    maya = someone("principal", person="maya")
    link = IssueLink(op_id="op-link-01", school=NORTH, actor=maya, person=ANNA)
    await desk.accounts.issue_link(link)
    assert set(await claims(desk)) == {"maya"}
    desk.clock.advance(THIRTY_DAYS)
    assert await claims(desk) == {}


async def test_who_sets_their_own_password_leaves_no_hand() -> None:
    """Only others' hands count; through a session that others made, theirs do."""
    desk = Desk()
    own = SetPassword(
        op_id="op-own-0001",
        school=NORTH,
        actor=someone("office", person=ANNA),
        person=ANNA,
        password="right",
    )
    await desk.accounts.set_password(own)
    assert await desk.directory.hands(ANNA) == {}
    lent = Actor(person=ANNA, roles=("office",), made_by=(PersonId("maya"),))
    await desk.accounts.set_password(
        SetPassword(op_id="op-own-0002", school=NORTH, actor=lent, person=ANNA, password="right")
    )
    assert set(await desk.directory.hands(ANNA)) == {"maya"}


async def test_the_first_phone_of_a_roster_person_leaves_no_hand() -> None:
    """At a small school the principal enrols the office: these two still end a Lockdown."""
    desk = Desk()
    roster = [desk.directory.rows[ANNA]]
    desk.directory.rows[BELA] = type(roster[0])(person=BELA, name="Bela")
    desk.log.states[NORTH].roles[BELA] = desk.log.states[NORTH].roles[ANNA]
    maya = someone("principal", person="maya")
    link = IssueLink(op_id="op-link-01", school=NORTH, actor=maya, person=BELA)
    await desk.accounts.issue_link(link)
    assert await desk.directory.hands(BELA) == {}


async def test_an_account_made_by_hand_says_by_whom() -> None:
    """A second account of one's own is not a second person, nor is one made through it."""
    desk = Desk()
    second = Actor(person=PersonId("maya-2"), roles=("principal",), made_by=(PersonId("maya"),))
    for number, actor in enumerate((someone("principal", person="maya"), second)):
        await desk.accounts.create(
            CreateAccount(
                op_id=f"op-make-00{number}",
                school=NORTH,
                actor=actor,
                person=PersonId(f"new-{number}"),
                name="New",
                login=f"new-{number}",
            )
        )
    assert set(await desk.directory.hands(PersonId("new-0"))) == {"maya"}
    assert set(await desk.directory.hands(PersonId("new-1"))) == {"maya", "maya-2"}


@pytest.fixture
async def service(database: Databases) -> AsyncIterator[Running]:
    async with running(await database("identity")) as service:
        yield service


async def test_hands_and_claims_survive_a_restart(service: Running) -> None:
    """What counts for thirty days is stored, and told to pages and sessions."""
    service.roster.imported(NORTH, member("anna", "siteAdministrator"), member("bela", "teacher"))

    async def known() -> bool:
        return {ANNA, BELA} <= (await service.accounts()).keys()

    await until(known)
    service.roster.imported(
        NORTH,
        member("anna", "siteAdministrator"),
        member("bela", "principal", "teacher"),
        by="anna",
    )

    async def claimed() -> bool:
        return bool((await service.accounts())[BELA].claimed)

    await until(claimed)
    maya = someone("principal", person="maya")
    made = {"actor": maya, "school": NORTH, "login": "bela", "password": PASSWORD}
    await service.create(PersonId("dora"), **{**made, "login": "dora"})
    await service.grant("office", person=PersonId("dora"), actor=maya)
    await service.stop()
    await service.start()
    assert (await service.accounts())[BELA].claimed == {NORTH: ("principal",)}
    assert (await service.accounts())[BELA].roles == {NORTH: ("teacher",)}
    session = (await service.sign_in("dora", PASSWORD)).session
    assert set(session.made_by) == {"maya"}
    assert INSTALLATION not in session.roles
