"""The address rule: what a sender may connect to, checked where the connection is made."""

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from services.chassis.clock import SystemClock
from services.chassis.process import run_http
from services.notifier.domain.jobs import Result
from services.notifier.domain.services import SCHEMES, scheme_refused
from services.notifier.senders.gateway import SmsSender
from services.notifier.senders.mail import Envelopes
from services.notifier.senders.plugins import PLUGINS
from services.notifier.senders.reach import Reach, Unreachable
from services.notifier.senders.services import ServiceSender, address_refused
from services.notifier.senders.smtp import SmtpSender
from tests.notifier.providers import RunningSinks
from tests.notifier.samples import queued_job

REFUSED = Result("refused", "address_refused")


@pytest.fixture
async def bystander() -> AsyncIterator[tuple[int, list[str]]]:
    """Another server on this machine: its port and what it was asked."""
    asked: list[str] = []

    async def note(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", note)
    async with run_http(app, "127.0.0.1", 0) as port:
        yield port, asked


def reaches(reach: Reach, address: str, port: int = 443) -> bool:
    try:
        reach.check(address, port)
    except Unreachable:
        return False
    return True


INWARD = (
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
    *("169.254.169.254", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1", "192.0.2.1"),
    *(
        "::1",
        "::",
        "fe80::1",
        "fe80::1%lo",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "2001:db8::1",
    ),
    *("::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "2001:0:1::"),
    *("localhost", "example.org", "0x7f000001", "2130706433", "127.1", ""),
)


@pytest.mark.parametrize("address", INWARD)
def test_nothing_inward_is_public(address: str) -> None:
    """A service address can lead neither into this machine nor into a private network."""
    assert not reaches(Reach(rule="public"), address)


def test_the_internet_is_public() -> None:
    """The rule refuses what is inward, not everything."""
    assert reaches(Reach(rule="public"), "93.184.215.14")
    assert reaches(Reach(rule="public"), "2606:2800:21f:cb07:6820:80da:af6b:8b2c")


def test_the_operators_relay_may_be_private_but_never_metadata() -> None:
    """A school's own mail relay is on its own network; the cloud's metadata address is no relay."""
    operator = Reach(rule="operator")
    assert reaches(operator, "10.0.0.25", 25)
    assert reaches(operator, "127.0.0.1", 25)
    assert not reaches(operator, "169.254.169.254", 80)
    assert not reaches(operator, "224.0.0.1", 25)
    assert not reaches(operator, "0.0.0.0", 25)


@pytest.mark.parametrize("rule", ["public", "operator"])
def test_a_demo_reaches_two_addresses(rule: str) -> None:
    """Whatever the rule and the settings: the sinks, by exact address and port."""
    demo = Reach(
        rule="public" if rule == "public" else "operator", only=frozenset({("127.0.0.1", 4000)})
    )
    assert reaches(demo, "127.0.0.1", 4000)
    for address, port in [
        ("127.0.0.1", 4001),
        ("127.0.0.2", 4000),
        ("::1", 4000),
        ("::ffff:127.0.0.1", 4000),
        ("localhost", 4000),
        ("93.184.215.14", 4000),
        ("169.254.169.254", 80),
    ]:
        assert not reaches(demo, address, port)


def sms_to(url: str, reach: Reach) -> SmsSender:
    return SmsSender(
        lane="practice",
        url=url,
        authorization="Bearer k",
        origin="Muster",
        reach=reach,
        clock=SystemClock(),
        timeout=30.0,
    )


HOSTS = ("127.0.0.1", "localhost", "[::1]", "169.254.169.254", "0.0.0.0", "127.1", "2130706433")


@pytest.mark.parametrize("host", HOSTS)
async def test_a_demo_texts_nobody_else(
    host: str, sinks: RunningSinks, bystander: tuple[int, list[str]]
) -> None:
    """Another port, a name that resolves to loopback, IPv6, metadata: no connection is opened."""
    port, asked = bystander
    sender = sms_to(f"http://{host}:{port}/sms", Reach(rule="operator", only=sinks.only))
    assert (await sender.send(queued_job("sms"))).outcome in ("refused", "later")
    assert not asked
    await sender.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "::1"])
async def test_a_demo_mails_nobody_else(
    host: str, sinks: RunningSinks, bystander: tuple[int, list[str]]
) -> None:
    """The mail sender opens its connections through the same rule."""
    port, asked = bystander
    sender = SmtpSender(
        lane="practice",
        host=host,
        port=port,
        reach=Reach(rule="operator", only=sinks.only),
        clock=SystemClock(),
        envelopes=Envelopes(sender="a@school.example", domain="school.example"),
        bounce="a@school.example",
        security="none",
        timeout=30.0,
    )
    assert (await sender.send(queued_job("email"))).outcome in ("refused", "later")
    assert sender.opened == 0
    assert not asked


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("demo", [True, False])
async def test_service_addresses_cannot_lead_inward(
    host: str, demo: bool, sinks: RunningSinks, bystander: tuple[int, list[str]]
) -> None:
    """apprise's own connections, in its own threads, obey the same rule."""
    port, asked = bystander
    sender = ServiceSender(
        lane="practice",
        reach=Reach(rule="public", only=sinks.only if demo else None),
        threads=1,
    )
    found = await sender.send(queued_job("service", address=f"json://{host}:{port}/hook"))
    assert found.outcome in ("refused", "later")
    assert not asked
    await sender.close()


async def test_a_watched_thread_is_refused_a_socket(sinks: RunningSinks) -> None:
    """The rule sits under every library: even a bare socket in such a thread is stopped."""
    sender = ServiceSender(lane="practice", reach=Reach(rule="public"), threads=1)

    def connect() -> None:
        socket.create_connection(("127.0.0.1", sinks.http), timeout=1).close()

    with pytest.raises(Unreachable):
        sender.threads.pool.submit(connect).result()
    connect()
    await sender.close()


@pytest.fixture
async def redirector(bystander: tuple[int, list[str]]) -> AsyncIterator[int]:
    """A provider that answers every call by sending it on to the bystander."""

    async def send_on(request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(f"http://127.0.0.1:{bystander[0]}/inside")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", send_on)
    async with run_http(app, "127.0.0.1", 0) as port:
        yield port


async def test_redirects_are_not_followed(
    redirector: int, bystander: tuple[int, list[str]]
) -> None:
    """A provider cannot send us on, with our key, to an address of its choice."""
    ports = frozenset({("127.0.0.1", redirector), ("127.0.0.1", bystander[0])})
    open_to_both = Reach(rule="operator", only=ports)
    sms = sms_to(f"http://127.0.0.1:{redirector}/sms", open_to_both)
    assert (await sms.send(queued_job("sms"))).outcome == "refused"
    service = ServiceSender(lane="practice", reach=open_to_both, threads=1)
    job = queued_job("service", address=f"json://127.0.0.1:{redirector}/hook")
    assert (await service.send(job)).outcome == "later"
    assert not bystander[1]
    await sms.close()
    await service.close()


async def test_a_redirect_that_is_followed_ends_at_the_rule(
    redirector: int, bystander: tuple[int, list[str]]
) -> None:
    """Where a plugin follows one all the same, the connection itself is refused."""
    reach = Reach(rule="operator", only=frozenset({("127.0.0.1", redirector)}))
    async with aiohttp.ClientSession(connector=reach.connector(limit=1)) as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.post(f"http://127.0.0.1:{redirector}/", data=b"")
    assert not bystander[1]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "dbus://",
        "syslog://",
        "mailto://a:b@c.example",
        "twilio://a:b@123",
        "http://x.example",
        "exec://sh",
        "json://x.example/?redirect=yes",
        "json://x.example/?verify=no",
        "json://x.example/\r\nHost: y",
        "json://x.example/ y",
        "jsön://x.example",
        "",
    ],
)
async def test_only_listed_schemes_without_overrides(url: str, sinks: RunningSinks) -> None:
    """Schemes that write files, run programs or send mail are not on the list, nor are switches
    that would loosen the rule."""
    assert scheme_refused(url) is not None
    assert await address_refused(url, Reach(rule="public")) is not None
    sender = ServiceSender(lane="practice", reach=Reach(rule="public"), threads=1)
    assert await sender.send(queued_job("service", address=url)) == REFUSED
    await sender.close()


def test_every_listed_scheme_has_a_plugin() -> None:
    """The list of what is allowed and the list of what can be loaded are the same."""
    assert PLUGINS.keys() == SCHEMES


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
async def test_an_inward_address_cannot_be_added(host: str) -> None:
    """The office hears at once that the address leads inward."""
    reason = await address_refused(f"json://{host}/hook", Reach(rule="public"))
    assert reason is not None
    assert "private" in reason
