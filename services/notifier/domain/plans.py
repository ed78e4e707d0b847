"""A message and its jobs, written in the transaction of the event that asked for them."""

import msgspec

from schemas.identifiers import IncidentId, SchoolId
from schemas.notifier import AlertQueued
from schemas.vocabulary import IncidentMode
from services.notifier.domain.audience import Selection
from services.notifier.domain.jobs import Message, QueuedJob, job_id
from services.notifier.domain.occasions import Template


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """people: whom the jobs reach; someone with two numbers counts once."""

    message: Message
    jobs: tuple[QueuedJob, ...]
    people: int = 0

    def event(self, template: Template) -> AlertQueued:
        """Says which jobs were made."""
        return AlertQueued(
            cause=self.message.cause,
            audience=self.message.audience,
            template=template.name,
            people=self.people,
            jobs=len(self.jobs),
        )


def plan_for(
    message: Message,
    selection: Selection,
    *,
    school: SchoolId,
    incident: IncidentId,
    mode: IncidentMode,
) -> Plan:
    """One job a person and channel, with all that its sender needs."""
    jobs = []
    for recipient in selection.recipients:
        text = message.text(recipient.language)
        jobs.append(
            QueuedJob(
                id=job_id(message.cause, recipient.person, recipient.channel),
                school=school,
                incident=incident,
                mode=mode,
                cause=message.cause,
                person=recipient.person,
                channel=recipient.channel,
                address=recipient.address,
                language=text.language,
                subject=text.subject,
                body=text.body,
                emergency=message.emergency,
            )
        )
    return Plan(message=message, jobs=tuple(jobs), people=selection.people)
