"""What is stored so that a copy of the database tells nothing of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import SchoolId
from services.chassis.commands import ProblemError
from services.roster.store.sealing import INSTALLATION, CannotOpen, Seals
from tests.chassis_fixtures import Databases
from tests.fakes.student_system import StudentSystem
from tests.roster.desk import Desk, desk_of
from tests.roster.pulling import keep, pull
from tests.roster.running import Running, running

HERE, THERE = SchoolId("sch-one"), SchoolId("sch-two")
SEALS = Seals("0" * 64)


@pytest.fixture
async def desk(database: Databases, tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(await database("roster"), tmp_path) as service:
        yield await desk_of(service)


@given(st.binary(max_size=400), st.text(max_size=40))
def test_what_was_sealed_is_what_opens(said: bytes, place: str) -> None:
    """No byte is lost, and the same words are sealed differently each time."""
    sealed = SEALS.seal(HERE, place, said)
    assert SEALS.open_bytes(HERE, place, sealed) == said
    assert sealed != SEALS.seal(HERE, place, said)


@pytest.mark.parametrize("school", [HERE, INSTALLATION])
def test_a_sealed_value_opens_only_for_its_place_school_and_key(school: SchoolId) -> None:
    """A value that is copied, changed, or moved to another installation opens nothing."""
    sealed = SEALS.seal(school, "source/sis", b"a secret")
    assert SEALS.open_bytes(school, "source/sis", sealed) == b"a secret"
    for seals, asked, place, moved in (
        (SEALS, school, "source/another", sealed),
        (SEALS, THERE, "source/sis", sealed),
        (Seals("1" * 64), school, "source/sis", sealed),
        (SEALS, school, "source/sis", sealed[:-3] + (b"AAA" if sealed[-3:] != b"AAA" else b"BBB")),
        (SEALS, school, "source/sis", b""),
    ):
        with pytest.raises(CannotOpen):
            seals.open_bytes(asked, place, moved)


async def test_a_flagged_entry_opens_only_in_its_row(desk: Desk) -> None:
    """Nobody becomes the one who must not be let in because a row was copied over another."""
    await desk.flag("Quokka Canary")
    await desk.flag("Rowan Quillfeather")
    connection = await desk.service.connect()
    async with connection.transaction():
        await connection.execute("SELECT set_config('muster.school', $1, true)", desk.school)
        moved = await connection.execute(
            "UPDATE flagged f SET sealed = o.sealed FROM flagged o WHERE o.entry > f.entry"
        )
    await connection.close()
    assert moved == "UPDATE 1"
    with pytest.raises(ProblemError) as problem:
        await desk.flagged()
    assert (problem.value.status, problem.value.code) == (500, "internal")


async def test_a_secret_opens_only_for_its_source(
    pulling_roster: Running, student_system: StudentSystem
) -> None:
    """One student system's secret, moved to another's row, is sent to nobody."""
    await keep(pulling_roster, student_system)
    await keep(pulling_roster, student_system, source="another")
    connection = await pulling_roster.connect()
    await connection.execute(
        "UPDATE pull_sources p SET secret = o.secret FROM pull_sources o"
        " WHERE p.source <> 'another' AND o.source = 'another'"
    )
    await connection.execute("DELETE FROM pull_sources WHERE source = 'another'")
    await connection.close()
    assert (await pull(pulling_roster)).code == "secret_unreadable"
