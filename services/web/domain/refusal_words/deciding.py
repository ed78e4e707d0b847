"""Refusals around who asks, accounts, incidents, marks, messages and the roster import."""

from collections.abc import Mapping

from services.web.domain.language import marked as _

REFUSALS: Mapping[str, tuple[str, ...]] = {
    # who asks, and how
    "no_session": (_("Sign in first."),),
    "session_expired": (_("This session is over. Sign in again."),),
    "session_invalid": (_("This session no longer holds. Sign in again."),),
    "session_revoked": (_("This session was ended. Sign in again."),),
    "sessions_loading": (_("Muster is starting. Ask again in a second."),),
    "role_missing": (_("Your role at this school does not allow this."),),
    "not_allowed": (
        _("Your role does not allow this. Ask {roles}."),
        _("Your role does not allow this."),
    ),
    "wrong_origin": (_("This did not come from a page of Muster. Load the page again."),),
    "header_missing": (_("This did not come from a page of Muster. Load the page again."),),
    "form_expired": (_("This page is too old. Load it again."),),
    "wrong_credentials": (_("Login or password is wrong."),),
    "too_many_attempts": (
        _("Too many wrong passwords. Wait a little, or use another way to sign in."),
    ),
    "busy": (_("Many are signing in now. Try again."),),
    "link_invalid": (_("This link has been used or has expired. Ask the office for a new one."),),
    # what was sent
    "not_found": (_("Nothing is here for this session."),),
    "unknown_host": (_("This is not an address of this Muster."),),
    "idempotency_key_needed": (
        _("Send Idempotency-Key: 8 to 64 letters, digits, _ or -, drawn once for this act."),
    ),
    "op_reused": (_("This was sent before with other words. Load the page again and repeat it."),),
    "bad_body": (_("What was sent cannot be read. Load the page again and repeat it."),),
    "bad_command": (_("What was sent cannot be used. Load the page again and repeat it."),),
    "bad_form": (
        _("Something is missing or cannot be used: {field}."),
        _("Something is missing or cannot be used."),
    ),
    "bad_media_type": (_("Send the form as the page draws it."),),
    "bad_query": (_("The address asks for something that cannot be read."),),
    "bad_request": (_("This cannot be answered as it was asked."),),
    "body_too_large": (
        _("At most {bytes} bytes can be sent."),
        _("What was sent is too large."),
    ),
    "body_too_slow": (_("It did not arrive in time. Send it again."),),
    # no answer
    "no_answer": (_("No answer yet. Try again: it will not be done twice."),),
    "not_started_yet": (
        _("NOT STARTED YET. Use the PA and call 911."),
        _("NOT STARTED YET. Nobody was told."),
    ),
    "not_now": (_("Nothing was decided. Ask again in a moment."),),
    "stand_by": (_("Another machine decides just now. Ask again in a moment."),),
    "in_doubt": (_("It is not known yet whether the last act was stored. Ask again in a moment."),),
    "contacts_unknown": (_("The contacts are not known yet. Ask again in a moment."),),
    "internal": (_("Something failed here. It was logged."),),
    # accounts
    "unknown_person": (_("Nobody here has this id."),),
    "account_exists": (_("This person already signs in with another login."),),
    "login_taken": (_("Someone else signs in with this login: choose another."),),
    "login_needed": (_("Give this person a login first."),),
    "reserved_person": (_("This id is the installation itself."),),
    "no_roles": (_("This person has no role at any school: give one first."),),
    "school_needed": (_("Say at which school the token is to be used."),),
    "unknown_session": (_("There is no such session."),),
    "nothing_named": (_("Name a session or a person."),),
    "keeps_elsewhere": (_("This person answers for another school as well: ask there."),),
    "not_for_oneself": (
        _(
            "Nobody gives a role to themselves. Ask another keeper of accounts, or the operator "
            "of the server."
        ),
    ),
    "other_keeper_needed": (
        _(
            "You imported the roster that says so: another keeper of accounts confirms it, or the "
            "operator of the server."
        ),
    ),
    # incidents
    "unknown_incident": (_("This school has no such incident."),),
    "incident_closed": (_("This incident is closed."),),
    "incident_open": (
        _("An incident is open at {schools}. The roster can change when that is closed."),
        _("{mode} is open: close it before starting another."),
        _("An incident is open: close it first."),
    ),
    "live_incident_open": (
        _("A live incident is open: nothing else can start until it is closed."),
    ),
    "location_needed": (_("Say where to: Evacuate needs a location."),),
    "hazard_needed": (_("Say what the hazard is: Shelter states it."),),
    "strategy_needed": (_("Choose the safety strategy: Shelter states it."),),
    "illegal_transition": (_("{action} cannot become {other}. It can become {legal}."),),
    "unknown_action": (_("This incident has no such action."),),
    "action_ended": (_("This action has already ended or become another one."),),
    "empty_text": (_("Write something first."),),
    "too_many_notes": (
        _("You have written {number} times in this incident. Ask someone else to write it down."),
    ),
    "no_lockdown": (_("No room is locked: this incident has had no Lockdown."),),
    "already_corrected": (_("Everyone has already been told it was an error."),),
    "threat_confirmed": (
        _(
            "This Lockdown is recorded as corroborated or confirmed: it was no error. Close it "
            "when it is over."
        ),
    ),
    "help_reported": (
        _(
            "Someone in the school has sent a note to the office: help may be needed there, so "
            "this cannot be called an error. Close it when it is over."
        ),
    ),
    "injury_reported": (
        _("A student is reported as injured: it was no error. Close it when it is over."),
    ),
    "missing_reported": (
        _("A student is reported as missing: it was no error. Close it when it is over."),
    ),
    "students_unknown": (
        _(
            "Whether a student is injured or missing cannot be seen just now. Try again in a "
            "moment."
        ),
    ),
    "proposal_pending": (_("Someone has already proposed this: approve their proposal."),),
    "proposal_changed": (_("This proposal does not hold any more. Look at the incident again."),),
    "proposal_expired": (_("This proposal is older than 5 minutes: propose again."),),
    "second_person_needed": (_("A second person has to approve this."),),
    "same_hands": (
        _(
            "In the last 30 days one of you made the other’s account, reset their sign-in or gave "
            "them their role, or one person did so for both: the two of you count as one. Ask a "
            "third person to approve, or have the operator of the server issue a new sign-in."
        ),
    ),
    # who is where
    "unknown_class": (_("This class is not one of this school's."),),
    "unknown_student": (_("A student of this list is not one of this school's."),),
    "not_of_this_class": (
        _("A student of this list is not expected in this class: mark them one by one."),
    ),
    "unknown_is_no_mark": (_("To say unknown again, take the mark back."),),
    "nothing_said": (_("The list of marks is empty."),),
    # messages
    "unknown_statement": (_("There is no such message. Reload the page."),),
    "already_approved": (
        _("This message was approved {minutes} min ago."),
        _("This message is approved already."),
    ),
    "other_version": (_("The message changed. Read the new version first."),),
    "superseded": (_("A newer message replaces this one. Read that one first."),),
    "promise_over": (_("Its time for the next message is over. Read the new draft."),),
    "address_refused": (_("This address cannot be used. Use a complete public address."),),
    "unknown_held": (_("There is no such message. Reload the page."),),
    "held_settled": (_("Someone has already decided about this message. Reload the page."),),
    "held_overtaken": (
        _(
            "The incident is over or has moved on: these words are not true any more. Do not send "
            "it."
        ),
    ),
    # the roster
    "other_school": (
        _(
            "This import changed {schools}, where you have no role. Whoever keeps the accounts "
            "there gives you one, or the operator of the server undoes it ({undo})."
        ),
        _(
            "This package changes {schools}, where you have no role. Whoever keeps the accounts "
            "there gives you one. At a school that nobody keeps yet, the operator of the server "
            "does (muster user grant), or imports the package (muster import)."
        ),
        _("This belongs to another school."),
    ),
    "removals_need_confirmation": (
        _("More than a tenth of the students would disappear: {losses}. Confirm if this is right."),
        _("Many would disappear. Confirm if this is right."),
    ),
    "not_applied": (_("Only an applied import can be undone."),),
    "newer_import": (_("A newer import of the same school was applied: undo that one first."),),
    "nothing_to_undo": (_("This import changed nothing."),),
    "being_checked": (_("This import is still being checked. Try again soon."),),
    "unknown_import": (_("This import does not exist any more. Upload it again."),),
    "unknown_link": (_("This adult is no guardian of this student."),),
    "unknown_school": (_("There is no such school here."),),
    "unknown_zone": (_("Write the time zone as in America/Chicago."),),
}
