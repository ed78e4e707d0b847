"""Rights, consent and orders between one guardian and one student."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec

from schemas.roster import SetLinkRights
from schemas.roster_rights import (
    ApproveLift,
    LiftProposal,
    ProposeLift,
    RecordConsent,
    SetApart,
    SetRights,
)
from services.roster.domain.custody.authority import OWN_FAMILY
from services.roster.domain.custody.facts import Order, Rights, Standing
from services.roster.domain.imports import Refused

PROPOSAL_LIVES: Final = dt.timedelta(minutes=5)

UNKNOWN_LINK: Final = Refused("unknown_link", "This adult is no guardian of this student.")
NO_ORDER: Final = Refused("no_order", "No order keeps this adult apart from this student.")
NO_PROPOSAL: Final = Refused("no_proposal", "This proposal does not exist any more. Propose again.")
SAME_HANDS: Final = Refused(
    "same_hands",
    "In the last 30 days one of you made the other's account, reset their sign-in or gave them"
    " their role, or one person did so for both: the two of you count as one. Ask a third person"
    " to approve.",
)


def decide_pair(standing: Standing) -> Refused | None:
    """Rights belong to a link; nobody decides about their own family."""
    if not standing.linked:
        return UNKNOWN_LINK
    return OWN_FAMILY if standing.own_family else None


def decide_rights(standing: Standing, command: SetRights) -> Rights | Refused:
    return decide_pair(standing) or msgspec.structs.replace(
        standing.rights,
        message=command.message,
        information=command.information,
        pick_up=command.pick_up,
        priority=command.priority,
        relationship=command.relationship.strip(),
    )


def decide_link_rights(standing: Standing, command: SetLinkRights) -> Rights | Refused:
    """The older command: messages and routine texts only, without saying how consent came."""
    how = standing.rights.routine_how if command.routine == standing.rights.routine else ""
    return decide_pair(standing) or msgspec.structs.replace(
        standing.rights, message=command.message, routine=command.routine, routine_how=how
    )


def decide_consent(standing: Standing, command: RecordConsent) -> Rights | Refused:
    return decide_pair(standing) or msgspec.structs.replace(
        standing.rights, routine=command.given, routine_how=command.how
    )


def decide_apart(standing: Standing, command: SetApart, today: dt.date) -> Order | Refused:
    """One person may set or lengthen an order, on an adult whom the file no longer links too."""
    if not (standing.guardian_known and standing.student_known):
        return Refused("unknown_person", "Nobody of this school has this id.")
    if standing.own_family:
        return OWN_FAMILY
    reference = command.reference.strip()
    if not reference:
        return Refused("reference_needed", "Name the court order on file that says so.")
    order = Order(reference=reference, begins=command.begins, ends=command.ends)
    if order.begins and order.ends and order.ends < order.begins:
        return Refused("dates_reversed", "The last day is before the first.")
    if order.over(today):
        return Refused("already_over", "The last day is over. Leave it empty or name a later day.")
    if standing.order and shorter(order, standing.order, today):
        return Refused(
            "two_people_needed",
            "This would end the order earlier. Propose to lift it; another person approves.",
        )
    return order


def shorter(new: Order, old: Order, today: dt.date) -> bool:
    """Whether a day from today on that the old order covers is free under the new one."""
    if old.over(today):
        return False
    first = max(old.begins or today, today)
    if new.begins and new.begins > first:
        return True
    if new.ends is None:
        return False
    return old.ends is None or new.ends < old.ends


def decide_lift(
    standing: Standing, command: ProposeLift, *, proposal_id: str, today: dt.date, now: dt.datetime
) -> LiftProposal | Refused:
    """Half of the act: nothing changes until another person approves."""
    if standing.order is None or standing.order.over(today):
        return NO_ORDER
    if standing.own_family:
        return OWN_FAMILY
    if not command.reason.strip():
        return Refused("reason_needed", "Say why the order ends before its time.")
    return LiftProposal(
        id=proposal_id,
        guardian=command.guardian,
        student=command.student,
        version=standing.revision,
        by=command.actor.person,
        expires=now + PROPOSAL_LIVES,
        reason=command.reason.strip(),
        made_by=command.actor.makers,
    )


def decide_approval(
    standing: Standing | None, lift: LiftProposal | None, command: ApproveLift, now: dt.datetime
) -> LiftProposal | Refused:
    """The proposal that is approved. It never becomes an approval by waiting."""
    if standing is None or lift is None:
        return NO_PROPOSAL
    if standing.own_family:
        return OWN_FAMILY
    if lift.by == command.actor.person:
        return Refused("same_person", "Another person must approve what you proposed.")
    if not {lift.by, *lift.made_by}.isdisjoint({command.actor.person, *command.actor.makers}):
        # Whoever makes a second account for themselves is still one person.
        return SAME_HANDS
    if now >= lift.expires:
        return Refused("proposal_expired", "Its five minutes are over. Propose again.")
    current = standing.order is not None and standing.revision == lift.version
    if not current or command.version != lift.version:
        return Refused(
            "order_changed", "The order changed meanwhile. Look at it and propose again."
        )
    return lift


def local_day(now: dt.datetime, zone: dt.tzinfo) -> dt.date:
    return now.astimezone(zone).date()


def of_age(birth: dt.date | None, today: dt.date) -> bool:
    """18 today or earlier: then FERPA rights are the student's own. Unknown: no."""
    if birth is None:
        return False
    return (today.year - birth.year, today.month, today.day) >= (18, birth.month, birth.day)
