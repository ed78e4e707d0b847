"""What pages and programs read of a school; the last known answer when an owner is away."""

import msgspec

from schemas.accountability import Contradiction, SchoolAccounting
from schemas.api.bodies import Names
from schemas.identifiers import ClassId, IncidentId, PersonId, SchoolId
from schemas.identity import Account, Session
from schemas.incident import Incident, SchoolIncidents
from schemas.notifier import SchoolMessages
from schemas.roster import RosterSnapshot, School, Student
from schemas.roster_pages import FoundPeople
from schemas.vocabulary import Role
from services.web.domain.access import schools_of
from services.web.domain.names import FOUND, names_for
from services.web.domain.problems import not_found, not_yours
from services.web.handlers.asking import asked, or_known
from services.web.ports import Known, NoAnswer, Owners, Refused


class Reading:
    """Asks owners; remembers rosters by version and the incidents of a school."""

    def __init__(self, owners: Owners, known: Known) -> None:
        self._owners = owners
        self._known = known

    async def schools(self, session: Session) -> list[School]:
        """Schools that the session may see, by name."""
        if session.roles.get(SchoolId("")):
            everywhere = await asked(self._owners.roster.get("/schools", list[School]))
            return sorted(everywhere, key=lambda s: s.name)
        mine = [await self.roster(school) for school in schools_of(session)]
        return sorted((snapshot.school for snapshot in mine), key=lambda s: s.name)

    async def every_school(self) -> list[School]:
        """For the demo's one-tap sign-in; empty while the roster does not answer."""
        try:
            return await self._owners.roster.get("/schools", list[School])
        except (NoAnswer, Refused):
            return []

    async def roster(self, school: SchoolId) -> RosterSnapshot:
        """The roster as this process last heard of it; asked for when it never did."""
        if (known := self._known.roster(school)) is not None:
            return known
        return await self.fresh_roster(school)

    async def fresh_roster(self, school: SchoolId) -> RosterSnapshot:
        """Ask the roster now and remember the answer."""
        question = self._owners.roster.get("/snapshot", RosterSnapshot, school=school)
        snapshot = await or_known(question, lambda: self._known.roster(school))
        self._known.keep_roster(snapshot)
        return snapshot

    async def names(
        self,
        school: SchoolId,
        person: PersonId,
        roles: tuple[Role, ...],
        *,
        find: str = "",
        opened: ClassId | None = None,
    ) -> Names:
        """Names by role."""
        snapshot = await self.roster(school)
        picked = await self._found(snapshot, find) if find else None
        return names_for(snapshot, person, roles, find=find, opened=opened, picked=picked)

    async def _found(self, snapshot: RosterSnapshot, text: str) -> list[Student] | None:
        """Students as the roster's own search ranks them; None while it does not answer."""
        question = self._owners.roster.get(
            "/find", FoundPeople, school=snapshot.school.id, text=text, kinds="student", limit=FOUND
        )
        try:
            answer = await question
        except (NoAnswer, Refused):
            return None
        students = {student.id: student for student in snapshot.students}
        return [students[one.id] for one in answer.people if one.id in students]

    async def needs_incident(self, school: SchoolId) -> None:
        """Other classes are open to an adult only in an emergency. Raises WebProblem."""
        if (await self.incidents(school)).open is None:
            raise not_yours()

    async def may_follow(
        self, school: SchoolId, person: PersonId, wanted: tuple[ClassId, ...]
    ) -> tuple[ClassId, ...]:
        """Those of the classes whose rows this adult may see now. Raises WebProblem."""
        classes = (await self.roster(school)).classes
        own = {c.id for c in classes if person in c.teachers}
        if not own.issuperset(wanted):
            await self.needs_incident(school)
        known = {c.id for c in classes}
        return tuple(class_id for class_id in wanted if class_id in known)

    async def incidents(self, school: SchoolId) -> SchoolIncidents:
        """The open incident and recent ones."""
        question = self._incidents(school)
        incidents = await or_known(question, lambda: self._known.incidents(school))
        self._known.keep_incidents(incidents)
        return incidents

    async def incident(self, school: SchoolId, wanted: IncidentId) -> Incident:
        """One incident of the school. Raises WebProblem not_found."""
        incidents = await self.incidents(school)
        for incident in (incidents.open, *incidents.recent):
            if incident is not None and incident.id == wanted:
                return incident
        raise not_found()

    async def accounting(self, school: SchoolId) -> SchoolAccounting:
        """Rows of the open incident and of the last closed one."""
        reply = await asked(self._owners.accountability.state(school))
        return msgspec.json.decode(reply.state, type=SchoolAccounting)

    async def contradictions(self, school: SchoolId) -> list[Contradiction]:
        """Students whose observations disagree."""
        return await asked(
            self._owners.accountability.get("/contradictions", list[Contradiction], school=school)
        )

    async def messages(self, school: SchoolId, incident: str = "") -> SchoolMessages:
        """Statements and what became of messages; of one incident when it is named."""
        only = {"incident": incident} if incident else {}
        return await asked(
            self._owners.notifier.get("/messages", SchoolMessages, school=school, **only)
        )

    async def accounts(self, school: SchoolId) -> list[Account]:
        """People who may sign in at the school."""
        return await asked(self._owners.identity.get("/accounts", list[Account], school=school))

    async def _incidents(self, school: SchoolId) -> SchoolIncidents:
        reply = await self._owners.incident.state(school)
        return msgspec.json.decode(reply.state, type=SchoolIncidents)
