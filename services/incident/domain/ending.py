"""Closing and correcting: alone where one person may, by two people for a live Lockdown."""

import datetime as dt
from typing import Literal

from schemas.identifiers import PersonId, proposal_id
from schemas.incident import (
    Approve,
    Close,
    Closed,
    Correct,
    Corrected,
    Incident,
    Proposal,
    Proposed,
)
from schemas.vocabulary import Actor
from services.incident.domain.authority import closers, refused
from services.incident.domain.decision import Accepted, Decision, Refusal, Stamp
from services.incident.domain.facts import Facts, Harm
from services.incident.domain.finding import draft, found_open, locked_down_live
from services.incident.domain.state import State

What = Literal["close", "correct"]

APPROVAL_TIME = dt.timedelta(minutes=5)

NO_ERROR = "it was no error. Close it when it is over."
HARMED: dict[Harm, Refusal] = {
    "injured": Refusal("injury_reported", f"A student is reported as injured: {NO_ERROR}"),
    "missing": Refusal("missing_reported", f"A student is reported as missing: {NO_ERROR}"),
}
SAME_HANDS = Refusal(
    "same_hands",
    "In the last 30 days one of you made the other's account, reset their sign-in or gave them"
    " their role, or one person did so for both: the two of you count as one. Ask a third person"
    " to approve, or have the operator of the server issue a new sign-in (muster user link).",
)
UNHEARD = Refusal(
    "students_unknown",
    "Whether a student is injured or missing cannot be seen just now. Try again in a moment.",
)


def close(state: State, command: Close, stamp: Stamp) -> Decision:
    """Ends every action. Opens no room: rooms of a Lockdown are opened one by one."""
    incident = found_open(state, command.incident)
    if isinstance(incident, Refusal):
        return incident
    if refusal := refused(command.actor, closers(incident.mode), "close this incident"):
        return refusal
    if locked_down_live(incident):
        return _propose(incident, "close", command.actor, stamp)
    return Accepted(incident.id, (draft(incident, Closed(by=(stamp.actor,))),))


def correct(state: State, command: Correct, stamp: Stamp, facts: Facts) -> Decision:
    """Started in error. Says so to everyone who was alerted; ends nothing and opens no room."""
    incident = found_open(state, command.incident)
    if isinstance(incident, Refusal):
        return incident
    if refusal := refused(command.actor, closers(incident.mode), "correct this incident"):
        return refusal
    if refusal := _uncorrectable(incident, facts):
        return refusal
    if locked_down_live(incident):
        return _propose(incident, "correct", command.actor, stamp)
    return Accepted(incident.id, (draft(incident, Corrected(by=(stamp.actor,))),))


def approve(state: State, command: Approve, stamp: Stamp, facts: Facts) -> Decision:
    """The second person's word on exactly the proposal that their screen showed."""
    incident = found_open(state, command.incident)
    if isinstance(incident, Refusal):
        return incident
    if refusal := refused(command.actor, closers(incident.mode), "approve this"):
        return refusal
    proposal = incident.proposal
    if refusal := _stale(proposal, command, stamp):
        return refusal
    assert proposal is not None
    if proposal.what == "correct" and (refusal := _uncorrectable(incident, facts)):
        return refusal
    agreed = (proposal.by, stamp.actor)
    return Accepted(incident.id, (draft(incident, _concluding(proposal, agreed)),))


def _uncorrectable(incident: Incident, facts: Facts) -> Refusal | None:
    """Why "started in error" can no longer be said. Facts that make it untrue belong here."""
    if incident.corrected is not None:
        return Refusal("already_corrected", "Everyone has already been told it was an error.")
    if not locked_down_live(incident):
        return None
    if incident.evidence != "reported":
        return Refusal(
            "threat_confirmed",
            f"This Lockdown is recorded as corroborated or confirmed: {NO_ERROR}",
        )
    if incident.record.reports:
        return Refusal(
            "help_reported",
            "Someone in the school has sent a note to the office: help may be needed there, so"
            " this cannot be called an error. Close it when it is over.",
        )
    if facts.harmed is None:
        return UNHEARD
    return next((HARMED[harm] for harm in HARMED if harm in facts.harmed), None)


def _propose(incident: Incident, what: What, actor: Actor, stamp: Stamp) -> Decision:
    pending = incident.proposal
    if pending is not None and pending.what == what and stamp.now < pending.expires:
        if pending.by == stamp.actor:
            return Accepted(incident.id)
        return Refusal(
            "proposal_pending", "Someone has already proposed this: approve their proposal."
        )
    proposed = Proposed(
        proposal=proposal_id(stamp.school, stamp.actor, stamp.op_id),
        version=1 + incident.record.proposals,
        what=what,
        by=stamp.actor,
        expires=stamp.now + APPROVAL_TIME,
        made_by=actor.makers,
    )
    return Accepted(incident.id, (draft(incident, proposed),))


def _stale(proposal: Proposal | None, command: Approve, stamp: Stamp) -> Refusal | None:
    if proposal is None or (proposal.id, proposal.version) != (command.proposal, command.version):
        return Refusal(
            "proposal_changed", "This proposal does not hold any more. Look at the incident again."
        )
    if stamp.now >= proposal.expires:
        return Refusal("proposal_expired", "This proposal is older than 5 minutes: propose again.")
    if proposal.by == stamp.actor:
        return Refusal("second_person_needed", "A second person has to approve this.")
    return None if two_people(proposal, command.actor) else SAME_HANDS


def two_people(proposal: Proposal, second: Actor) -> bool:
    """Whether proposer and approver share no hands: an account that one of them made or reset,
    or that one keeper made for both, could be one person twice."""
    return {proposal.by, *proposal.made_by}.isdisjoint({second.person, *second.makers})


def _concluding(proposal: Proposal, by: tuple[PersonId, ...]) -> Closed | Corrected:
    if proposal.what == "close":
        return Closed(by=by, proposal=proposal.id, version=proposal.version)
    return Corrected(by=by, proposal=proposal.id, version=proposal.version)
