"""Fakes of the incident service's ports; they pass the same cases as the real ones."""

from dataclasses import dataclass, field

import msgspec

from schemas.commands import Command
from schemas.identifiers import IncidentId, SchoolId
from schemas.replies import Reply
from schemas.vocabulary import Actor
from services.incident.domain.decision import Accepted
from services.incident.domain.facts import Harm
from services.incident.ports import Decide
from tests.incident.scenes import START, Moment, PaperLog


@dataclass
class PaperIncidentLog:
    """Fulfils ports.IncidentLog in memory: one PaperLog a school, and the answers given."""

    schools: dict[SchoolId, PaperLog] = field(default_factory=dict)
    answers: dict[tuple[str, ...], tuple[bytes, Reply]] = field(default_factory=dict)

    async def submit(self, command: Command, decide: Decide) -> Reply:
        key = (command.school, command.actor.person, command.op_id)
        bare = msgspec.structs.replace(command, actor=Actor(person=command.actor.person))
        body = msgspec.json.encode(bare)
        if key in self.answers:
            known, reply = self.answers[key]
            return reply if known == body else Reply(status="refused", code="op_reused", at=START)
        reply = self._decided(command, decide)
        self.answers[key] = (body, reply)
        return reply

    def _decided(self, command: Command, decide: Decide) -> Reply:
        log = self.schools.setdefault(command.school, PaperLog())
        log.state.school = command.school
        moment = Moment(START, command.school, command.actor.person, command.op_id)
        decision = decide(log.state, moment)
        if not isinstance(decision, Accepted):
            return Reply(status="refused", code=decision.code, reason=decision.reason, at=START)
        before = len(log.events)
        log.append(command, decision)
        made = log.events[before:]
        last = [event for event, _ in log.events if event.incident == decision.incident]
        return Reply(
            status="accepted",
            incident=decision.incident,
            pos=len(log.events),
            seq=last[-1].seq if last else 0,
            events=tuple(event.id for event, _ in made),
            at=START,
        )


@dataclass
class KnownVersions:
    """Fulfils ports.RosterVersions."""

    versions: dict[SchoolId, int] = field(default_factory=dict)

    def version(self, school: SchoolId) -> int:
        return self.versions.get(school, 0)


@dataclass
class KnownStudents:
    """Fulfils ports.Students; `unheard` is what a silent accountability makes it."""

    harm: dict[IncidentId, frozenset[Harm]] = field(default_factory=dict)
    unheard: bool = False

    def harmed(self, school: SchoolId, incident: IncidentId) -> frozenset[Harm] | None:
        return None if self.unheard else self.harm.get(incident, frozenset())
