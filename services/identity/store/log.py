"""The handlers' log over the chassis' ledger."""

from collections.abc import Callable

import msgspec

from schemas.commands import Command
from schemas.identifiers import PersonId, SchoolId
from schemas.identity import CreateAccount, SetPassword
from schemas.replies import Reply
from schemas.vocabulary import Actor, Role
from services.chassis.ledger import Accepted, Decision, Draft, Ledger, Op, Refusal, Stamp
from services.identity.domain import decision as domain
from services.identity.domain.state import INSTALLATION, Held, State
from services.identity.ports import Decide

_ENCODER = msgspec.json.Encoder(order="deterministic")


class LedgerLog:
    """See ports.IdentityLog. digest: of a password, keyed, so that ops hold nothing to guess at."""

    def __init__(self, ledger: Ledger[State], digest: Callable[[str], str]) -> None:
        self._ledger = ledger
        self._digest = digest

    async def submit(self, scope: SchoolId, command: Command, decide: Decide) -> Reply:
        """After the commit."""
        op = Op(
            school=scope,
            actor=command.actor.person,
            device=command.actor.device,
            op_id=command.op_id,
            body=self._body(command),
            decide=in_ledger(decide),
        )
        return await self._ledger.submit(op)

    async def state(self, school: SchoolId) -> State:
        """As committed."""
        return await self._ledger.state(school)

    def knows(self, school: SchoolId) -> bool:
        """Whether the school has a log with an event."""
        return school != INSTALLATION and self._ledger.heads().heads.get(school, 0) > 0

    async def roles(self, person: PersonId) -> dict[SchoolId, tuple[Role, ...]]:
        """At every school that has a log."""
        found = {}
        for school in self._ledger.heads().heads:
            if school != INSTALLATION:
                roles = (await self._ledger.state(school)).roles_of(person)
                if roles:
                    found[school] = roles
        return found

    async def held(self, person: PersonId) -> dict[SchoolId, Held]:
        """At every school that has a log."""
        found = {}
        for school in self._ledger.heads().heads:
            if school != INSTALLATION:
                held = (await self._ledger.state(school)).roles.get(person)
                if held is not None:
                    found[school] = held
        return found

    def _body(self, command: Command) -> bytes:
        """What makes two ops the same act: all but the roles and device that it came with."""
        bare = msgspec.structs.replace(command, actor=Actor(person=command.actor.person))
        if isinstance(bare, CreateAccount | SetPassword) and bare.password:
            bare = msgspec.structs.replace(bare, password=self._digest(bare.password))
        return _ENCODER.encode(bare)


def in_ledger(decide: Decide) -> Callable[[State, Stamp], Decision]:
    """The domain's decision in the ledger's words."""

    def decided(state: State, stamp: Stamp) -> Decision:
        match decide(state, stamp):
            case domain.Refusal(code=code, reason=reason, values=values):
                return Refusal(code, reason, values)
            case domain.Accepted(events=events):
                return Accepted(tuple(Draft(event, "admin") for event in events))

    return decided
