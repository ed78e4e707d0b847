"""The directory: the same cases in memory and in PostgreSQL."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from services.chassis.database import open_pool
from services.identity.domain.accounts import Link, Person
from services.identity.domain.sessions import Issued
from services.identity.ports import Directory
from services.identity.store import StoredDirectory
from tests.chassis_fixtures import Databases
from tests.identity.fakes import PaperDirectory
from tests.identity.scenes import ANNA, BELA, START

LATER = START + dt.timedelta(hours=1)
ROW = Person(person=ANNA, name="Anna Example", login="anna", password="hash one")


@pytest.fixture(params=["paper", "stored"])
async def directory(
    request: pytest.FixtureRequest, database: Databases
) -> AsyncIterator[Directory]:
    if request.param == "paper":
        yield PaperDirectory()
        return
    db = await database("identity")
    pool = await open_pool(db.url("identity"), service="identity")
    yield StoredDirectory(pool)
    await pool.close()


async def test_who_was_added_is_found(directory: Directory) -> None:
    """A person is found by id and by login, and nobody else is."""
    await directory.add(ROW, START)
    assert await directory.person(ANNA) == ROW
    assert await directory.by_login("anna") == ROW
    assert await directory.person(BELA) is None
    assert await directory.by_login("bela") is None
    assert await directory.by_login("") is None


async def test_adding_again_changes_nothing_that_is_set(directory: Directory) -> None:
    """An op that is sent again after a crash completes what was cut off, and no more."""
    await directory.keep_staff([Person(person=ANNA, name="Anna Example", email="a@example.org")])
    await directory.add(ROW, START)
    await directory.set_password(ANNA, "", "hash two", LATER)
    await directory.add(ROW, START)
    known = await directory.person(ANNA)
    assert known is not None
    assert (known.login, known.password, known.email) == ("anna", "hash two", "a@example.org")


async def test_a_password_gives_a_login_to_who_has_none(directory: Directory) -> None:
    """Someone from the roster signs in with their address from the first password on."""
    await directory.keep_staff([Person(person=ANNA, name="Anna", email="a@example.org")])
    await directory.set_password(ANNA, "a@example.org", "hash", START)
    known = await directory.by_login("a@example.org")
    assert known is not None
    assert known.person == ANNA


async def test_a_roster_renames_and_takes_no_sign_in_away(directory: Directory) -> None:
    """A married name arrives by import; the login stays."""
    await directory.add(ROW, START)
    await directory.keep_staff(
        [Person(person=ANNA, name="Anna Sample"), Person(person=BELA, name="Bela Example")]
    )
    assert [row.name for row in await directory.people()] == ["Anna Sample", "Bela Example"]
    known = await directory.person(ANNA)
    assert known is not None
    assert (known.login, known.password) == ("anna", "hash one")


async def test_a_link_is_redeemed_once(directory: Directory) -> None:
    """Using the link and issuing the session are one step."""
    link = Link(person=ANNA, expires=LATER)
    session = Issued(sid="s1", person=ANNA, expires=LATER)
    await directory.add_link(b"print", link, START)
    assert await directory.link(b"print") == link
    assert await directory.redeem(b"print", session, START)
    assert await directory.issued("s1") == session
    assert not await directory.redeem(b"print", Issued(sid="s2", person=ANNA, expires=LATER), START)
    assert await directory.issued("s2") is None
    await directory.add_link(b"print", link, START)
    used = await directory.link(b"print")
    assert used is not None
    assert used.used


async def test_an_expired_link_is_not_redeemed(directory: Directory) -> None:
    """Even when the check and the use lie around the moment of expiry."""
    await directory.add_link(b"print", Link(person=ANNA, expires=LATER), START)
    assert not await directory.redeem(b"print", Issued(sid="s1", person=ANNA, expires=LATER), LATER)


async def test_what_has_ended_is_forgotten(directory: Directory) -> None:
    """The list of sessions does not grow for ever."""
    await directory.issue(Issued(sid="s1", person=ANNA, expires=LATER), START)
    await directory.add_link(b"print", Link(person=ANNA, expires=LATER), START)
    after = LATER + dt.timedelta(hours=1)
    await directory.issue(Issued(sid="s2", person=ANNA, expires=after), LATER)
    await directory.add_link(b"other", Link(person=ANNA, expires=after), LATER)
    assert await directory.issued("s1") is None
    assert await directory.issued("s2") is not None
    assert await directory.link(b"print") is None
