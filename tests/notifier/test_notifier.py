"""The whole notifier: an event in, mail and texts out, every job accounted for."""

import datetime as dt
from collections.abc import AsyncIterator
from functools import partial

import msgspec
import pytest

from schemas.identifiers import PersonId
from schemas.incident import Closed
from schemas.notifier import AddServiceAddress, SchoolMessages
from schemas.roster import RightsChanged
from schemas.vocabulary import Actor, Role
from services.chassis.clock import SystemClock
from tests.chassis_fixtures import Databases
from tests.notifier.providers import RunningSinks
from tests.notifier.samples import SCHOOL, approval, audience, contact, declared, link
from tests.notifier.town import RunningNotifier, Town, notifier, town
from tests.notifier.waiting import eventually


@pytest.fixture
async def around(database: Databases, sinks: RunningSinks) -> AsyncIterator[Town]:
    async with town(await database("notifier"), sinks, SystemClock()) as made:
        yield made


async def drafted(running: RunningNotifier) -> SchoolMessages:
    async def found() -> SchoolMessages | None:
        shown = await running.messages()
        return shown if shown.statements else None

    shown: SchoolMessages = await eventually(found, "a draft")
    return shown


async def test_staff_hear_at_once_and_parents_after_an_approval(
    around: Town, sinks: RunningSinks
) -> None:
    """The thin slice: a drill starts, staff are told; a person approves, parents are told once."""
    async with notifier(around) as running:
        around.happens(declared("evacuate"))
        shown = await drafted(running)
        await eventually(lambda: len(sinks.sent) == 3, "three staff messages")
        statement = shown.statements[0]
        assert (statement.people, statement.version) == (2, 1)
        assert {sent.to for sent in sinks.sent} == {
            "staff-1@school.example",
            "staff-2@school.example",
            "+12025550123",
        }
        reply = await running.send(approval(statement.id, 1))
        assert reply.status == "accepted", reply
        assert await running.send(approval(statement.id, 1)) == reply
        await eventually(lambda: len(sinks.sent) == 7, "four parent messages")
        twice = msgspec.structs.replace(approval(statement.id, 1), op_id="approve-0002")
        assert (await running.send(twice)).code == "already_approved"

        async def all_accepted() -> bool:
            counts = [each.counts for each in (await running.messages()).deliveries]
            return [each.get("accepted") for each in counts] == [2, 1, 2, 2]

        await eventually(all_accepted, "every job accepted")
        assert len(sinks.sent) == 7
        assert all(sent.practice for sent in sinks.sent)


async def test_an_unauthorised_approval_sends_nothing(around: Town, sinks: RunningSinks) -> None:
    """A teacher's approval is refused with a reason and leaves the draft a draft."""
    async with notifier(around) as running:
        around.happens(declared("evacuate"))
        statement = (await drafted(running)).statements[0]
        await eventually(lambda: len(sinks.sent) == 3, "three staff messages")
        reply = await running.send(approval(statement.id, 1, "teacher"))
        assert (reply.status, reply.code) == ("refused", "not_allowed")
        assert (await drafted(running)).statements[0].approved_by is None
        assert len(sinks.sent) == 3


async def test_an_old_event_waits_for_a_person(around: Town, sinks: RunningSinks) -> None:
    """After an outage of more than ten minutes nothing goes out by itself."""
    async with notifier(around) as running:
        around.happens(declared("hold"), at=around.clock.now() - dt.timedelta(minutes=11))
        shown = await drafted(running)
        assert len(shown.held) == 1
        assert not shown.deliveries
        assert not sinks.sent


async def test_a_promise_that_is_over_is_never_sent(around: Town, sinks: RunningSinks) -> None:
    """A draft read half an hour late promises a time that is past: parents get the new one."""
    late = SystemClock().now() - dt.timedelta(minutes=30)
    async with notifier(around) as running:
        around.happens(declared("evacuate", mode="live"), at=late)
        before = (await drafted(running)).statements[0]
        reply = await running.send(approval(before.id, 1))
        assert (reply.status, reply.code) == ("refused", "promise_over")
        [after] = (await running.messages()).statements
        assert (after.id, after.version) == (before.id, 2)
        assert after.texts != before.texts
        again = msgspec.structs.replace(approval(before.id, 1), op_id="approve-0002")
        assert (await running.send(again)).code == "other_version"
        third = msgspec.structs.replace(approval(before.id, 2), op_id="approve-0003")
        assert (await running.send(third)).status == "accepted"
        await eventually(lambda: len(sinks.sent) == 4, "four parent messages")
        assert {sent.body.strip() for sent in sinks.sent} <= {text.body for text in after.texts}


async def test_changed_rights_are_heard(around: Town, sinks: RunningSinks) -> None:
    """A right withdrawn between preview and approval is honoured."""
    async with notifier(around) as running:
        around.happens(declared("evacuate"))
        statement = (await drafted(running)).statements[0]
        around.audiences[SCHOOL] = msgspec.structs.replace(
            audience(
                guardians=[
                    contact("guardian-1", links=[link()]),
                    contact("guardian-2", links=[link(message=False)]),
                ]
            ),
            version=2,
        )
        # The second fetch begins when the first one's answer is in memory.
        for asked in (2, 3):
            around.rosters.append(
                RightsChanged(version=2), school=SCHOOL, mode="admin", at=around.clock.now()
            )
            await eventually(partial(_asked, around, asked), "contacts fetched")
        assert (await running.send(approval(statement.id, 1))).status == "accepted"
        await eventually(lambda: len(sinks.sent) == 5, "two to staff-1, one to staff-2, two more")
        shown = await running.messages()
        assert [sum(each.counts.values()) for each in shown.deliveries] == [2, 1, 1, 1]


async def test_a_first_alert_after_a_restart_needs_no_roster(
    around: Town, sinks: RunningSinks
) -> None:
    """The contacts that were kept serve when the roster does not answer."""
    async with notifier(around) as running:
        around.happens(declared("hold"))
        await drafted(running)
        await eventually(lambda: len(sinks.sent) == 3, "three staff messages")
    around.roster_url = "http://127.0.0.1:9"
    async with notifier(around):
        around.happens(Closed(by=(PersonId("office-1"),)))
        await eventually(lambda: len(sinks.sent) == 6, "three more")


@pytest.mark.parametrize(
    ("role", "url", "code"),
    [
        ("teacher", "json://alerts.school.example/hook", "not_allowed"),
        ("it", "json://127.0.0.1:9/hook", "address_refused"),
        ("it", "file:///etc/passwd", "address_refused"),
        ("it", "json://169.254.169.254/", "address_refused"),
        ("administrator", "json://localhost/", "address_refused"),
    ],
)
async def test_a_bad_service_address_is_refused(
    around: Town, role: Role, url: str, code: str
) -> None:
    """Only some may add an address, and none that leads inward."""
    async with notifier(around) as running:
        reply = await running.send(_service(role, url))
        assert (reply.status, reply.code) == ("refused", code)


async def test_a_service_address_is_alerted_with_staff(around: Town, sinks: RunningSinks) -> None:
    """An added address gets the next staff alert, and again after a restart."""
    url = f"json://127.0.0.1:{sinks.http}/service"
    async with notifier(around) as running:
        assert (await running.send(_service("it", url))).status == "accepted"
        around.happens(declared("hold"))
        await eventually(lambda: len(sinks.sent) == 4, "staff and the service")
    async with notifier(around):
        around.happens(Closed(by=(PersonId("office-1"),)))
        await eventually(lambda: len(sinks.sent) == 8, "staff and the service again")


def _service(role: Role, url: str) -> AddServiceAddress:
    return AddServiceAddress(
        op_id="service-0001",
        school=SCHOOL,
        actor=Actor(person=PersonId("p1"), roles=(role,)),
        url=url,
    )


def _asked(around: Town, times: int) -> bool:
    return around.asked >= times
