"""Refusals around guardians, rights, orders, plans and family codes."""

from collections.abc import Mapping

from services.web.domain.language import marked as _

REFUSALS: Mapping[str, tuple[str, ...]] = {
    "own_family": (
        _("Nobody changes this for their own family. Ask someone else of the office to do it."),
    ),
    "no_order": (_("No order keeps this adult apart from this student."),),
    "no_proposal": (_("This proposal does not exist any more. Propose again."),),
    "reference_needed": (_("Name the court order on file that says so."),),
    "dates_reversed": (_("The last day is before the first."),),
    "already_over": (_("The last day is over. Leave it empty or name a later day."),),
    "two_people_needed": (
        _("This would end the order earlier. Propose to lift it; another person approves."),
    ),
    "reason_needed": (_("Say why the order ends before its time."),),
    "same_person": (_("Another person must approve what you proposed."),),
    "order_changed": (_("The order changed meanwhile. Look at it and propose again."),),
    "unknown_guardian": (_("No guardian of this school has this id."),),
    "bad_number": (_("This is no number that can be called. Write it with its area code."),),
    "one_student": (_("A student is their own guardian alone: name one student."),),
    "own_guardian": (_("Only an emancipated or adult student is their own."),),
    "caseworker_needed": (_("An agency needs its caseworker and a number to call back."),),
    "same_helper": (_("The backup is someone other than the helper."),),
    "bad_address": (_("This is no email address. Write it as name@place.org."),),
    "same_address": (_("This number or address is there already."),),
    "too_many": (
        _("A guardian has at most {number} more. Remove one first."),
        _("There are too many already. Remove one first."),
    ),
    "unknown_staff": (_("Choose the helper and the backup among the staff."),),
    "no_information_right": (_("This adult may not be told about one of these students."),),
    "unknown_device": (_("This number or address is not there any more."),),
    "try_again": (_("No free code was found. Issue it once more."),),
    "unknown_code": (_("This code is not there."),),
    "code_wrong": (
        _(
            "This code does not match. After five wrong tries it is locked: ask the office for "
            "another."
        ),
    ),
}
