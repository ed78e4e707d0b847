"""Load → decide → append, for each command of accountability."""

from dataclasses import dataclass

from schemas.accountability import Account as AccountCommand
from schemas.accountability import AccountAnswer, Contradiction, Observation, OpenClass
from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import IncidentId, PersonId, SchoolId
from schemas.replies import Reply
from schemas.roster import RosterSnapshot
from services.accountability.domain import decisions
from services.accountability.domain.account import Account
from services.accountability.domain.decisions import Refused
from services.accountability.domain.school import School
from services.accountability.ports import Accounts, Incidents, Rosters


@dataclass(frozen=True, kw_only=True)
class Accounting:
    """What staff say about students, and what is asked about it."""

    accounts: Accounts
    rosters: Rosters
    incidents: Incidents

    async def account(self, command: AccountCommand) -> Reply:
        """Marks, the rest of a class, take-backs: all of an op or none."""
        roster = await self._roster_of(command.school, command.incident)
        classes = frozenset(one.id for one in roster.classes) if roster else frozenset()
        rest = command.rest
        members = decisions.members_of(roster).get(rest.class_id, ()) if rest and roster else ()

        def decide(school: School, now: Instant) -> Event | Refused:
            account = school.account(command.incident)
            return decisions.decide_account(
                account, command, classes=classes, now=now, members=members
            )

        def finish(school: School) -> AccountAnswer:
            account = _known(school, command.incident)
            return decisions.answer(account, touched(account, command), None)

        return await self.accounts.append(command, decide, finish)

    async def open_class(self, command: OpenClass) -> Reply:
        """A teacher has this class now."""
        roster = await self._roster_of(command.school, command.incident)
        members = decisions.members_of(roster) if roster else {}

        def decide(school: School, now: Instant) -> Event | Refused:
            account = school.account(command.incident)
            return decisions.decide_open_class(account, command, members=members)

        def finish(school: School) -> AccountAnswer:
            account = _known(school, command.incident)
            here = [
                row.student for row in account.rows.values() if row.class_id == command.class_id
            ]
            return decisions.answer(account, here, command.class_id)

        return await self.accounts.append(command, decide, finish)

    async def contradictions(self, school: SchoolId) -> list[Contradiction]:
        """Students of the newest incident whose standing observations disagree."""
        accounts = list((await self.accounts.school(school)).accounts.values())
        return accounts[-1].contradictions() if accounts else []

    async def observations(self, school: SchoolId, student: PersonId) -> list[Observation]:
        """Everything said about a student in the newest incident, taken back or not."""
        accounts = list((await self.accounts.school(school)).accounts.values())
        return list(accounts[-1].observations.get(student, ())) if accounts else []

    async def _roster_of(self, school: SchoolId, incident: IncidentId) -> RosterSnapshot | None:
        """The roster that the incident pinned; None when there is no such incident."""
        known = (await self.accounts.school(school)).account(incident)
        if known is None:
            await self.incidents.hear(school)
            known = (await self.accounts.school(school)).account(incident)
        return await self.rosters.snapshot(school, known.roster_version) if known else None


def touched(account: Account, command: AccountCommand) -> list[PersonId]:
    """The students that an op named or took back, once it is the account's newest."""
    if command.take_back:
        return [row.student for row in account.rows.values() if row.seq == account.seq]
    rest = command.rest.students if command.rest else ()
    return [*(mark.student for mark in command.marks), *rest]


def _known(school: School, incident: IncidentId) -> Account:
    return school.accounts[incident]
