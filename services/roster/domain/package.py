"""Reads a whole OneRoster package: counts, warnings, and its rows into a sink."""

from __future__ import annotations

from contextlib import AbstractContextManager

import msgspec

from schemas.roster import Counts, DryRun, PackageInfo
from services.roster.domain.archive import Source
from services.roster.domain.classes import read_classes, read_enrollments, read_ids, read_terms
from services.roster.domain.demographics import read_demographics
from services.roster.domain.layout import tables_of
from services.roster.domain.manifest import Manifest, compare, read_manifest, version_of
from services.roster.domain.orgs import Orgs, read_orgs
from services.roster.domain.people import People
from services.roster.domain.problems import PackageRefused, Warnings
from services.roster.domain.records import Discard, Sink
from services.roster.domain.table import Table, open_table, rows
from services.roster.domain.vocabulary import COLUMNS, MICROSOFT_V2_COLUMNS

ONEROSTER = "OneRoster"
MICROSOFT = "Microsoft SDS"
DELTA = "delta"


class Reading:
    """One package being read; what is known so far outlives a refusal."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.warnings = Warnings()
        self.info = PackageInfo(format="", version="", mode="")
        self.counts = Counts()
        self.delta = False
        # Files of a delta that are whole all the same, and the file of each table.
        self.whole: frozenset[str] = frozenset()
        self.files: dict[str, str] = {}
        self.roles_apart = False

    def read(self, source: Source) -> None:
        """Raises PackageRefused."""
        try:
            members = tables_of(source.names(), self.warnings)
        except PackageRefused as refusal:
            if refusal.finding.code == "microsoft_sds":
                self.info = PackageInfo(format=MICROSOFT, version="1", mode="bulk")
            raise
        self.info = PackageInfo(format=ONEROSTER, version="", mode="bulk")
        manifest = self._manifest(source, members.pop("manifest", None))
        self.files = members
        said = manifest.files if manifest else {}
        tables = {
            name: open_table(
                source, name, members[name], self.warnings, delta=said.get(name) == "delta"
            )
            for name in COLUMNS
            if name in members
        }
        self._refuse_microsoft(tables)
        if manifest is None and self._looks_like_changes(source, tables):
            self.info = PackageInfo(format=ONEROSTER, version="", mode=DELTA)
            self.warnings.add("delta_assumed")
            tables = {
                name: table and msgspec.structs.replace(table, delta=True)
                for name, table in tables.items()
            }
        self.delta = self.info.mode == DELTA
        self.whole = frozenset(
            name for name, table in tables.items() if table and self.delta and not table.delta
        )
        self.roles_apart = roles_apart = has_roles_apart(tables, manifest)
        version = version_of(manifest, roles_apart=roles_apart, warnings=self.warnings)
        self.info = PackageInfo(format=ONEROSTER, version=version, mode=self.info.mode)
        if manifest:
            compare(manifest, members, self.warnings)
        self._read_tables(source, tables, roles_apart=roles_apart)

    def _looks_like_changes(self, source: Source, tables: dict[str, Table | None]) -> bool:
        """A package without a manifest that cannot be whole, and whose rows all have a status."""
        if tables.get("users") and tables.get("orgs"):
            return False
        found = False
        for table in filter(None, tables.values()):
            if "status" not in table.columns or "dateLastModified" not in table.columns:
                return False
            for _line, (_id, status) in rows(source, table, ("sourcedId", "status"), Warnings()):
                found = True
                if status not in ("active", "tobedeleted"):
                    return False
        return found

    def _manifest(self, source: Source, member: str | None) -> Manifest | None:
        if member is None:
            return None
        manifest = read_manifest(source, member, self.warnings)
        if "delta" in manifest.files.values():
            self.info = PackageInfo(format=ONEROSTER, version="", mode=DELTA)
        return manifest

    def _refuse_microsoft(self, tables: dict[str, Table | None]) -> None:
        headers = {name: set(table.header) for name, table in tables.items() if table}
        marked = any(columns & MICROSOFT_V2_COLUMNS for columns in headers.values())
        if marked and "enabledUser" not in headers.get("users", set()):
            self.info = PackageInfo(format=MICROSOFT, version="2.1", mode="bulk")
            raise PackageRefused("microsoft_sds")

    def _read_tables(
        self, source: Source, tables: dict[str, Table | None], *, roles_apart: bool
    ) -> None:
        users, delta = tables.get("users"), self.delta
        if users is None and not delta:
            raise PackageRefused("no_users" if "users" in tables else "users_file_missing")
        warnings, sink = self.warnings, self._sink
        orgs_table = tables.get("orgs")
        orgs = read_orgs(source, orgs_table, sink, warnings) if orgs_table else Orgs()
        if not orgs.schools() and not delta:
            raise PackageRefused("no_schools")
        people = People(orgs, sink, warnings, roles_apart=roles_apart, delta=delta)
        if users:
            people.read_users(source, users)
            if not len(people) and not delta:
                raise PackageRefused("no_users", file=users.member)
        roles = tables.get("roles")
        if roles:
            people.read_roles(source, roles)
        classes, enrollments = self._read_teaching(source, tables, orgs, people)
        births = tables.get("demographics")
        if births:
            read_demographics(source, births, people, sink=sink, warnings=warnings, changes=delta)
        links = people.finish()
        staff, students, guardians = people.counts()
        self.counts = Counts(
            orgs=len(orgs),
            staff=staff,
            students=students,
            guardians=guardians,
            classes=classes,
            enrollments=enrollments,
            guardian_links=links,
        )

    def _read_teaching(
        self, source: Source, tables: dict[str, Table | None], orgs: Orgs, people: People
    ) -> tuple[int, int]:
        """Numbers of classes and enrollments."""
        for name in ("classes", "enrollments"):
            if name not in tables and not self.delta:
                self.warnings.add("file_missing", file=f"{name}.csv")
        table = tables.get("classes")
        classes: dict[str, str] = {}
        if table:
            # A delta's classes may name what came before: nothing to compare with.
            courses = None if self.delta else read_ids(source, tables.get("courses"), self.warnings)
            terms = read_terms(source, tables.get("academicSessions"), self.warnings)
            classes = read_classes(
                source,
                table,
                orgs,
                courses=courses,
                terms=None if self.delta else terms,
                sink=self._sink,
                warnings=self.warnings,
                changes=self.delta,
            )
        enrolled = tables.get("enrollments")
        if not enrolled:
            return len(classes), 0
        count = read_enrollments(
            source,
            enrolled,
            people,
            classes,
            sink=self._sink,
            warnings=self.warnings,
            changes=self.delta,
        )
        return len(classes), count

    def result(self, *errors: PackageRefused) -> DryRun:
        return DryRun(
            package=self.info,
            counts=self.counts,
            warnings=self.warnings.all(),
            errors=tuple(error.finding for error in errors),
        )


def has_roles_apart(tables: dict[str, Table | None], manifest: Manifest | None) -> bool:
    """Whether roles are in a file of their own, as 1.2 has it."""
    users = tables.get("users")
    if "roles" in tables or (users is not None and "role" not in users.columns):
        return True
    # A delta may come without users: then its manifest is believed.
    return users is None and manifest is not None and manifest.version.startswith("1.2")


class PackageRead(msgspec.Struct, frozen=True, kw_only=True):
    """A package as it was read.

    files: table → member. whole: tables of a delta that are whole all the same.
    roles_apart: users.csv holds no roles.
    """

    result: DryRun
    files: dict[str, str] = {}
    whole: frozenset[str] = frozenset()
    roles_apart: bool = False

    @property
    def delta(self) -> bool:
        return self.result.package.mode == DELTA


def read_whole(opened: AbstractContextManager[Source], sink: Sink | None = None) -> PackageRead:
    """Reads a package once, streaming; rows go to `sink` as they are read.

    A refusal is in `result.errors`; the sink's rows are then worthless. Memory stays under
    512 MB whatever the package holds.
    """
    reading = Reading(sink or Discard())
    try:
        with opened as source:
            reading.read(source)
    except PackageRefused as refusal:
        return PackageRead(result=reading.result(refusal))
    return PackageRead(
        result=reading.result(),
        files=reading.files,
        whole=reading.whole,
        roles_apart=reading.roles_apart,
    )
