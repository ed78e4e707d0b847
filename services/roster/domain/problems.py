"""What a package got wrong: row-level warnings, and refusals with a stable code.

A problem names file, line and column and never repeats a person's name. `WORDS` is the
whole list of codes; a page shows the code's words in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemas.roster import Finding

SHOWN_PER_KIND: Final = 100
VALUE_LENGTH: Final = 40

WORDS: Final[Mapping[str, str]] = {
    # refusals
    "not_found": "There is no such file or folder.",
    "not_a_zip": "This is not a zip file, or it is cut off.",
    "archive_too_large": "The archive is larger than {value} bytes.",
    "zip_too_many_files": "The archive lists more than {value} files.",
    "zip_too_large": "The files would take more than {value} bytes when unpacked.",
    "zip_ratio": "A file is packed more than {value} to 1: this looks like a zip bomb.",
    "zip_overlap": "Files overlap inside the archive: this looks like a zip bomb.",
    "zip_unsafe_name": "A file name points outside the archive.",
    "zip_symlink": "The package holds a link or a special file.",
    "zip_nested": "The package holds another archive: unpack it first.",
    "zip_encrypted": "The archive is protected by a password.",
    "zip_duplicate_name": "The archive holds the same file name twice.",
    "zip_method": "The archive uses a packing method other than deflate.",
    "zip_damaged": "The archive is damaged: a file cannot be unpacked.",
    "empty_package": "The package holds no files.",
    "not_oneroster": "None of the files is a OneRoster file.",
    "microsoft_sds": "This is Microsoft School Data Sync (SDS), not OneRoster. "
    "Ask the student system for an export in OneRoster CSV 1.1 or 1.2.",
    "several_packages": "OneRoster files lie in more than one folder.",
    "duplicate_file": "Two files differ only by upper and lower case.",
    "delta_column_missing": "A delta file (changes only) says by this column what leaves and "
    "what stays: it is missing.",
    "users_file_missing": "There is no users.csv.",
    "no_users": "users.csv holds no usable row.",
    "no_schools": "orgs.csv holds no school.",
    "header_missing": "The first row is not a header row.",
    "key_column_missing": "A column that nothing works without is missing.",
    "line_too_long": "A line is longer than {value} bytes.",
    "quote_not_closed": "A quotation mark is opened on this line and never closed.",
    "too_many_columns": "The header has more than {value} columns.",
    "too_many_rows": "The file has more than {value} rows.",
    # warnings about the package
    "manifest_missing": "There is no manifest.csv: read as OneRoster {value}.",
    "manifest_blank_value": "The manifest leaves this blank.",
    "manifest_unknown_value": "The manifest says “{value}”, which OneRoster does not know.",
    "manifest_disagrees": "The manifest says “{value}”; the files say otherwise. The files win.",
    "file_missing": "The package has no such file.",
    "file_name_case": "The file name should be written {value}.",
    "file_in_folder": "The files lie in a folder; they belong at the top.",
    "file_unknown": "This file is not part of OneRoster and was not read.",
    "header_only": "The file has a header and no rows.",
    "encoding_not_utf8": "The file is not UTF-8: read as {value}.",
    "encoding_mixed": "This line is not UTF-8: read as Windows-1252.",
    "unseen_characters": "The file holds characters that nobody sees; they were dropped.",
    "delimiter": "Cells are not separated by commas.",
    "delta_assumed": "There is no manifest, the files are not whole and every row has a status: "
    "read as changes only.",
    # warnings about columns
    "header_misspelt": "Read as {value}.",
    "header_repeated": "The column is there twice: the first one is read.",
    "header_empty": "The header has an empty cell.",
    "column_unknown": "OneRoster does not know this column: not read.",
    "column_missing": "The required column is missing.",
    "column_order": "The columns are not in OneRoster's order.",
    "password_dropped": "The file carries passwords: dropped, never stored.",
    # warnings about rows
    "row_ragged": "The row has {value} cells more or fewer than the header.",
    "header_again": "The header row comes again: not read.",
    "row_blank": "The row is empty.",
    "value_missing": "A required value is missing.",
    "value_trimmed": "Spaces around the value were dropped.",
    "value_case": "“{value}” was read without regard to upper and lower case.",
    # Not quoted: in a row that slipped by a column it could be a name.
    "value_unknown": "This is not a value that OneRoster knows here.",
    "list_format": "The list has spaces or other separators between its values.",
    "date_format": "The date is not written as OneRoster asks.",
    "date_impossible": "There is no such day: not read.",
    "id_missing": "The row has no sourcedId: not read.",
    "id_characters": "The id holds characters that OneRoster does not allow.",
    "id_too_long": "The id is longer than 255 characters: not read.",
    "id_repeated": "The sourcedId is there twice: the first row is kept.",
    "id_reused": "The sourcedId is there twice with other content: both rows are read.",
    "id_absent": "The row has no sourcedId; it is read.",
    "id_repeated_merged": "The sourcedId is there twice: one person; roles and links are joined.",
    "status_in_bulk": "A bulk file leaves status and dateLastModified empty.",
    "row_repeated": "The row is there as active and as tobedeleted: it stays.",
    "row_inactive": "The row is marked “{value}”: not counted, not imported.",
    "unknown_org": "No organisation has this id.",
    "unknown_parent_org": "No organisation has this id; the row is kept.",
    "unknown_course": "No course has this id; the class is kept.",
    "unknown_term": "No academic session has this id; the class is kept.",
    "unknown_class": "No class has this id: the enrollment is not read.",
    "unknown_user": "No person has this id: the row is not read.",
    "unknown_agent": "No person has this id: there is no link.",
    "too_many_values": "The list has more than {value} values: the rest is not read.",
    "unknown_row": "Nothing is known under this id, so nothing was taken away.",
    "links_to_self": "The person is linked to themselves: not read.",
    "school_differs": "The class belongs to another school: the class's school is used.",
    "role_missing": "The person has no role: counted neither as student, staff nor guardian.",
    "role_inferred": "The person has no role: read as {value} from their enrollments.",
    "more_like_this": "More rows with the same fault: {value}.",
}


class PackageRefused(Exception):
    """The package cannot be read; `finding.code` is stable, nothing was changed."""

    def __init__(
        self, code: str, *, file: str = "", line: int = 0, column: str = "", value: object = ""
    ) -> None:
        self.finding = finding(code, file=file, line=line, column=column, value=value)
        super().__init__(code)


def finding(
    code: str,
    *,
    file: str = "",
    line: int = 0,
    column: str = "",
    value: object = "",
    words: Mapping[str, str] = WORDS,
) -> Finding:
    """words: the area's; a value that its sentence does not quote is left out."""
    # A value that the words do not quote may be a name: it does not leave the package.
    shown = str(value)[:VALUE_LENGTH] if "{value}" in words[code] else ""
    said = words[code].format(value=shown)
    return Finding(file=file, line=line, column=column, code=code, message=said, value=shown)


class Warnings:
    """Collects warnings in bounded memory: the first 100 of a kind, then a count.

    words: the area's, with more_like_this among them.
    """

    def __init__(self, words: Mapping[str, str] = WORDS) -> None:
        self._words = words
        self._shown: list[Finding] = []
        self._seen: dict[tuple[str, str, str], int] = {}

    def add(
        self, code: str, *, file: str = "", line: int = 0, column: str = "", value: object = ""
    ) -> None:
        if self._counted(file, column, code):
            self._shown.append(
                finding(code, file=file, line=line, column=column, value=value, words=self._words)
            )

    def take(self, found: Finding) -> None:
        """One that is said already, by a decision that refused the row."""
        if self._counted(found.file, found.column, found.code):
            self._shown.append(found)

    def _counted(self, file: str, column: str, code: str) -> bool:
        """Whether it is among the first of its kind."""
        kind = (file, column, code)
        self._seen[kind] = self._seen.get(kind, 0) + 1
        return self._seen[kind] <= SHOWN_PER_KIND

    def all(self) -> tuple[Finding, ...]:
        """Every warning shown, then one line for each kind that had more than 100."""
        rest = (
            finding(
                "more_like_this",
                file=file,
                column=column,
                value=f"{seen - SHOWN_PER_KIND} × {code}",
                words=self._words,
            )
            for (file, column, code), seen in self._seen.items()
            if seen > SHOWN_PER_KIND
        )
        return (*self._shown, *rest)
