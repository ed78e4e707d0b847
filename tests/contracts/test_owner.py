"""The fake owner answers as one over HTTP does."""

from collections.abc import AsyncIterator

import pytest

from schemas.identifiers import SchoolId
from services.chassis.commands import ServiceClient, Tokens, Unavailable, build_app, open_session
from services.chassis.follower import OwnerClient
from services.chassis.health import Health
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from tests.chassis.small_service import KEY
from tests.fakes.clock import SettableClock
from tests.fakes.owner import FakeOwner, LedgerView

S1, NOWHERE = SchoolId("s1"), SchoolId("nowhere")


@pytest.fixture(params=["memory", "http"])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[OwnerClient]:
    owner = FakeOwner()
    for _ in range(7):
        owner.append(S1)
    if request.param == "memory":
        yield owner
        return
    clock, tokens, metrics = SettableClock(), Tokens(KEY), Metrics("identity")
    app = build_app(
        service="identity",
        tokens=tokens,
        clock=clock,
        ledger=LedgerView(owner),
        health=Health("identity"),
        metrics=metrics,
    )
    async with run_http(app, "127.0.0.1", 0) as port, open_session() as session:
        yield ServiceClient(
            caller="board",
            url=f"http://127.0.0.1:{port}",
            tokens=tokens,
            clock=clock,
            session=session,
        )


async def test_heads_name_every_school(client: OwnerClient) -> None:
    """The last pos per school, with the lineage."""
    heads = await client.heads()
    assert (heads.owner, heads.lineage, heads.heads) == ("identity", "l1", {S1: 7})


async def test_pages_are_in_pos_order(client: OwnerClient) -> None:
    """A page starts right after the position asked for and names the head."""
    page = await client.events(S1, after=2, limit=3)
    assert [b'"pos":%d' % pos in bytes(wire) for pos, wire in enumerate(page.events, 3)] == [
        True,
        True,
        True,
    ]
    assert (page.head, page.lineage) == (7, "l1")
    assert (await client.events(S1, after=7, limit=3)).events == []


async def test_a_school_without_events(client: OwnerClient) -> None:
    """An unknown school is an empty log, not an error."""
    page = await client.events(NOWHERE, after=0, limit=3)
    assert (page.events, page.head) == ([], 0)
    assert (await client.state(NOWHERE)).pos == 0


async def test_the_state_says_where_it_stands(client: OwnerClient) -> None:
    """The state comes with the pos it is consistent at."""
    reply = await client.state(S1)
    assert (reply.pos, bytes(reply.state)) == (7, b'{"count":7}')


async def test_an_owner_that_is_away() -> None:
    """Both say Unavailable when nobody answers."""
    owner = FakeOwner()
    owner.down = True
    async with open_session() as session:
        http = ServiceClient(
            caller="board",
            url="http://127.0.0.1:9",
            tokens=Tokens(KEY),
            clock=SettableClock(),
            session=session,
        )
        for client in (owner, http):
            with pytest.raises(Unavailable):
                await client.heads()
