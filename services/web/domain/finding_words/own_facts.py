"""What is wrong with files of rights, consents, guardians and plans."""

from collections.abc import Mapping

from services.web.domain.language import marked as _

FINDINGS: Mapping[str, str] = {
    "too_large": _("The files are larger than {value} bytes."),
    "no_own_facts": _("None of the files is rights.csv, consents.csv, guardians.csv or plans.csv."),
    "two_files_of_a_kind": _("There is more than one file like this: put them together."),
    "quote_not_closed": _("A quotation mark is opened and never closed, or a cell is too long."),
    "too_many_rows": _("The file has more than {value} rows."),
    "encoding_not_utf8": _("The file is not UTF-8: read as Windows-1252."),
    "file_unknown": _("The header is that of no file of own facts: not read."),
    "header_only": _("The file has a header and no rows."),
    "column_missing": _("A column that the file needs is missing: not read."),
    "column_unknown": _("This column is not known: not read."),
    "row_ragged": _("The row has more or fewer cells than the header: not read."),
    "value_missing": _("A value that the row needs is missing: not read."),
    "value_unknown": _("This is not a value that is known here: the row is not read."),
    "unknown_person": _("Nobody of this school has this id: the row is not read."),
    "row_again": _("An earlier row says something else of the same people: the last one holds."),
    "pick_up_not_by_import": _(
        "A file never gives the right to pick up: do it on the person's page."
    ),
    "apart_not_lifted": _("A file never lifts an order. Two people lift it on the person's page."),
    "more_like_this": _("More rows with the same fault: {value}."),
}
