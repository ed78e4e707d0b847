"""Reads a whole OneRoster package: counts, warnings, and its rows into a sink."""

from __future__ import annotations

from contextlib import AbstractContextManager

from schemas.roster import Counts, DryRun, PackageInfo
from services.roster.domain.archive import Source
from services.roster.domain.classes import read_classes, read_enrollments, read_ids, read_terms
from services.roster.domain.layout import tables_of
from services.roster.domain.manifest import Manifest, compare, read_manifest, version_of
from services.roster.domain.orgs import Orgs, read_orgs
from services.roster.domain.people import People
from services.roster.domain.problems import PackageRefused, Warnings
from services.roster.domain.records import Discard, Sink
from services.roster.domain.table import Table, open_table
from services.roster.domain.vocabulary import COLUMNS, MICROSOFT_V2_COLUMNS

ONEROSTER = "OneRoster"
MICROSOFT = "Microsoft SDS"


class Reading:
    """One package being read; what is known so far outlives a refusal."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.warnings = Warnings()
        self.info = PackageInfo(format="", version="", mode="")
        self.counts = Counts()

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
        tables = {
            name: open_table(source, name, members[name], self.warnings)
            for name in COLUMNS
            if name in members
        }
        self._refuse_microsoft(tables)
        roles_apart = has_roles_apart(tables)
        version = version_of(manifest, roles_apart=roles_apart, warnings=self.warnings)
        self.info = PackageInfo(format=ONEROSTER, version=version, mode=self.info.mode)
        if manifest:
            compare(manifest, members, self.warnings)
        if self.info.mode == "delta":
            raise PackageRefused("delta_not_supported", file=manifest.member if manifest else "")
        self._read_tables(source, tables, roles_apart=roles_apart)

    def _manifest(self, source: Source, member: str | None) -> Manifest | None:
        if member is None:
            return None
        manifest = read_manifest(source, member, self.warnings)
        if "delta" in manifest.files.values():
            self.info = PackageInfo(format=ONEROSTER, version="", mode="delta")
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
        users = tables.get("users")
        if users is None:
            raise PackageRefused("no_users" if "users" in tables else "users_file_missing")
        warnings, sink = self.warnings, self._sink
        orgs_table = tables.get("orgs")
        orgs = read_orgs(source, orgs_table, sink, warnings) if orgs_table else Orgs()
        if not orgs.schools():
            raise PackageRefused("no_schools")
        people = People(orgs, sink, warnings, roles_apart=roles_apart)
        people.read_users(source, users)
        if not len(people):
            raise PackageRefused("no_users", file=users.member)
        roles = tables.get("roles")
        if roles:
            people.read_roles(source, roles)
        classes, enrollments = self._read_teaching(source, tables, orgs, people)
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
            if name not in tables:
                self.warnings.add("file_missing", file=f"{name}.csv")
        table = tables.get("classes")
        classes: dict[str, str] = {}
        if table:
            courses = read_ids(source, tables.get("courses"), self.warnings)
            terms = read_terms(source, tables.get("academicSessions"), self.warnings)
            classes = read_classes(
                source,
                table,
                orgs,
                courses=courses,
                terms=terms,
                sink=self._sink,
                warnings=self.warnings,
            )
        enrolled = tables.get("enrollments")
        if not enrolled:
            return len(classes), 0
        count = read_enrollments(source, enrolled, people, classes, self._sink, self.warnings)
        return len(classes), count

    def result(self, *errors: PackageRefused) -> DryRun:
        return DryRun(
            package=self.info,
            counts=self.counts,
            warnings=self.warnings.all(),
            errors=tuple(error.finding for error in errors),
        )


def has_roles_apart(tables: dict[str, Table | None]) -> bool:
    """Whether roles are in a file of their own, as 1.2 has it."""
    users = tables.get("users")
    return "roles" in tables or (users is not None and "role" not in users.columns)


def read_source(opened: AbstractContextManager[Source], sink: Sink | None = None) -> DryRun:
    """Reads a package once, streaming; rows go to `sink` as they are read.

    A refusal is in `errors`; the sink's rows are then worthless. Memory stays under 512 MB
    whatever the package holds.
    """
    reading = Reading(sink or Discard())
    try:
        with opened as source:
            reading.read(source)
    except PackageRefused as refusal:
        return reading.result(refusal)
    return reading.result()
