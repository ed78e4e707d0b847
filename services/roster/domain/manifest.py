"""manifest.csv: what the package says of itself."""

from __future__ import annotations

import csv
from collections.abc import Collection
from typing import Final

import msgspec

from services.roster.domain.archive import Source
from services.roster.domain.problems import Warnings
from services.roster.domain.table import RecordLines, delimiter_of, heading, opened
from services.roster.domain.text import lines, survey
from services.roster.domain.vocabulary import UNREAD

LIMIT: Final = 500
PRESENCE: Final = ("absent", "bulk", "delta")


class Manifest(msgspec.Struct, frozen=True):
    """version: "" when not said. files: table → absent | bulk | delta."""

    member: str = ""
    version: str = ""
    files: dict[str, str] = {}


def read_manifest(source: Source, member: str, warnings: Warnings) -> Manifest:
    with opened(source, member) as stream:
        encoding = survey(stream, member, warnings)
    delimiter = delimiter_of(heading(source, member, encoding))
    if delimiter != ",":
        warnings.add("delimiter", file=member, line=1)
    version, files = "", {}
    with opened(source, member) as stream:
        feed = RecordLines(lines(stream, encoding, member, warnings), member)
        for count, row in enumerate(csv.reader(feed, delimiter=delimiter)):
            line = feed.line
            feed.record_done()
            if count > LIMIT:
                break
            name, value = (cell.strip() for cell in (*row, "", "")[:2])
            if name == "oneroster.version":
                version = value
            presence = name.removeprefix("file.")
            if presence != name:
                word = value.lower()
                if word in PRESENCE:
                    files[presence] = word
                    if word != value:
                        warnings.add("value_case", file=member, line=line, column=name, value=value)
                else:
                    code = "manifest_unknown_value" if value else "manifest_blank_value"
                    warnings.add(code, file=member, line=line, column=name, value=value)
    return Manifest(member, version, files)


def compare(manifest: Manifest, tables: Collection[str], warnings: Warnings) -> None:
    """Says where the manifest and the files disagree; the files win.

    Of files that are never read it is not known here whether they are there.
    """
    for table, presence in manifest.files.items():
        if table not in UNREAD and (presence == "absent") == (table in tables):
            warnings.add(
                "manifest_disagrees",
                file=manifest.member,
                column=f"file.{table}",
                value=presence,
            )


def version_of(manifest: Manifest | None, *, roles_apart: bool, warnings: Warnings) -> str:
    """1.0, 1.1 or 1.2: no manifest means 1.0, and roles in a file of their own mean 1.2."""
    if manifest is None:
        version = "1.2" if roles_apart else "1.0"
        warnings.add("manifest_missing", value=version)
        return version
    shape = "1.2" if roles_apart else "1.1"
    claimed = manifest.version[:3].removeprefix("v")
    member, column = manifest.member, "oneroster.version"
    if not manifest.version:
        warnings.add("manifest_blank_value", file=member, column=column)
        return shape
    if claimed not in ("1.0", "1.1", "1.2"):
        warnings.add("manifest_unknown_value", file=member, column=column, value=claimed)
        return shape
    if (claimed == "1.2") != roles_apart:
        warnings.add("manifest_disagrees", file=member, column=column, value=claimed)
        return shape
    return claimed
