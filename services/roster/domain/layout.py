"""Which member of a package is which OneRoster table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
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
    paths = [path for path in map(PurePosixPath, names) if not is_litter(path)]
    if not paths:
        raise PackageRefused("empty_package")
    known = [path for path in paths if table_name(path) in KNOWN]
    if not any(table_name(path) in READ for path in known):
        refuse_foreign(paths)
    folder = shared_folder(known)
    if folder != PurePosixPath("."):
        warnings.add("file_in_folder", file=str(folder))
    tables: dict[str, str] = {}
    for path in paths:
        table = KNOWN.get(table_name(path)) if path.parent == folder else None
        if table is None:
            warnings.add("file_unknown", file=str(path))
        elif table in tables:
            raise PackageRefused("duplicate_file", file=str(path))
        else:
            tables[table] = str(path)
            if path.name != f"{table}.csv":
                warnings.add("file_name_case", file=str(path), value=f"{table}.csv")
    return {table: member for table, member in tables.items() if table not in UNREAD}


def is_litter(path: PurePosixPath) -> bool:
    return (
        path.parts[0] == "__MACOSX"
        or path.name.lower() in LITTER
        or path.name.startswith(("._", ".~", "~$"))
    )


def table_name(path: PurePosixPath) -> str:
    name = path.name.lower().strip()
    return name.removesuffix(".csv").strip() if name.endswith(".csv") else ""


def shared_folder(known: list[PurePosixPath]) -> PurePosixPath:
    """The one folder that holds the tables: the one with users.csv when others hold litter."""
    folders = {path.parent for path in known if table_name(path) in READ}
    if len(folders) > 1:
        raise PackageRefused("several_packages")
    return folders.pop()


def refuse_foreign(paths: list[PurePosixPath]) -> None:
    names = {table_name(path) for path in paths}
    if len(names & MICROSOFT_V1) >= 2:
        raise PackageRefused("microsoft_sds")
    raise PackageRefused("not_oneroster")
