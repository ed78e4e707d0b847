"""Imports of a roster in memory: what was uploaded, its entries, and what became of them."""

import datetime as dt
import hashlib
from collections.abc import AsyncIterable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from schemas import roster
from schemas.identifiers import PersonId
from schemas.roster_import import ImportEntry, ImportState, UndoImport
from services.web.ports import NoAnswer, Refused


class FakeImports:
    """entries: by id, as tests want them; an upload adds one that was checked at once."""

    def __init__(
        self, now: Callable[[], dt.datetime], snapshots: dict[Any, roster.RosterSnapshot]
    ) -> None:
        self.now = now
        self.snapshots = snapshots
        self.uploaded = b""
        self.entries: dict[str, ImportEntry] = {}

    def read(self, path: str, params: dict[str, str | int]) -> Any:
        if path == "/imports":
            return list(self.entries.values())
        if str(params.get("id")) in self.entries:
            return self.entries[str(params["id"])]
        raise Refused(404, "not_found", "")

    async def take(self, path: str, body: AsyncIterable[bytes]) -> Any:
        where = urlsplit(path)
        said = parse_qs(where.query)
        package = bytearray()
        try:
            async for chunk in body:
                package += chunk
        except Exception as error:
            # An HTTP client reports a body that broke off as a lost connection.
            raise NoAnswer("disconnected") from error
        self.uploaded = bytes(package)
        staged = self.staged(hashlib.sha256(package).hexdigest()[:32])
        entry = ImportEntry(
            id=staged.id,
            state="staged",
            at=self.now(),
            by=PersonId(said["by"][0]),
            source=said.get("source", [""])[0],
            staged=staged,
            findings=1,
        )
        self.entries[entry.id] = entry
        return entry if where.path == "/imports/later" else staged

    def staged(self, import_id: str) -> roster.StagedImport:
        name, snapshot = next(iter(self.snapshots.items()))
        found = roster.Finding(
            file="users.csv", line=4, column="email", code="bad_email", message="No @."
        )
        return roster.StagedImport(
            id=import_id,
            dry_run=roster.DryRun(
                package=roster.PackageInfo(format="OneRoster", version="1.2", mode="bulk"),
                counts=roster.Counts(orgs=2, students=3, staff=2, classes=2, enrollments=5),
                warnings=(
                    found,
                    roster.Finding(
                        file="users.csv",
                        line=7,
                        column="",
                        code="row_ragged",
                        message="The row has -2 cells more or fewer than the header.",
                        value="-2",
                    ),
                ),
            ),
            schools=(
                roster.SchoolDifference(
                    school=name,
                    name=snapshot.school.name,
                    new_students=3,
                    students_before=len(snapshot.students),
                ),
            ),
        )

    def decide(self, command: roster.ApplyImport | UndoImport) -> None:
        state: ImportState = "undone" if isinstance(command, UndoImport) else "applied"
        known = self.entries.get(command.import_id)
        if known is None:
            return
        at, by = self.now(), command.actor.person
        self.entries[known.id] = (
            msgspec.structs.replace(known, state=state, undone_at=at, undone_by=by)
            if state == "undone"
            else msgspec.structs.replace(known, state=state, applied_at=at, applied_by=by)
        )
