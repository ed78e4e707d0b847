"""The school's own facts as they are kept, and one sitting in which something is decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from schemas.commands import Command
from schemas.identifiers import PersonId, SchoolId
from schemas.roster_people import AssistancePlan, Families, PersonPage
from schemas.roster_rights import CodeState, FamilyMatch, LiftProposal, RightsFile
from services.roster.domain.custody.authority import Sight
from services.roster.domain.custody.facts import (
    Change,
    CodeFact,
    DeviceFact,
    Order,
    OwnGuardian,
    Plan,
    Rights,
    Spoken,
    Standing,
)
from services.roster.domain.custody.files import People
from services.roster.domain.custody.people import Known


class Sitting(Protocol):
    """One op in one transaction, with no other sitting at its school meanwhile.

    fresh: this op was neither answered nor written before; else nothing may be written.
    """

    @property
    def fresh(self) -> bool: ...

    @property
    def today(self) -> dt.date:
        """In the school's zone."""
        ...

    async def written_before(self) -> Sequence[Change]:
        """What an earlier try of this op wrote, without values."""
        ...

    async def record(self, change: Change) -> None: ...

    async def known(self, people: Iterable[PersonId]) -> Known: ...

    async def own_family(self, people: Iterable[PersonId]) -> bool:
        """Whether the actor is one of these, or a guardian of theirs, or shares a student."""
        ...

    async def standing(self, guardian: PersonId, student: PersonId) -> Standing: ...

    async def keep_rights(
        self, guardian: PersonId, student: PersonId, rights: Rights, *, consent: bool = False
    ) -> None:
        """consent: the actor records it now."""
        ...

    async def keep_order(
        self, guardian: PersonId, student: PersonId, order: Order | None, revision: int
    ) -> None: ...

    async def keep_lift(self, lift: LiftProposal) -> None: ...

    async def lift(self, proposal: str) -> LiftProposal | None: ...

    async def own_guardian(self, guardian: PersonId) -> OwnGuardian | None: ...

    async def keep_guardian(self, guardian: PersonId, fact: OwnGuardian | None) -> None:
        """None: they are no guardian of anyone by the school's word any more."""
        ...

    async def plan(self, student: PersonId) -> Plan: ...

    async def keep_plan(self, student: PersonId, plan: Plan) -> None: ...

    async def devices(self, person: PersonId) -> Mapping[str, DeviceFact]: ...

    async def device(self, device: str) -> tuple[PersonId, DeviceFact] | None: ...

    async def keep_device(self, device: str, person: PersonId, fact: DeviceFact | None) -> None: ...

    async def spoken(self, person: PersonId) -> Spoken: ...

    async def keep_spoken(self, person: PersonId, fact: Spoken) -> None: ...

    async def language(self, person: PersonId) -> str: ...

    async def keep_language(self, person: PersonId, language: str) -> None: ...

    async def code(self, code_id: str) -> tuple[PersonId, CodeFact] | None: ...

    async def is_code(self, code_id: str, code: str) -> bool:
        """Whether this is the code that was kept under this id."""
        ...

    async def keep_code(
        self, code_id: str, code: str, guardian: PersonId, students: Sequence[PersonId]
    ) -> bool:
        """False: another code begins with the same group; nothing was kept."""
        ...

    async def end_code(self, code_id: str, state: CodeState) -> None: ...

    async def people(self) -> People:
        """Everyone of the school by the id of the student system."""
        ...

    async def students_of(self, guardian: PersonId) -> Sequence[PersonId]:
        """By any link that holds."""
        ...

    async def staged(self, import_id: str) -> bytes | None: ...

    async def drop_staged(self, import_id: str) -> None: ...


class OwnFactStore(Protocol):
    """Tables that no import changes."""

    def sitting(
        self, command: Command, now: dt.datetime
    ) -> AbstractAsyncContextManager[Sitting]: ...

    async def verify(self, school: SchoolId, signs: str, now: dt.datetime) -> FamilyMatch | None:
        """Counts a wrong try. None: wrong, locked, revoked, or nobody may be told of."""
        ...

    async def sight(self, school: SchoolId, person: PersonId, reader: PersonId,
                    roles: Sequence[str]) -> Sight | None:  # fmt: skip
        """None: nobody of this school has this id."""
        ...

    async def page(
        self, school: SchoolId, person: PersonId, sight: Sight, now: dt.datetime
    ) -> PersonPage: ...

    async def families(self, school: SchoolId, now: dt.datetime) -> Families | None: ...

    async def helped_by(self, school: SchoolId, staff: PersonId) -> list[AssistancePlan]: ...

    async def keep_read(
        self,
        school: SchoolId,
        reader: PersonId,
        subjects: Mapping[PersonId, Sequence[str]],
        now: dt.datetime,
    ) -> None:
        """subjects: whose facts were shown → custody, plan, export."""
        ...

    async def export(
        self, school: SchoolId, file: RightsFile
    ) -> tuple[Sequence[Mapping[str, str]], Sequence[PersonId]]:
        """Rows by column, and the students whom they name."""
        ...

    async def stage(
        self, school: SchoolId, reader: PersonId, body: bytes, now: dt.datetime
    ) -> str: ...


class Secrets(Protocol):
    """Ids and codes that only the installation's key can foretell."""

    def drawn(self, purpose: str, command: Command) -> bytes:
        """32 bytes; the same op draws the same."""
        ...

    def drawn_id(self, purpose: str, command: Command) -> str: ...


class NamedIds(Protocol):
    """Ids of what files name."""

    def named_id(self, purpose: str, school: SchoolId, name: str) -> str:
        """The same name is the same id."""
        ...
