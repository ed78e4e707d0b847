"""What is wrong with attendance as CSV and with a list of a group's students."""

from collections.abc import Mapping

from services.web.domain.language import marked as _

FINDINGS: Mapping[str, str] = {
    "no_rows": _("The file holds no rows."),
    "too_many_rows": _("The file has more than {value} rows."),
    "not_text": _("This is not a text file: save it as CSV."),
    "key_column_missing": _("A column that nothing works without is missing."),
    "unknown_student": _("No student of this school has this number or name: not read."),
    "student_ambiguous": _("Several students have this name: use their number. Not read."),
    "unknown_status": _("Write present, absent, late or left_early: the row is not read."),
    "bad_date": _("The date is not written as 2026-09-15: the row is not read."),
    "bad_time": _("The time is not written as 08:31: the row is not read."),
    "not_yet": _("This time is still to come: the row is not read."),
    "too_long_ago": _("This is more than a school year ago: the row is not read."),
    "column_unknown": _("This column is not read."),
    "more_like_this": _("More rows with the same fault: {value}."),
}
