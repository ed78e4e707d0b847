"""Commands and queries of accountability over HTTP, and the ledger behind them."""

from collections.abc import Sequence

import msgspec
from aiohttp import web

from schemas.accountability import Account as AccountCommand
from schemas.accountability import Contradiction, Observation, OpenClass
from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Reply
from services.accountability.domain.decisions import Refused
from services.accountability.domain.school import School
from services.accountability.handlers import Accounting
from services.accountability.ports import Decide, Finish
from services.chassis.commands import Query, Route, identifier, school_of
from services.chassis.ledger import Accepted, Decision, Draft, Ledger, Op, Refusal, Stamp


class LedgerAccounts:
    """The schools' accounts in the ledger."""

    def __init__(self, ledger: Ledger[School]) -> None:
        self._ledger = ledger
        self._encode = msgspec.json.Encoder().encode

    async def school(self, school: SchoolId) -> School:
        """The school as of the last commit."""
        return await self._ledger.state(school)

    async def append(
        self, command: AccountCommand | OpenClass, decide: Decide, finish: Finish
    ) -> Reply:
        """Decide on the newest state and answer after the commit."""

        def decision(school: School, stamp: Stamp) -> Decision:
            decided = decide(school, stamp.now)
            if isinstance(decided, Refused):
                return Refusal(decided.code, decided.reason)
            mode = school.accounts[command.incident].mode
            draft = Draft(decided, mode, command.incident)
            return Accepted((draft,), incident=command.incident)

        op: Op[School] = Op(
            school=command.school,
            actor=command.actor.person,
            device=command.actor.device,
            op_id=command.op_id,
            body=self._encode(_as_said(command)),
            decide=decision,
            finish=finish,
        )
        return await self._ledger.submit(op)


def _as_said(command: AccountCommand | OpenClass) -> AccountCommand | OpenClass:
    """The command without what may differ when the same tap is sent again: roles."""
    actor = msgspec.structs.replace(command.actor, roles=(), made_by=msgspec.UNSET)
    return msgspec.structs.replace(command, actor=actor)


def routes(accounting: Accounting) -> Sequence[Route]:
    """Who answers which command."""
    return (
        Route(AccountCommand, accounting.account),
        Route(OpenClass, accounting.open_class),
    )


def queries(accounting: Accounting) -> Sequence[Query]:
    """GET /contradictions?school and /observations?school&student."""

    async def contradictions(request: web.Request) -> list[Contradiction]:
        return await accounting.contradictions(school_of(request))

    async def observations(request: web.Request) -> list[Observation]:
        student = PersonId(identifier(request, "student"))
        return await accounting.observations(school_of(request), student)

    return (Query("/contradictions", contradictions), Query("/observations", observations))
