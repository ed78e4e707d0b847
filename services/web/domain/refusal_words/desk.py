"""Refusals of the front desk: visitors, kiosks, substitutes, the flagged list."""

from collections.abc import Mapping

from services.web.domain.language import marked as _

REFUSALS: Mapping[str, tuple[str, ...]] = {
    "not_here": (
        _("Nobody is signed in under this. Look in today's log, or ask the front office."),
    ),
    "not_waiting": (_("Nobody waits under this any more. Load the page again."),),
    "already_decided": (_("Someone else decided this first."),),
    "name_needed": (_("Write the name."),),
    "too_long": (
        _("Write at most {number} characters in each field."),
        _("Write less."),
    ),
    "unknown_entry": (_("No such entry. Load the page again."),),
    "dates_turned": (_("The last day is before the first."),),
    "unknown_substitute": (_("No such substitute. Load the page again."),),
    "not_today": (_("This substitute does not cover anything today."),),
    "unknown_room": (_("The roster has no such room."),),
    "unknown_cover": (_("The roster has no such {cover}."),),
    "not_your_school": (_("The roster does not list you at this school."),),
    "kiosk_closed": (_("This kiosk was ended. Ask the front office."),),
    "unknown_photo": (_("The photo did not arrive or is not there. Take it again, or leave it."),),
    "not_a_photo": (_("This is no photo that can be read. Take another, or go without."),),
    "not_covered": (_("This code does not open this room. Ask the office for today's code."),),
    "wrong_pin": (_("This is not the PIN of this kiosk."),),
    "too_many_tries": (_("Too many wrong PINs. Wait five minutes, or ask the office."),),
}
