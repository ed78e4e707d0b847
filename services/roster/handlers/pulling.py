"""Pulls: read a student system into a package, then exactly what happens to an upload."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from schemas.identifiers import SchoolId
from schemas.roster import ApplyImport, Finding, School, StagedImport
from schemas.roster_pull import Outcome, PullResult
from services.roster.domain.imports import Refused
from services.roster.domain.pulling.failures import ChangedUnderneath, PullFailed
from services.roster.domain.pulling.rest import DEMOGRAPHICS, TABLES, wants_demographics
from services.roster.domain.pulling.schedule import Turn, ask_since, next_time
from services.roster.domain.pulling.sources import PULLER, KnownSource
from services.roster.handlers.importing import Importing
from services.roster.ports.log import Clock
from services.roster.ports.pulling import Mode, Package, Packages, Sources, System, Systems
from services.roster.ports.rosters import Rosters

NOTHING = Refused("", "")
LONGEST = 2 * 3600.0
WARNINGS_KEPT = 200
OPTIONAL = frozenset({"scope_missing", "no_such_path"})


class Deposed(Exception):
    """Another instance owns the roster now: this pull is not ours to finish."""


class Pulled(msgspec.Struct, frozen=True, kw_only=True):
    """A read system. package: its import id, "" when nothing changed. through: its own time."""

    mode: Mode
    package: str
    rows: int
    warnings: tuple[Finding, ...]
    through: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Pulling:
    """One pull at a time. active: whether this instance owns the roster. wake: look at once at
    what is due."""

    sources: Sources
    systems: Systems
    packages: Packages
    rosters: Rosters
    importing: Importing
    clock: Clock
    active: Callable[[], bool]
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    pulling: set[str] = field(default_factory=set)

    async def run_due(self) -> int:
        """Pulls every source whose time has come, one after the other; returns how many."""
        schools = {school.id: school for school in await self.rosters.schools()}
        pulled = 0
        for source in await self.sources.all():
            turn = turn_of(source, schools)
            if turn is None or next_time(turn) > self.clock.now():
                continue
            # Also when the pull itself could wait: its import would be refused at the end.
            if self.active() and not await self.sources.in_incident(source.schools):
                await self.pull(source, schools)
                pulled += 1
        return pulled

    async def pull(self, source: KnownSource, schools: Mapping[SchoolId, School]) -> None:
        async with self.turn:
            self.pulling.add(source.source)
            try:
                await self._pull(source, schools)
            except Deposed:
                return
            finally:
                self.pulling.discard(source.source)

    async def _pull(self, source: KnownSource, schools: Mapping[SchoolId, School]) -> None:
        now = self.clock.now()
        source = await self._with_applied(source)
        names = [schools[one].source_id for one in source.schools if one in schools]
        since = ask_since(source.since, source.full_at, changes_only=source.changes_only, now=now)
        await self.sources.begin(source, now)
        limit = asyncio.timeout(LONGEST)
        try:
            async with limit:
                result = await self._finish(source, names, since, now)
        except PullFailed as failed:
            result = self._failed(source, now, failed)
        except TimeoutError:
            if not limit.expired():
                raise
            result = self._failed(source, now, PullFailed("took_too_long"))
        complete = result.outcome in ("applied", "nothing_changed")
        await self.sources.end(source, result, complete=complete)

    async def _with_applied(self, source: KnownSource) -> KnownSource:
        """A pull that waited for a person and was applied meanwhile counts as complete."""
        last = source.last
        if last is None or last.outcome != "waits_for_person" or last.through is None:
            return source
        found = await self.importing.imports.find(last.package)
        if found is None or found.state != "applied":
            return source
        full_at = last.started if last.mode == "bulk" else source.full_at
        return msgspec.structs.replace(source, since=last.through, full_at=full_at)

    async def _finish(
        self,
        source: KnownSource,
        names: list[str],
        since: dt.datetime | None,
        now: dt.datetime,
    ) -> PullResult:
        """Changes first; everything, when the changes alone cannot be had or taken."""
        if since is not None:
            try:
                pulled = await self._read_twice(source, names, since)
            except PullFailed as failed:
                if failed.code != "filter_refused":
                    raise
            else:
                result = await self._take(source, pulled, now)
                if result is not None:
                    return result
        pulled = await self._read_twice(source, names, None)
        result = await self._take(source, pulled, now)
        assert result is not None
        return result

    async def _read_twice(
        self, source: KnownSource, names: list[str], since: dt.datetime | None
    ) -> Pulled:
        """Once more when the roster changed while it was read; then it is refused."""
        try:
            return await self._read(source, names, since)
        except ChangedUnderneath:
            pass
        try:
            return await self._read(source, names, since)
        except ChangedUnderneath:
            raise PullFailed("changed_underneath") from None

    async def _read(
        self, source: KnownSource, names: list[str], since: dt.datetime | None
    ) -> Pulled:
        now = self.clock.now()
        writing = self.packages.write(source, schools=names, since=since, until=now)
        async with writing as package, self.systems.open(self.sources.endpoint(source)) as system:
            for table in TABLES:
                await read_table(system, package, table, since)
            if not package.lists_a_school():
                raise PullFailed("schools_not_listed")
            if wants_demographics(source.scopes):
                await read_optional(system, package, since)
            nothing = since is not None and not package.has_rows()
            return Pulled(
                mode="bulk" if since is None else "delta",
                package="" if nothing else await package.close(),
                rows=package.rows,
                warnings=package.warnings(),
                through=system.told_time or now,
            )

    async def _take(
        self, source: KnownSource, pulled: Pulled, now: dt.datetime
    ) -> PullResult | None:
        """What becomes of the package. None: these changes cannot be taken, read everything."""
        if not pulled.package:
            return self._result(source, pulled, now, outcome="nothing_changed")
        if not self.active():
            await self.importing.imports.drop(pulled.package)
            raise Deposed
        staged = await self.importing.stage(pulled.package, source="pulled")
        if staged.refused:
            if pulled.mode == "delta":
                return None
            [error, *_rest] = staged.dry_run.errors
            refused = Refused(error.code, error.message, {"value": error.value})
            return self._result(source, pulled, now, staged, outcome="failed", refused=refused)
        if not source.apply:
            return self._result(source, pulled, now, staged, outcome="waits_for_person")
        return await self._apply(source, pulled, staged, now)

    async def _apply(
        self, source: KnownSource, pulled: Pulled, staged: StagedImport, now: dt.datetime
    ) -> PullResult:
        """By itself, but never over the rule on removals: that takes a person."""
        command = ApplyImport(
            op_id=f"pull-{staged.id}",
            school=source.schools[0],
            actor=PULLER,
            import_id=staged.id,
            also=source.schools,
        )
        reply = await self.importing.apply(command)
        if reply.status == "accepted":
            staged = msgspec.json.decode(reply.answer, type=StagedImport)
            return self._result(source, pulled, now, staged, outcome="applied")
        outcome = outcome_of(reply.code)
        if outcome != "waits_for_person":
            await self.importing.imports.drop(staged.id)
        refused = Refused(reply.code, reply.reason, reply.values)
        return self._result(source, pulled, now, staged, outcome=outcome, refused=refused)

    def _result(
        self,
        source: KnownSource,
        pulled: Pulled,
        now: dt.datetime,
        staged: StagedImport | None = None,
        *,
        outcome: Outcome,
        refused: Refused = NOTHING,
    ) -> PullResult:
        found = staged.dry_run.warnings if staged else ()
        return PullResult(
            started=now,
            ended=self.clock.now(),
            outcome=outcome,
            mode=pulled.mode,
            rows=pulled.rows,
            code=refused.code,
            reason=refused.reason,
            values=refused.values,
            again=outcome == "incident_open",
            op=source.asked_op,
            package=staged.id if staged and outcome == "waits_for_person" else "",
            through=pulled.through,
            schools=staged.schools if staged else (),
            warnings=(*pulled.warnings, *found)[:WARNINGS_KEPT],
        )

    def _failed(self, source: KnownSource, now: dt.datetime, failed: PullFailed) -> PullResult:
        return PullResult(
            started=now,
            ended=self.clock.now(),
            outcome="failed",
            code=failed.code,
            reason=failed.reason,
            again=failed.again,
            op=source.asked_op,
        )


async def read_table(
    system: System, package: Package, table: str, since: dt.datetime | None
) -> None:
    async for rows in system.pages(table, since):
        await package.take(table, rows)


async def read_optional(system: System, package: Package, since: dt.datetime | None) -> None:
    """Birth dates: a roster is complete without them."""
    try:
        await read_table(system, package, DEMOGRAPHICS, since)
    except PullFailed as failed:
        if failed.code not in OPTIONAL:
            raise
        package.warn(DEMOGRAPHICS, "file_missing")


def outcome_of(refused: str) -> Outcome:
    """What a refusal to apply makes of a pull."""
    match refused:
        case "removals_need_confirmation":
            return "waits_for_person"
        case "incident_open":
            return "incident_open"
    return "failed"


def was_cut_off(source: KnownSource) -> bool:
    """Whether the last pull began and never ended: Muster was stopped in the middle."""
    if source.started_at is None:
        return False
    return source.last is None or source.last.started < source.started_at


def turn_of(source: KnownSource, schools: Mapping[SchoolId, School]) -> Turn | None:
    """None: none of its schools exists."""
    known = [schools[one] for one in source.schools if one in schools]
    if not known:
        return None
    last = source.last
    return Turn(
        hour=source.hour,
        every_hours=source.every_hours,
        zone=known[0].zone,
        begun=source.started_at or source.created_at,
        again=was_cut_off(source) or (last is not None and last.again),
        failures=source.failures,
        asked=bool(source.asked_op) and not was_cut_off(source),
    )
