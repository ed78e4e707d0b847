"""What is wrong with a OneRoster package, or with any zip."""

from collections.abc import Mapping

from services.web.domain.language import marked as _

FINDINGS: Mapping[str, str] = {
    "not_found": _("There is no such file or folder."),
    "not_a_zip": _("This is not a zip file, or it is cut off."),
    "archive_too_large": _("The archive is larger than {value} bytes."),
    "zip_too_many_files": _("The archive lists more than {value} files."),
    "zip_too_large": _("The files would take more than {value} bytes when unpacked."),
    "zip_ratio": _("A file is packed more than {value} to 1: this looks like a zip bomb."),
    "zip_overlap": _("Files overlap inside the archive: this looks like a zip bomb."),
    "zip_unsafe_name": _("A file name points outside the archive."),
    "zip_symlink": _("The package holds a link or a special file."),
    "zip_nested": _("The package holds another archive: unpack it first."),
    "zip_encrypted": _("The archive is protected by a password."),
    "zip_duplicate_name": _("The archive holds the same file name twice."),
    "zip_method": _("The archive uses a packing method other than deflate."),
    "zip_damaged": _("The archive is damaged: a file cannot be unpacked."),
    "empty_package": _("The package holds no files."),
    "not_oneroster": _("None of the files is a OneRoster file."),
    "microsoft_sds": _(
        "This is Microsoft School Data Sync (SDS), not OneRoster. Ask the student system for an "
        "export in OneRoster CSV 1.1 or 1.2."
    ),
    "several_packages": _("OneRoster files lie in more than one folder."),
    "duplicate_file": _("Two files differ only by upper and lower case."),
    "delta_column_missing": _(
        "A delta file (changes only) says by this column what leaves and what stays: it is missing."
    ),
    "delta_assumed": _(
        "There is no manifest, the files are not whole and every row has a status: read as changes "
        "only."
    ),
    "date_impossible": _("There is no such day: not read."),
    "row_repeated": _("The row is there as active and as tobedeleted: it stays."),
    "unknown_row": _("Nothing is known under this id, so nothing was taken away."),
    "users_file_missing": _("There is no users.csv."),
    "no_users": _("users.csv holds no usable row."),
    "no_schools": _("orgs.csv holds no school."),
    "header_missing": _("The first row is not a header row."),
    "key_column_missing": _("A column that nothing works without is missing."),
    "line_too_long": _("A line is longer than {value} bytes."),
    "quote_not_closed": _("A quotation mark is opened on this line and never closed."),
    "too_many_columns": _("The header has more than {value} columns."),
    "too_many_rows": _("The file has more than {value} rows."),
    "manifest_missing": _("There is no manifest.csv: read as OneRoster {value}."),
    "manifest_blank_value": _("The manifest leaves this blank."),
    "manifest_unknown_value": _("The manifest says “{value}”, which OneRoster does not know."),
    "manifest_disagrees": _("The manifest says “{value}”; the files say otherwise. The files win."),
    "file_missing": _("The package has no such file."),
    "file_name_case": _("The file name should be written {value}."),
    "file_in_folder": _("The files lie in a folder; they belong at the top."),
    "file_unknown": _("This file is not part of OneRoster and was not read."),
    "header_only": _("The file has a header and no rows."),
    "encoding_not_utf8": _("The file is not UTF-8: read as {value}."),
    "encoding_mixed": _("This line is not UTF-8: read as Windows-1252."),
    "unseen_characters": _("The file holds characters that nobody sees; they were dropped."),
    "delimiter": _("Cells are not separated by commas."),
    "header_misspelt": _("Read as {value}."),
    "header_repeated": _("The column is there twice: the first one is read."),
    "header_empty": _("The header has an empty cell."),
    "column_unknown": _("OneRoster does not know this column: not read."),
    "column_missing": _("The required column is missing."),
    "column_order": _("The columns are not in OneRoster's order."),
    "password_dropped": _("The file carries passwords: dropped, never stored."),
    "row_ragged": _("The row has {value} cells more or fewer than the header."),
    "header_again": _("The header row comes again: not read."),
    "row_blank": _("The row is empty."),
    "value_missing": _("A required value is missing."),
    "value_trimmed": _("Spaces around the value were dropped."),
    "value_case": _("“{value}” was read without regard to upper and lower case."),
    "value_unknown": _("This is not a value that OneRoster knows here."),
    "list_format": _("The list has spaces or other separators between its values."),
    "date_format": _("The date is not written as OneRoster asks."),
    "id_missing": _("The row has no sourcedId: not read."),
    "id_characters": _("The id holds characters that OneRoster does not allow."),
    "id_too_long": _("The id is longer than 255 characters: not read."),
    "id_repeated": _("The sourcedId is there twice: the first row is kept."),
    "id_reused": _("The sourcedId is there twice with other content: both rows are read."),
    "id_absent": _("The row has no sourcedId; it is read."),
    "id_repeated_merged": _(
        "The sourcedId is there twice: one person; roles and links are joined."
    ),
    "id_repeated_other_name": _(
        "The sourcedId is there twice with different names: only the first is read, with the "
        "roles and links of both. If these are two people, one of them is missing."
    ),
    "status_in_bulk": _("A bulk file leaves status and dateLastModified empty."),
    "row_inactive": _("The row is marked “{value}”: not counted, not imported."),
    "unknown_org": _("No organisation has this id."),
    "class_not_of_school": _(
        "This organisation is not a school. The class counts at the only school of the package; "
        "where there are several, it is at none and not seen."
    ),
    "unknown_parent_org": _("No organisation has this id; the row is kept."),
    "unknown_course": _("No course has this id; the class is kept."),
    "unknown_term": _("No academic session has this id; the class is kept."),
    "unknown_class": _("No class has this id: the enrollment is not read."),
    "unknown_user": _("No person has this id: the row is not read."),
    "unknown_agent": _("No person has this id: there is no link."),
    "too_many_values": _("The list has more than {value} values: the rest is not read."),
    "links_to_self": _("The person is linked to themselves: not read."),
    "school_differs": _("The class belongs to another school: the class's school is used."),
    "student_at_no_school": _(
        "The student has neither a role nor a class at a school: not seen at any school."
    ),
    "role_missing": _("The person has no role: counted neither as student, staff nor guardian."),
    "role_inferred": _("The person has no role: read as {value} from their enrollments."),
    "more_like_this": _("More rows with the same fault: {value}."),
}
