"""Files of the school's own facts: checked as if they were applied, then applied as checked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Reply
from schemas.roster_people import RightsDifference, StagedRights
from schemas.roster_rights import ApplyRightsImport, OwnFactsImported, RightsFile
from schemas.vocabulary import Actor
from services.roster.domain.custody.facts import Change
from services.roster.domain.custody.files import People, Row, read_files
from services.roster.domain.custody.rows import (
    BadCell,
    apart_command,
    consent_command,
    guardian_command,
    plan_command,
    rights_command,
)
from services.roster.domain.custody.words import Findings
from services.roster.domain.imports import Refused
from services.roster.handlers.guardian_acts import act_guardian, act_plan
from services.roster.handlers.pair_acts import act_apart, act_consent, act_rights
from services.roster.handlers.sittings import Done, Outcome, Sittings
from services.roster.ports.own_facts import NamedIds, Sitting

NO_SUCH_IMPORT: Final = Refused("unknown_import", "These files are gone. Upload them again.")
# Of an op that is only tried: nothing of it is ever kept or told.
TRIAL: Final = "trial-of-a-file"


class Unread(Exception):
    """The row cannot be taken; said as a warning."""

    def __init__(self, code: str, column: str = "", words: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.column = column
        self.words = words


@dataclass(frozen=True, kw_only=True)
class RightsImports:
    """Each row is decided on as if someone had typed it; one sitting for all of them."""

    sittings: Sittings
    ids: NamedIds

    async def stage(self, school: SchoolId, actor: Actor, body: bytes, name: str) -> StagedRights:
        """Takes every row and takes it back: what it would change is what it did."""
        now = self.sittings.clock.now()
        found = Findings()
        rows = read_files(body, name, found)
        trial = ApplyRightsImport(op_id=TRIAL, school=school, actor=actor, import_id=TRIAL)
        taken = RightsDifference()
        if not found.errors:
            taken = await self._try(trial, rows, found, now)
        if found.errors:
            return StagedRights(
                id="",
                difference=RightsDifference(),
                warnings=found.warnings(),
                errors=tuple(found.errors),
                refused=True,
            )
        kept = await self.sittings.facts.stage(school, actor.person, body, now)
        return StagedRights(id=kept, difference=taken, warnings=found.warnings())

    async def _try(
        self, trial: ApplyRightsImport, rows: Sequence[Row], found: Findings, now: dt.datetime
    ) -> RightsDifference:
        taken = RightsDifference()
        try:
            async with self.sittings.facts.sitting(trial, now) as sitting:
                taken = await Taking(sitting, trial, self.ids, found).take(rows)
                raise _TakenBack
        except _TakenBack:
            return taken

    async def apply(self, command: ApplyRightsImport) -> Reply:
        """All rows or none."""

        async def act(sitting: Sitting) -> Outcome:
            body = await sitting.staged(command.import_id)
            if body is None:
                return NO_SUCH_IMPORT
            found = Findings()
            rows = read_files(body, "", found)
            taken = await Taking(sitting, command, self.ids, found).take(rows)
            await sitting.drop_staged(command.import_id)
            return Done(answer=taken)

        def summed(changes: Sequence[Change]) -> OwnFactsImported:
            return OwnFactsImported(import_id=command.import_id, changes=len(changes))

        return await self.sittings.answer(command, act, summed=summed)


class _TakenBack(Exception):
    """Ends the transaction of a trial."""


class Taking:
    """The rows of one upload within one sitting."""

    def __init__(
        self, sitting: Sitting, asked: ApplyRightsImport, ids: NamedIds, found: Findings
    ) -> None:
        self._sitting = sitting
        self._asked = asked
        self._ids = ids
        self._found = found
        self._counts: Counter[str] = Counter()
        self._people = People(by_source={}, own={})

    async def take(self, rows: Sequence[Row]) -> RightsDifference:
        self._people = await self._sitting.people()
        for row in rows:
            try:
                changed = await self._row(row)
            except BadCell as bad:
                changed = None
                self._warn(row, Unread("value_unknown", bad.column))
            except Unread as unread:
                changed = None
                self._warn(row, unread)
            self._counts["rows"] += 1
            if changed is False:
                self._counts["unchanged"] += 1
        return RightsDifference(**self._counts)

    async def _row(self, row: Row) -> bool:
        match row.kind:
            case "guardians":
                return await self._guardian(row)
            case "rights":
                return await self._rights(row)
            case "consents":
                return await self._consent(row)
            case "plans":
                return await self._plan(row)

    async def _rights(self, row: Row) -> bool:
        guardian, student = self._pair(row)
        standing = await self._sitting.standing(guardian, student)
        holds = standing.order is not None
        order = apart_command(row, self._asked, guardian, student, holds=holds, found=self._found)
        apart = False
        if order is not None:
            apart = await self._done("apart", await act_apart(self._sitting, order))
        if order is not None and not standing.linked:
            return apart
        rights = rights_command(row, self._asked, guardian, student, standing.rights, self._found)
        return await self._done("rights", await act_rights(self._sitting, rights)) or apart

    async def _consent(self, row: Row) -> bool:
        guardian = self._named(row, "guardianSourcedId")
        if row.said("studentSourcedId"):
            students: Sequence[PersonId] = (self._named(row, "studentSourcedId"),)
        else:
            students = await self._sitting.students_of(guardian)
        changed = False
        for student in students:
            consent = consent_command(row, self._asked, guardian, student)
            outcome = await act_consent(self._sitting, consent, again=False)
            changed = await self._done("consents", outcome) or changed
        return changed

    async def _guardian(self, row: Row) -> bool:
        students = tuple(
            self._known(row, "studentSourcedIds", one.strip())
            for one in row.said("studentSourcedIds").replace(";", ",").split(",")
            if one.strip()
        )
        named = row.said("guardianId")
        drawn = PersonId(self._ids.named_id("own guardian", self._asked.school, named))
        known = self._people.find(named) or self._people.own.get(drawn)
        command = guardian_command(row, self._asked, known.id if known else None, students)
        outcome = await act_guardian(self._sitting, command, drawn)
        changed = await self._done("guardians", outcome)
        # Later rows and files name the guardian as this one does.
        self._people = await self._sitting.people()
        return changed

    async def _plan(self, row: Row) -> bool:
        student = self._named(row, "studentSourcedId")
        helper = self._maybe(row, "helperSourcedId")
        backup = self._maybe(row, "backupSourcedId")
        command = plan_command(row, self._asked, student, helper, backup)
        return await self._done("plans", await act_plan(self._sitting, command))

    async def _done(self, counted: RightsFile | str, outcome: Outcome) -> bool:
        """Whether something changed. Raises Unread with the decision's own words."""
        if isinstance(outcome, Refused):
            raise Unread(outcome.code, words=outcome.reason)
        if outcome.change is None:
            return False
        await self._sitting.record(outcome.change)
        self._counts[counted] += 1
        return True

    def _pair(self, row: Row) -> tuple[PersonId, PersonId]:
        return self._named(row, "guardianSourcedId"), self._named(row, "studentSourcedId")

    def _named(self, row: Row, column: str) -> PersonId:
        return self._known(row, column, row.said(column))

    def _maybe(self, row: Row, column: str) -> PersonId | None:
        return self._named(row, column) if row.said(column) else None

    def _known(self, row: Row, column: str, named: str) -> PersonId:
        drawn = self._ids.named_id("own guardian", self._asked.school, named)
        found = self._people.find(named) or self._people.own.get(drawn)
        if found is None:
            raise Unread("unknown_person", column)
        return found.id

    def _warn(self, row: Row, unread: Unread) -> None:
        self._found.warn(
            unread.code, file=row.file, line=row.line, column=unread.column, words=unread.words
        )
