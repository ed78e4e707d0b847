"""What web makes of an owner's answers over HTTP."""

import aiohttp
import pytest
from aiohttp import web

from schemas.roster import School
from services.chassis.commands import ServiceClient, Tokens
from services.chassis.process import run_http
from services.web.ports import NoAnswer, Refused
from services.web.store import RemoteOwner
from tests.fakes.clock import SettableClock
from tests.web.serving import KEY


async def asked(status: int, body: str) -> object:
    """What a query answers when the owner says this."""

    async def says(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/schools", says)
    async with run_http(app, "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
        client = ServiceClient(
            caller="web",
            url=f"http://127.0.0.1:{port}",
            tokens=Tokens(KEY),
            clock=SettableClock(),
            session=http,
        )
        return await RemoteOwner(client).get("/schools", list[School])


@pytest.mark.parametrize("body", ["", "{", '[{"id": 7}]'])
async def test_an_answer_that_cannot_be_read_is_no_answer(body: str) -> None:
    """A page that can do without an owner must not fail because its words are strange."""
    with pytest.raises(NoAnswer):
        await asked(200, body)


async def test_a_refusal_keeps_its_code() -> None:
    """The owner's own code reaches the client."""
    with pytest.raises(Refused) as told:
        await asked(404, '{"title": "t", "status": 404, "code": "not_found", "detail": "d"}')
    assert (told.value.status, told.value.code) == (404, "not_found")
