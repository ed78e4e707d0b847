"""Commands and queries of the notifier over HTTP."""

import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from aiohttp import web

from schemas.commands import Command
from schemas.identifiers import IncidentId, PersonId, SchoolId
from schemas.notifier import AddServiceAddress, ApproveStatement, DecideHeld, SchoolMessages
from schemas.replies import Reply
from schemas.vocabulary import SYSTEM, Role
from services.chassis.clock import Clock
from services.chassis.commands import ProblemError, Query, Route, Unavailable, school_of
from services.chassis.ledger import Accepted, Decision, Ledger, Op, Refusal, Stamp
from services.notifier.domain.audience import ServiceAddress
from services.notifier.domain.desk import Desk
from services.notifier.domain.statements import Refused
from services.notifier.handlers.alerts import Alerts
from services.notifier.handlers.memory import SchoolMemory
from services.notifier.handlers.messages import messages
from services.notifier.ports import Jobs, Kept
from services.notifier.store.drafts import drafts_of

MAY_ADD: frozenset[Role] = frozenset({"administrator", "principal", "it"})
CatchUp = Callable[[str, SchoolId], Awaitable[None]]
AddressRule = Callable[[str], Awaitable[str | None]]


class Messages:
    """address_refused: why a service address cannot be added; None: it can."""

    def __init__(
        self,
        *,
        ledger: Ledger[Desk],
        alerts: Alerts,
        memory: SchoolMemory,
        jobs: Jobs,
        kept: Kept,
        clock: Clock,
        catch_up: CatchUp,
        address_refused: AddressRule,
    ) -> None:
        self._ledger = ledger
        self._alerts = alerts
        self._memory = memory
        self._jobs = jobs
        self._kept = kept
        self._clock = clock
        self._catch_up = catch_up
        self._address_refused = address_refused

    async def approve(self, command: ApproveStatement) -> Reply:
        """One authorised person sends a previewed statement."""
        await self._hear_of(command)

        def decide(desk: Desk, stamp: Stamp) -> Decision:
            found = self._alerts.on_approval(desk, command, stamp.now)
            if isinstance(found, Refused):
                return Refusal(found.code, found.reason, found.values)
            mode = desk.statements[command.statement].mode
            return Accepted(drafts_of(found.events, mode, command.incident))

        reply = await self._ledger.submit(
            Op(
                school=command.school,
                actor=command.actor.person,
                device=command.actor.device,
                op_id=command.op_id,
                body=_as_said(command),
                decide=decide,
            )
        )
        if reply.code == "promise_over":
            await self._draft_anew(command)
        return reply

    async def decide_held(self, command: DecideHeld) -> Reply:
        """What was held goes out now, or never; once, whoever asks first."""
        await self._contacts_of(command.school)

        def decide(desk: Desk, stamp: Stamp) -> Decision:
            found = self._alerts.on_held(desk, command, stamp.now)
            if isinstance(found, Refused):
                return Refusal(found.code, found.reason, found.values)
            mode = desk.held[command.cause].mode or "drill"
            return Accepted(drafts_of(found.events, mode, command.incident, command.cause))

        return await self._ledger.submit(
            Op(
                school=command.school,
                actor=command.actor.person,
                device=command.actor.device,
                op_id=command.op_id,
                body=_as_said(command),
                decide=decide,
            )
        )

    async def _draft_anew(self, command: ApproveStatement) -> None:
        """The words that can be approved now; once for each version, whoever asks."""

        def decide(desk: Desk, stamp: Stamp) -> Decision:
            told = self._alerts.anew(desk, command, stamp.now)
            mode = desk.statements[command.statement].mode
            return Accepted(drafts_of(told.events, mode, command.incident))

        op_id = f"anew-{command.statement}-{command.version}"
        await self._ledger.submit(
            Op(
                school=command.school,
                actor=SYSTEM.person,
                device=SYSTEM.device,
                op_id=op_id,
                body=op_id.encode(),
                decide=decide,
            )
        )

    async def add_service(self, command: AddServiceAddress) -> Reply:
        """The address is its own key: adding it again changes nothing."""
        now = self._clock.now()
        if MAY_ADD.isdisjoint(command.actor.roles):
            return _refused("not_allowed", "Ask an administrator to add this address.", now)
        if (reason := await self._address_refused(command.url)) is not None:
            return _refused("address_refused", reason, now)
        digest = hashlib.sha256(command.url.encode()).hexdigest()
        address = ServiceAddress(PersonId(f"service-{digest[:16]}"), command.url)
        await self._kept.add_service(command.school, address, now)
        self._memory.add_service(command.school, address)
        return Reply(status="accepted", at=now)

    async def show(self, school: SchoolId, incident: IncidentId | None) -> SchoolMessages:
        desk = await self._ledger.state(school)
        return await messages(desk, self._jobs, self._memory, school, incident, self._clock.now())

    async def _hear_of(self, command: ApproveStatement) -> None:
        """A statement that is not known yet may be in an event that is on its way."""
        desk = await self._ledger.state(command.school)
        try:
            if command.statement not in desk.statements:
                await self._catch_up("incident", command.school)
        except (Unavailable, ProblemError) as error:
            raise _contacts_unknown() from error
        await self._contacts_of(command.school)

    async def _contacts_of(self, school: SchoolId) -> None:
        try:
            await self._memory.freshen(school)
        except (Unavailable, ProblemError) as error:
            raise _contacts_unknown() from error


def routes(notifier: Messages) -> Sequence[Route]:
    """Who answers which command."""
    return (
        Route(ApproveStatement, notifier.approve),
        Route(DecideHeld, notifier.decide_held),
        Route(AddServiceAddress, notifier.add_service),
    )


def queries(notifier: Messages) -> Sequence[Query]:
    """GET /messages?school[&incident]"""

    async def show(request: web.Request) -> SchoolMessages:
        incident = request.query.get("incident")
        return await notifier.show(school_of(request), IncidentId(incident) if incident else None)

    return (Query("/messages", show),)


def _as_said(command: Command) -> bytes:
    """Without what may differ when the same tap is sent again: roles."""
    actor = msgspec.structs.replace(command.actor, roles=(), made_by=msgspec.UNSET)
    return msgspec.json.encode(msgspec.structs.replace(command, actor=actor))


def _contacts_unknown() -> ProblemError:
    return ProblemError(503, "contacts_unknown", "The contacts are not known yet.", retry_after=1.0)


def _refused(code: str, reason: str, now: dt.datetime) -> Reply:
    return Reply(status="refused", code=code, reason=reason, at=now)
