"""Which member of a package is which OneRoster table."""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import basename, dirname
from typing import Final

from services.roster.domain.problems import PackageRefused, Warnings
from services.roster.domain.vocabulary import COLUMNS, MICROSOFT_V1, UNREAD

# Left behind by the desktops that packed the archive.
LITTER: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
READ: Final = {name.lower(): name for name in (*COLUMNS, "manifest")}
KNOWN: Final = {**READ, **{name.lower(): name for name in UNREAD}}


def tables_of(names: Iterable[str], warnings: Warnings) -> dict[str, str]:
    """Maps a table's name, such as `users`, to the member that holds it.

    Raises PackageRefused: empty_package, not_oneroster, microsoft_sds, several_packages,
    duplicate_file.
    """
    members = [name for name in names if not is_litter(name)]
    if not members:
        raise PackageRefused("empty_package")
    folder = shared_folder(members)
    if folder:
        warnings.add("file_in_folder", file=folder)
    tables: dict[str, str] = {}
    for member in members:
        table = KNOWN.get(table_name(member)) if dirname(member) == folder else None
        if table is None:
            warnings.add("file_unknown", file=member)
        elif table in tables:
            raise PackageRefused("duplicate_file", file=member)
        else:
            tables[table] = member
            if basename(member) != f"{table}.csv":
                warnings.add("file_name_case", file=member, value=f"{table}.csv")
    return {table: member for table, member in tables.items() if table not in UNREAD}


def is_litter(member: str) -> bool:
    name = basename(member)
    return (
        member.startswith("__MACOSX/")
        or name.lower() in LITTER
        or name.startswith(("._", ".~", "~$"))
    )


def table_name(member: str) -> str:
    """The table that a file name means, in lower case; "" for anything but CSV."""
    name = basename(member).lower().strip()
    return name.removesuffix(".csv").strip() if name.endswith(".csv") else ""


def shared_folder(members: list[str]) -> str:
    """The one folder that holds the tables, "" for the top."""
    folders = {dirname(member) for member in members if table_name(member) in READ}
    if not folders:
        names = {table_name(member) for member in members}
        raise PackageRefused("microsoft_sds" if len(names & MICROSOFT_V1) >= 2 else "not_oneroster")
    if len(folders) > 1:
        raise PackageRefused("several_packages")
    return folders.pop()
