"""What a session says about who made it reaches the owner that decides about two people."""

import msgspec

from schemas.identifiers import PersonId
from tests.web.school import LINCOLN, session
from tests.web.serving import Served


async def test_hands_travel_with_the_command_while_they_count(web: Served) -> None:
    """The owner decides without asking identity; what is over does not count against anyone."""
    now = int(web.now.timestamp())
    mine = msgspec.structs.replace(
        session(web.now, "office"),
        made_by={PersonId("maya"): now + 60, PersonId("noor"): now},
    )
    headers = {**web.program(mine), "Idempotency-Key": "op-of-a-note"}
    path = f"{web.url}/api/v1/schools/{LINCOLN}/incidents/one/notes"
    async with web.http.post(path, json={"text": "Hello."}, headers=headers) as answer:
        assert answer.status in {200, 409}
    [sent] = web.incident.sent
    assert sent.actor.made_by == ("maya",)


async def test_a_claim_of_the_roster_is_confirmed_with_one_press(web: Served) -> None:
    """Who keeps accounts sees what waits for them, and grants what is held and what is claimed."""
    [known] = web.identity.accounts
    web.identity.accounts = [msgspec.structs.replace(known, claimed={LINCOLN: ("principal",)})]
    headers = web.browser(session(web.now, "administrator"))
    async with web.http.get(web.url + "/accounts", headers=headers) as page:
        text = await page.text()
    assert "The roster says:" in text
    form = text.split('action="/accounts/roles"')[2].split("</form>")[0]
    assert 'name="role" value="teacher"' in form
    assert 'name="role" value="principal"' in form
    assert "Confirm what the roster says" in form
