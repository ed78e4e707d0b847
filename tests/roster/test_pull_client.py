"""How a student system is read: tokens, pages, waiting, and everything that ends a pull."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import ssl
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from schemas.roster_pull import RestVersion
from services.roster.domain.pulling.failures import WORDS, ChangedUnderneath, PullFailed
from services.roster.domain.pulling.paging import Bounds
from services.roster.ports.pulling import Endpoint
from services.roster.senders.asking import Patience
from services.roster.senders.oneroster import OneRosterSystems
from services.roster.senders.reach import Forbidden, Reach
from tests.fakes.clock import SettableClock
from tests.fakes.student_system import (
    StudentSystem,
    Trouble,
    crowd,
    fine,
    once,
    rows_of,
    small_school,
    user_12,
)

IMPATIENT = Patience(answer=2.0, connect=2.0, wait=120.0, waits=200.0, tries=3)
SMALL = Bounds(limit=1_000, pages=12, rows=5_000, page_bytes=64 * 1024, row_bytes=2_000)


class Client:
    """Reads the fake; `pauses` are the seconds that it would have waited."""

    def __init__(self, system: StudentSystem, *, allowed: tuple[str, ...] = ("127.0.0.1",)) -> None:
        self.system = system
        self.pauses: list[float] = []
        self.clock = SettableClock()
        self.systems = OneRosterSystems(
            clock=self.clock,
            allowed=allowed,
            bounds=SMALL,
            patience=IMPATIENT,
            pause=self.pause,
        )

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def endpoint(self, **fields: Any) -> Endpoint:
        version: RestVersion = "1.1" if self.system.version == "1.1" else "1.2"
        said = Endpoint(
            base_url=self.system.url,
            token_url=self.system.token_url,
            client_id=self.system.client_id,
            secret=self.system.secret,
            scopes=("one", "two"),
            version=version,
        )
        return msgspec.structs.replace(said, **fields)

    async def read(
        self, table: str = "users", since: dt.datetime | None = None, **fields: Any
    ) -> list[str]:
        """sourcedIds of all rows."""
        found: list[str] = []
        async with self.systems.open(self.endpoint(**fields)) as opened:
            async for rows in opened.pages(table, since):
                found += ids(rows)
        return found

    async def refusal(self, **fields: Any) -> PullFailed:
        with pytest.raises(PullFailed) as failed:
            await self.read(**fields)
        return failed.value


def ids(rows: Sequence[msgspec.Raw]) -> list[str]:
    return [json.loads(bytes(row))["sourcedId"] for row in rows]


@pytest.fixture
async def system() -> AsyncIterator[StudentSystem]:
    async with StudentSystem(tables=crowd(250), page=100).serving() as system:
        yield system


@pytest.mark.parametrize(
    "paging",
    [{"link", "total"}, {"link"}, {"total"}, set()],
    ids=["link and total", "link", "total", "neither"],
)
async def test_every_row_is_read_whatever_the_server_tells(
    system: StudentSystem, paging: set[str]
) -> None:
    """A server that caps its pages never looks like a school that lost its students."""
    system.paging = frozenset(paging)
    found = await Client(system).read()
    assert len(found) == len(set(found)) == 251


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_both_versions_have_their_paths(version: str) -> None:
    """1.1 is asked at its own address; another version's server says that nothing is there."""
    async with StudentSystem(version=version, tables=small_school(version)).serving() as system:
        assert len(await Client(system).read()) == 4
        other = "1.1" if version == "1.2" else "1.2"
        assert (await Client(system).refusal(version=other)).code == "no_such_path"


async def test_one_token_serves_until_shortly_before_it_ends(system: StudentSystem) -> None:
    """The secret is not sent for every page, and an old token is not sent at all."""
    client = Client(system)
    await client.read()
    await client.read("orgs")
    assert (system.tokens_given, system.scopes) == (1, ["one two"])
    client.clock.advance(dt.timedelta(seconds=3600 - 61))
    await client.read("orgs")
    assert system.tokens_given == 1
    client.clock.advance(dt.timedelta(seconds=2))
    await client.read("orgs")
    assert system.tokens_given == 2


async def test_a_token_that_ended_early_is_fetched_once_more(system: StudentSystem) -> None:
    """In the middle of a table; a server that then still refuses is not asked for ever."""
    client = Client(system)

    async def revoked(_request: web.Request) -> None:
        system.tokens.clear()

    system.trouble = [fine, revoked]
    assert len(await client.read()) == 251
    assert system.tokens_given == 2
    system.trouble = [once(401), once(401)]
    assert (await client.refusal()).code == "not_authorised"
    assert system.tokens_given == 3


async def test_changes_are_asked_for_by_the_specification(system: StudentSystem) -> None:
    """Only what changed since comes back; organisations always come whole."""
    system.tables["users"][3]["dateLastModified"] = "2026-03-04T09:30:00.000Z"
    since = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)
    client = Client(system)
    assert await client.read("users", since) == [system.tables["users"][3]["sourcedId"]]
    assert len(await client.read("orgs", since)) == 2
    system.trouble = [once(400)]
    with pytest.raises(PullFailed, match="filter_refused"):
        await client.read("users", since)


async def test_retry_after_is_honoured_within_bounds(system: StudentSystem) -> None:
    """As long as the server asks, as seconds or as a date; a demand for an hour ends the pull."""
    client = Client(system)
    date = {"Retry_After": "Wed, 04 Mar 2026 10:05:30 GMT", "Date": "Wed, 04 Mar 2026 10:05:00 GMT"}
    system.trouble = [once(429, Retry_After="7"), once(503, **date)]
    assert len(await client.read()) == 251
    assert client.pauses == [7.0, 30.0]
    system.trouble = [once(429, Retry_After="3600")]
    assert (await client.refusal()).code == "busy"
    system.trouble = [once(429, Retry_After="100"), once(429, Retry_After="101")]
    assert (await client.refusal()).code == "busy"
    assert client.pauses == [7.0, 30.0, 100.0]


async def test_a_server_that_fails_in_the_middle_is_asked_again(system: StudentSystem) -> None:
    """One 500 is passed over; three end the pull, which is tried again later."""
    client = Client(system)
    system.trouble = [fine, once(500)]
    assert len(await client.read()) == 251
    system.trouble = [fine, once(500), once(502), once(500)]
    failed = await client.refusal()
    assert (failed.code, failed.again) == ("server_failed", True)


def slow(release: asyncio.Event) -> Trouble:
    async def trouble(_request: web.Request) -> None:
        await release.wait()

    return trouble


async def test_a_server_that_does_not_answer_is_left(system: StudentSystem) -> None:
    """A pull never hangs."""
    release = asyncio.Event()
    system.trouble = [slow(release)] * 3
    client = Client(system)
    client.systems._patience = Patience(answer=0.1, tries=3)
    failed = await client.refusal()
    assert (failed.code, failed.again, len(client.pauses)) == ("too_slow", True, 2)
    release.set()


async def endless(_request: web.Request) -> web.StreamResponse:
    """A page of new rows, and always a next one."""
    number = int(_request.query.get("offset", "0"))
    rows = [user_12(f"k{number + n}", "student") for n in range(10)]
    link = f'<{_request.path}?offset={number + 10}>; rel="next"'
    return web.json_response({"users": rows}, headers={"Link": link})


async def test_endless_pages_end(system: StudentSystem) -> None:
    """A server that never says stop is stopped."""
    system.trouble = [endless] * 50
    assert (await Client(system).refusal()).code == "too_many_pages"
    assert len(system.asked) == SMALL.pages


async def test_a_page_that_comes_again_is_noticed(system: StudentSystem) -> None:
    """A server that ignores the offset would give the same students for ever."""
    rows = system.tables["users"][:10]
    system.trouble = [rows_of("users", rows, Link='</users?offset=10>; rel="next"')] * 2
    with pytest.raises(ChangedUnderneath):
        await Client(system).read()


async def test_a_total_that_changes_is_noticed(system: StudentSystem) -> None:
    """A student who moves between two pages would be missing from both."""
    client = Client(system)

    async def one_less(_request: web.Request) -> None:
        system.tables["users"].pop(0)

    system.trouble = [fine, one_less]
    with pytest.raises(ChangedUnderneath):
        await client.read()


async def test_fewer_rows_than_the_total_are_noticed(system: StudentSystem) -> None:
    """A list that ends early is no complete list."""
    rows = system.tables["users"][:10]
    system.trouble = [rows_of("users", rows, X_Total_Count="30")]
    system.trouble.append(rows_of("users", [], X_Total_Count="30"))
    with pytest.raises(ChangedUnderneath):
        await Client(system).read()


DEEP = '{"users": [{"sourcedId": ' + "[" * 20_000 + "]" * 20_000 + "}]}"


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (once(200, "<html>"), "page_not_json"),
        (once(200, '{"users": [{"sourcedId": "a"'), "page_not_json"),
        (once(200, "[]"), "page_not_json"),
        (once(200, '{"imsx_codeMajor": "failure"}'), "page_not_oneroster"),
        (once(200, '{"users": {"sourcedId": "a"}}'), "page_not_oneroster"),
        (once(200, DEEP), "page_not_json"),
        (once(200, '{"users": [{"sourcedId": "' + "a" * 3_000 + '"}]}'), "page_too_large"),
        (once(200, " " * (SMALL.page_bytes + 1)), "page_too_large"),
        (once(200, "{}", Content_Encoding="gzip"), "encoded"),
        (once(302, Location="https://elsewhere.example"), "redirected"),
        (once(403), "scope_missing"),
        (once(404), "no_such_path"),
        (once(418), "server_refused"),
    ],
)
async def test_an_answer_that_is_none_ends_the_pull(
    system: StudentSystem, trouble: Trouble, code: str
) -> None:
    """Each with a code and words that say what to do; none of it is kept."""
    system.trouble = [trouble]
    failed = await Client(system).refusal()
    assert failed.code == code
    assert failed.reason == WORDS[code]


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (once(302, Location="https://elsewhere.example"), "redirected"),
        (once(200, "<html>"), "no_token"),
        (once(200, '{"access_token": "a\\nb"}'), "no_token"),
        (once(200, "x" * 70_000), "page_too_large"),
        (once(401), "credentials_refused"),
        (once(404), "no_token"),
    ],
)
async def test_a_token_that_is_none_ends_the_pull(
    system: StudentSystem, trouble: Trouble, code: str
) -> None:
    """The secret is never sent on to where a redirect points; nothing is asked without a token."""
    system.token_trouble = [trouble]
    assert (await Client(system).refusal()).code == code
    assert system.asked == []


async def test_an_inner_address_needs_the_operators_word(system: StudentSystem) -> None:
    """A source cannot be used to look around inside the school's network or this machine."""
    assert (await Client(system, allowed=()).refusal()).code == "address_forbidden"
    named = system.url.replace("127.0.0.1", "localhost")
    assert (await Client(system).refusal(token_url=named)).code == "address_forbidden"
    assert system.scopes == []


@pytest.mark.parametrize(
    ("url", "allowed", "address", "right"),
    [
        ("https://sis.example", (), "93.184.216.34", True),
        ("https://sis.example", (), "2606:2800:220:1::1", True),
        ("https://sis.example", (), "10.0.0.7", False),
        ("https://sis.example", (), "169.254.169.254", False),
        ("https://sis.example", (), "127.0.0.1", False),
        ("https://sis.example", (), "::1", False),
        ("https://sis.example", (), "fe80::1%eth0", False),
        ("https://sis.example", (), "::ffff:10.0.0.7", False),
        ("https://sis.example", (), "64:ff9b::a00:7", False),
        ("https://sis.example", (), "64:ff9b:1::a00:7", False),
        ("https://sis.example", (), "::ffff:0:10.0.0.7", False),
        ("https://sis.example", (), "fec0::7", False),
        ("https://sis.example", (), "192.0.0.192", False),
        ("https://sis.example", (), "192.88.99.1", False),
        ("https://sis.example", (), "2002:a00:7::1", False),
        ("https://sis.example", (), "224.0.0.1", False),
        ("https://sis.example", (), "sis.example", False),
        ("https://sis.example", ("sis.example",), "10.0.0.7", True),
        ("https://sis.example", ("example",), "10.0.0.7", False),
        ("http://localhost", ("localhost",), "127.0.0.1", True),
        ("http://localhost", ("localhost",), "93.184.216.34", False),
    ],
)
def test_the_address_rule(url: str, allowed: tuple[str, ...], address: str, right: bool) -> None:
    """Judged by the number that is really connected to, after any look-up of names."""
    reach = Reach(url, allowed)
    if right:
        reach.check(address)
    else:
        with pytest.raises(Forbidden):
            reach.check(address)


def test_a_demo_reads_only_what_settings_name() -> None:
    """Nothing of a demo leaves its computer, and no real child gets into it unseen."""
    with pytest.raises(Forbidden):
        Reach("https://sis.example", (), demo=True).check("93.184.216.34")
    Reach("http://localhost", ("localhost",), demo=True).check("127.0.0.1")


async def test_a_certificate_that_is_not_valid_gets_no_secret(tmp_path: Path) -> None:
    """Without a certificate that this machine trusts, not even the client id is sent."""
    async with StudentSystem(tables=small_school()).serving(self_signed(tmp_path)) as system:
        assert (await Client(system).refusal()).code == "tls_failed"
        assert system.scopes == []


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begins = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=36_500))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "self-signed.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


async def test_nobody_there_is_told_as_that() -> None:
    """A server that is down is tried again; the code says that nobody answered."""
    gone = StudentSystem(tables=small_school())
    async with gone.serving():
        pass
    client = Client(gone)
    failed = await client.refusal()
    assert (failed.code, failed.again, len(client.pauses)) == ("unreachable", True, 2)
