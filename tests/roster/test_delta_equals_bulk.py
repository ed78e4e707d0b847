"""A delta leaves the roster that a whole export of the same moment would leave."""

import random
from pathlib import Path

import pytest

from tests.chassis_fixtures import Databases
from tests.roster.rosters import tables_of
from tests.roster.running import running
from tests.roster.sources import KINDS, change, drawn_system


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("seed", [5, 6, 11])
async def test_changes_add_up(database: Databases, tmp_path: Path, seed: int, version: str) -> None:
    """Whatever was added, moved, removed and brought back, step by step: as if exported whole."""
    draw = random.Random(f"{seed}-{version}")
    system = drawn_system(draw, version)
    async with (
        running(await database("roster"), tmp_path / "step") as by_steps,
        running(await database("roster"), tmp_path / "whole") as at_once,
    ):
        await by_steps.take(system.whole())
        for step in range(4):
            before = system.copy()
            for _ in range(draw.randint(1, 8)):
                change(system, draw, draw.choice(KINDS), draw.randint(0, 11))
            package = system.since(before)
            if len(package) > 1:
                staged = await by_steps.upload(package)
                assert staged.dry_run.package.mode == "delta"
                reply = await by_steps.apply(staged, allow_removals=True)
                assert reply.status == "accepted", (step, reply)
        await at_once.take(system.whole())
        ours, theirs = await tables_of(by_steps), await tables_of(at_once)
        for school, tables in theirs.items():
            for table, rows in tables.items():
                extra = [row for row in ours[school][table] if row not in rows]
                lost = [row for row in rows if row not in ours[school][table]]
                assert (extra, lost) == ([], []), (school, table)
