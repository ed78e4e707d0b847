"""Identity over HTTP on a real database: signing in, links, tokens, revocations, the roster."""

import asyncio
import datetime as dt
import hashlib
from collections.abc import AsyncIterator

import asyncpg
import msgspec
import pytest

from schemas.identifiers import PersonId, SchoolId
from schemas.identity import CreateToken, DemoSignIn, Revoke, Session, SessionReply, SetPassword
from schemas.vocabulary import Actor, Role
from services.chassis.commands import ProblemError, Unavailable
from tests.chassis_fixtures import Database, Databases
from tests.identity.running import (
    INSTALLATION,
    OPERATOR,
    PASSWORD,
    Running,
    member,
    running,
    until,
)
from tests.identity.scenes import ANNA, BELA, NORTH, SOUTH, someone


@pytest.fixture
async def db(database: Databases) -> Database:
    return await database("identity")


@pytest.fixture
async def service(db: Database) -> AsyncIterator[Running]:
    async with running(db) as service:
        yield service


async def with_anna(service: Running, *roles: Role) -> None:
    await service.create(password=PASSWORD)
    await service.grant(*(roles or ("office",)))


def failure(caught: pytest.ExceptionInfo[ProblemError]) -> tuple[int, str]:
    return caught.value.status, caught.value.code


async def test_a_session_is_verified_without_the_database(service: Running) -> None:
    """Whoever holds the key reads who someone is and what they may do, for twelve hours."""
    await with_anna(service)
    reply = await service.sign_in(" ANNA ", PASSWORD)
    now = service.clock.now()
    claims = service.tokens.verify("session", reply.token, Session, now)
    assert claims == reply.session
    assert (claims.person, claims.roles) == (ANNA, {NORTH: ("office",)})
    assert claims.exp - claims.iat == 12 * 3600


async def test_a_wrong_login_and_a_wrong_password_look_the_same(service: Running) -> None:
    """Nobody learns which logins exist."""
    await with_anna(service)
    for login, password in (("anna", "wrong password"), ("nobody", PASSWORD), ("", PASSWORD)):
        with pytest.raises(ProblemError) as caught:
            await service.sign_in(login, password)
        assert failure(caught) == (401, "wrong_credentials")


async def test_guessing_is_stopped_and_devices_go_on(service: Running) -> None:
    """After five wrong passwords a login pauses; what is already signed in is not touched."""
    await with_anna(service)
    before = await service.sign_in("anna", PASSWORD)
    guesses = (service.sign_in("anna", f"wrong password {number}") for number in range(20))
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    codes = [answer.code for answer in answers if isinstance(answer, ProblemError)]
    assert codes.count("wrong_credentials") == 5
    assert codes.count("too_many_attempts") == 15
    with pytest.raises(ProblemError) as caught:
        await service.sign_in("anna", PASSWORD)
    assert caught.value.status == 429
    assert caught.value.retry_after
    assert before.session.sid not in (await service.revocations()).sessions
    assert (await service.revocations()).people == {}
    service.clock.advance(dt.timedelta(hours=1))
    await service.sign_in("anna", PASSWORD)


async def test_a_link_enrols_one_device_for_a_school_year(service: Running) -> None:
    """The code in someone's mailbox is worth nothing once it has been used."""
    await with_anna(service)
    link = await service.link()
    reply = await service.redeem(link.code)
    assert reply.session.exp - reply.session.iat == 300 * 86400
    assert reply.session.device == "phone-1"
    with pytest.raises(ProblemError) as caught:
        await service.redeem(link.code)
    assert failure(caught) == (410, "link_invalid")


async def test_two_who_redeem_at_once_are_one(service: Running) -> None:
    """A stolen code that races its owner gives one session, not two."""
    await with_anna(service)
    link = await service.link()
    tries = (service.redeem(link.code) for _ in range(10))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(answer, SessionReply) for answer in answers) == 1


async def test_a_link_expires(service: Running) -> None:
    """A forgotten mail opens nothing next month."""
    await with_anna(service)
    link = await service.link()
    service.clock.advance(dt.timedelta(hours=72))
    with pytest.raises(ProblemError) as caught:
        await service.redeem(link.code)
    assert failure(caught) == (410, "link_invalid")


async def test_the_same_op_tells_the_same_link_and_no_table_holds_it(
    service: Running, db: Database
) -> None:
    """A lost answer can be asked for again; a stolen database holds no code and no password."""
    await with_anna(service)
    link = await service.link(op_id="op-the-link")
    assert await service.link(op_id="op-the-link") == link
    dump = await everything(db)
    assert link.code not in dump
    assert PASSWORD not in dump
    assert "argon2id" in dump


async def test_a_stolen_database_has_no_fast_hash_of_a_password(
    service: Running, db: Database
) -> None:
    """What makes an op repeatable is no shortcut around argon2."""
    command = SetPassword(
        op_id="op-password-1", school=INSTALLATION, actor=OPERATOR, person=ANNA, password=PASSWORD
    )
    await with_anna(service)
    assert (await service.client.send(command)).status == "accepted"
    dump = await everything(db)
    for actor in (OPERATOR, Actor(person=OPERATOR.person)):
        plain = msgspec.json.encode(msgspec.structs.replace(command, actor=actor))
        assert str(hashlib.sha256(plain).digest()) not in dump


async def everything(db: Database) -> str:
    """All that the schema holds, as text."""
    connection = await asyncpg.connect(db.admin_url)
    try:
        tables = await connection.fetch(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'identity'"
        )
        rows = [
            str(dict(row))
            for table in tables
            for row in await connection.fetch(f"SELECT * FROM identity.{table['table_name']}")
        ]
        return "\n".join(rows)
    finally:
        await connection.close()


async def test_a_token_acts_at_one_school(service: Running) -> None:
    """A program has one role at one school, and is never the operator who made its token."""
    command = CreateToken(op_id="op-token-1", school=NORTH, actor=OPERATOR, role="office", days=7)
    first = await service.client.send(command)
    assert await service.client.send(command) == first
    claims = msgspec.json.decode(first.answer, type=SessionReply).session
    other = await service.client.send(msgspec.structs.replace(command, op_id="op-token-2"))
    others = msgspec.json.decode(other.answer, type=SessionReply).session
    assert (claims.kind, claims.roles) == ("token", {NORTH: ("office",)})
    assert claims.exp - claims.iat == 7 * 86400
    assert claims.sid != others.sid
    assert OPERATOR.person not in {claims.person, others.person}


async def test_what_is_revoked_is_in_the_state(service: Running) -> None:
    """A lost phone's session is void at everyone who reads the revocations, after a restart too."""
    await with_anna(service)
    session = (await service.redeem((await service.link()).code)).session
    revoke = Revoke(op_id="op-revoke-1", school=NORTH, actor=someone("principal"), sid=session.sid)
    assert (await service.client.send(revoke)).status == "accepted"
    everyone = Revoke(op_id="op-revoke-2", school=NORTH, actor=someone("principal"), person=ANNA)
    assert (await service.client.send(everyone)).status == "accepted"
    await service.stop()
    await service.start()
    revoked = await service.revocations()
    assert revoked.sessions == {session.sid: session.exp}
    assert revoked.people[ANNA] > session.iat


async def test_a_stranger_revokes_nothing(service: Running) -> None:
    """A session id that someone overheard is no lever."""
    await with_anna(service)
    session = (await service.sign_in("anna", PASSWORD)).session
    for actor in (someone("teacher"), someone("office"), someone("responder")):
        revoke = Revoke(op_id=service.op(), school=NORTH, actor=actor, sid=session.sid)
        assert (await service.client.send(revoke)).code == "not_allowed"
    elsewhere = Revoke(
        op_id=service.op(), school=SOUTH, actor=someone("principal"), sid=session.sid
    )
    assert (await service.client.send(elsewhere)).code == "keeps_elsewhere"


async def test_a_new_password_replaces_the_old_for_good(service: Running) -> None:
    """An old op that a client sends again does not bring an old password back."""
    await with_anna(service)
    service.clock.advance(dt.timedelta(seconds=1))
    await service.set_password("the second password", op_id="op-second-1")
    service.clock.advance(dt.timedelta(seconds=1))
    await service.set_password("the third password", op_id="op-third-01")
    await service.set_password("the second password", op_id="op-second-1")
    with pytest.raises(ProblemError):
        await service.sign_in("anna", "the second password")
    await service.sign_in("anna", "the third password")
    reused = await service.set_password("the fourth password", op_id="op-third-01")
    assert (reused.status, reused.code) == ("refused", "op_reused")


async def test_logins_are_unique_however_many_ask(service: Running) -> None:
    """Ten people who want the same login at once are one person with it and nine refusals."""
    people = [PersonId(f"person-{number}") for number in range(10)]
    replies = await asyncio.gather(*(service.create(person) for person in people))
    assert sorted(reply.code for reply in replies) == [""] + ["login_taken"] * 9


async def test_a_roster_brings_its_staff(service: Running) -> None:
    """After an import everyone on the staff has an account with a modest role, at their school."""
    service.roster.imported(NORTH, member("anna", "teacher"), member("bela", "administrator"))
    service.roster.imported(SOUTH, member("anna", "aide"))

    async def known() -> bool:
        north, south = await service.accounts(), await service.accounts(SOUTH)
        return len(north) == 2 and len(south) == 1

    await until(known)
    accounts = await service.accounts()
    assert accounts[ANNA].name == "Anna Example"
    assert accounts[ANNA].roles == {NORTH: ("teacher",)}
    assert accounts[BELA].roles == {NORTH: ("office",)}
    session = (await service.redeem((await service.link()).code)).session
    assert session.roles == {NORTH: ("teacher",), SOUTH: ("staff",)}


async def test_a_grant_by_hand_survives_the_next_roster(service: Running) -> None:
    """Who was made an administrator at the command line still is one after the nightly import."""
    service.roster.imported(NORTH, member("anna", "teacher"), member("bela", "teacher"))

    async def known() -> bool:
        return len(await service.accounts()) == 2

    await until(known)
    assert (await service.grant("administrator")).status == "accepted"
    service.roster.imported(NORTH, member("anna", "teacher"))

    async def gone() -> bool:
        return BELA not in await service.accounts()

    await until(gone)
    assert (await service.accounts())[ANNA].roles == {NORTH: ("administrator",)}
    assert BELA in (await service.revocations(NORTH)).people


async def test_a_restored_roster_is_taken_over_again(service: Running) -> None:
    """After the roster came back from a backup, its people are who it says they are."""
    service.roster.imported(NORTH, member("anna", "teacher"))

    async def anna() -> bool:
        return set(await service.accounts()) == {ANNA}

    await until(anna)
    service.roster.lineage = "restored"
    service.roster.staff[NORTH] = (member("bela", "teacher"),)

    async def bela() -> bool:
        return set(await service.accounts()) == {BELA}

    await until(bela)


async def test_a_password_for_a_roster_person_uses_their_address(service: Running) -> None:
    """Someone from the roster signs in with the e-mail address that it gives."""
    service.roster.imported(NORTH, member("anna", "teacher", email="Anna@Example.org"))

    async def known() -> bool:
        return ANNA in await service.accounts()

    await until(known)
    assert (await service.set_password(PASSWORD)).status == "accepted"
    assert (await service.sign_in("anna@example.org", PASSWORD)).session.person == ANNA


async def test_one_tap_exists_only_in_the_demo(service: Running) -> None:
    """A real school has no door without a key, not even a locked one."""
    await with_anna(service)
    with pytest.raises(ProblemError) as caught:
        await service.client.post(
            "/sessions/demo", DemoSignIn(role="office", school=NORTH), SessionReply
        )
    assert failure(caught) == (404, "not_found")


async def test_the_demo_signs_in_by_one_tap(db: Database) -> None:
    """Each role of the demo is a real person of the demo school where there is one."""
    async with running(db, demo=True) as service:
        await with_anna(service)
        for role, person in (("office", "anna"), ("sro", "demo-sro")):
            asked = DemoSignIn(role=role, school=NORTH)  # type: ignore[arg-type]
            reply = await service.client.post("/sessions/demo", asked, SessionReply)
            assert reply.session.person == person
            assert reply.session.roles == {NORTH: (role,)}
        with pytest.raises(ProblemError) as caught:
            await service.client.post(
                "/sessions/demo",
                DemoSignIn(role="office", school=SchoolId("none")),
                SessionReply,
            )
        assert failure(caught) == (404, "unknown_school")


async def test_an_oversized_or_odd_sign_in_is_refused(service: Running) -> None:
    """A flood of bytes costs the sender a refusal and us nothing."""
    for raw, code in (
        (b"x" * 5000, "body_too_large"),
        (b"{", "bad_request"),
        (b"{}", "bad_request"),
    ):
        with pytest.raises(ProblemError) as caught:
            await service.client.post("/sessions", raw, SessionReply)
        assert caught.value.code == code


async def test_roles_change_only_by_those_who_keep_them(service: Running) -> None:
    """The office cannot make itself principal."""
    await with_anna(service)
    assert (await service.grant("principal", actor=someone("office"))).code == "not_allowed"
    stranger = await service.grant("office", person=PersonId("nobody"))
    assert stranger.code == "unknown_person"
    assert (await service.accounts())[ANNA].roles == {NORTH: ("office",)}


async def test_a_stand_by_signs_nobody_in(service: Running, db: Database) -> None:
    """A second instance that cannot know of revocations gives no sessions."""
    await with_anna(service)
    async with running(db) as other:
        with pytest.raises(Unavailable):
            await other.sign_in("anna", PASSWORD)
