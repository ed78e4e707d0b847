"""Own facts before an import are own facts after it, whatever the import brings or drops."""

from pathlib import Path
from typing import Any

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.commands import Command
from schemas.identifiers import SchoolId
from schemas.roster import SetLanguage
from schemas.roster_rights import (
    AddDevice,
    IssueFamilyCode,
    RecordConsent,
    SetApart,
    SetGuardian,
    SetPlan,
    SetRights,
    SetSpeaks,
)
from services.chassis.database import migrate
from services.chassis.database.migrations import SERVICES
from tests.chassis_fixtures import SERVICE_KEY, Databases
from tests.roster.own_facts import Kept, families, kept

OWN = (
    "rights", "apart", "lift_proposals", "languages", "speaks", "own_guardians", "own_links",
    "assistance_plans", "guardian_devices", "family_codes", "own_changes", "rights_imports",
)  # fmt: skip
YES = st.booleans()
STUDENTS, GUARDIANS = st.sampled_from(("k1", "k2", "k3")), st.sampled_from(("g1", "g2", "t2"))

Said = tuple[type[Command], dict[str, Any]]
SAID: st.SearchStrategy[Said] = st.one_of(
    st.tuples(
        st.just(SetRights),
        st.fixed_dictionaries(
            {"guardian": GUARDIANS, "student": STUDENTS, "message": YES, "information": YES,
             "pick_up": YES, "priority": st.integers(0, 9)}
        ),
    ),
    st.tuples(
        st.just(RecordConsent),
        st.fixed_dictionaries(
            {"guardian": GUARDIANS, "student": STUDENTS, "given": YES, "how": st.just("form")}
        ),
    ),
    st.tuples(
        st.just(SetApart),
        st.fixed_dictionaries(
            {"guardian": GUARDIANS, "student": STUDENTS, "reference": st.just("Order 1")}
        ),
    ),
    st.tuples(
        st.just(SetPlan),
        st.fixed_dictionaries({"student": STUDENTS, "helper": st.just("t1"),
                               "equipment": st.sampled_from(("Chair", "Sled"))}),
    ),
    st.tuples(
        st.just(SetGuardian),
        st.fixed_dictionaries({"students": st.tuples(STUDENTS), "name": st.just("Neighbour"),
                               "type": st.just("other_adult")}),
    ),
    st.tuples(
        st.just(AddDevice),
        st.fixed_dictionaries({"person": GUARDIANS, "label": st.just("Work"),
                               "channel": st.just("sms"), "address": st.just("2025550160")}),
    ),
    st.tuples(st.just(SetSpeaks), st.fixed_dictionaries({"person": GUARDIANS,
                                                         "speaks": st.just("Hmong")})),
    st.tuples(st.just(SetLanguage), st.fixed_dictionaries({"person": GUARDIANS,
                                                           "language": st.just("es")})),
    st.tuples(st.just(IssueFamilyCode), st.fixed_dictionaries({"guardian": GUARDIANS,
                                                               "students": st.tuples(STUDENTS)})),
)  # fmt: skip
PACKAGES = st.tuples(
    st.fixed_dictionaries(
        {guardian: st.sampled_from(("", "k1", "k2,k3", "k1,k2,k3")) for guardian in
         ("g1", "g2", "t2")}
    ),
    st.sets(st.sampled_from(("k1", "k2", "k3", "g1", "g2", "t1", "t2")), max_size=4),
)  # fmt: skip


def before(folder: Path) -> Path:
    """The roster's migrations as they were before this one."""
    old = folder / "roster" / "migrations"
    old.mkdir(parents=True)
    for path in (SERVICES / "roster" / "migrations").glob("*.sql"):
        if "own_facts" not in path.name:
            (old / path.name).write_text(path.read_text())
    return folder


async def own_facts(school: Kept) -> dict[str, list[str]]:
    """Every row of the own tables; of rights those that this school had before."""
    found: dict[str, list[str]] = {}
    for table in OWN:
        rows = await school.rows(f"SELECT t::text AS said FROM {table} t ORDER BY t::text")
        found[table] = [row["said"] for row in rows]
    return found


async def imports_change_nothing(
    school: Kept, said: list[Said], packages: list[tuple[dict[str, str], set[str]]]
) -> None:
    """One example; the school stays the same over all of them and only gathers more facts."""
    for kind, fields in said:
        await school.say(kind, **fields)
    before = await own_facts(school)
    for links, gone in packages:
        reply = await school.service.take(families(links, gone), allow_removals=True)
        assert reply.status == "accepted"
        after = await own_facts(school)
        for table, rows in before.items():
            # An import adds first rights and languages of what is new, and changes no row.
            assert set(rows) <= set(after[table]), table
            if table not in {"rights", "languages"}:
                assert rows == after[table], table
    await school.service.take(families(), allow_removals=True)


async def test_no_import_changes_an_own_fact(database: Databases, tmp_path: Path) -> None:
    """Over random facts and random packages that drop and bring back people and links."""
    async with kept(database, tmp_path) as school:
        examples: list[tuple[list[Said], list[tuple[dict[str, str], set[str]]]]] = []

        @settings(max_examples=15, suppress_health_check=list(HealthCheck))
        @given(
            said=st.lists(SAID, min_size=1, max_size=4),
            packages=st.lists(PACKAGES, min_size=1, max_size=2),
        )
        def drawn(said: list[Said], packages: list[tuple[dict[str, str], set[str]]]) -> None:
            examples.append((said, packages))

        drawn()
        for said, packages in examples:
            await imports_change_nothing(school, said, packages)
        assert await school.rows("SELECT 1 FROM apart LIMIT 1"), "something was there to lose"


async def test_an_order_outlives_its_link(database: Databases, tmp_path: Path) -> None:
    """A file that drops a no-contact parent and later brings them back frees nothing."""
    async with kept(database, tmp_path) as school:
        await school.say(SetApart, guardian="g1", student="k1", reference="Order 1")
        await school.service.take(families({"g2": "k1,k2"}, {"g1"}), allow_removals=True)
        [order] = [pair for pair in (await school.page("k1")).contacts if pair.apart]
        assert not order.linked
        await school.service.take(families(), allow_removals=True)
        assert await school.told_of("g1") == {"k2"}


async def test_rights_of_an_older_installation_survive(database: Databases, tmp_path: Path) -> None:
    """The migration keeps what was said, and who could be told is told the same as before."""
    db = await database("roster")
    connection = await asyncpg.connect(db.admin_url)
    school = SchoolId("old-school")
    try:
        await connection.execute("DROP SCHEMA roster CASCADE")
        await migrate(db.admin_url, ["roster"], service_key=SERVICE_KEY, root=before(tmp_path))
        await connection.execute(
            "INSERT INTO roster.rights (school, guardian, student, message, routine, pick_up)"
            " VALUES ($1, 'g1', 'k1', true, true, true), ($1, 'g2', 'k1', false, false, false)",
            school,
        )
        await connection.execute(
            "INSERT INTO roster.languages (school, person, language) VALUES ($1, 'g1', 'es')",
            school,
        )
        applied = await migrate(db.admin_url, ["roster"], service_key=SERVICE_KEY)
        assert any("own_facts" in name for name in applied)
        rows = await connection.fetch(
            "SELECT guardian, message, information, routine, pick_up FROM roster.rights"
            " ORDER BY guardian"
        )
        assert [tuple(row) for row in rows] == [
            ("g1", True, True, True, True),
            ("g2", False, False, False, False),
        ]
        assert await connection.fetchval("SELECT language FROM roster.languages") == "es"
        forced = await connection.fetchval(
            "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'roster.rights'::regclass"
        )
        assert forced
    finally:
        await connection.close()


async def test_whoever_is_kept_apart_does_not_come_back_under_another_number(
    database: Databases, tmp_path: Path
) -> None:
    """A student system that renumbers its people gives nobody a right that an order took."""
    files = families()
    old, new = '\ng1,,,true,"s",parent,g1', '\ng9,,,true,"s",parent,g9'
    assert old in files["users.csv"]
    files["users.csv"] = files["users.csv"].replace(old, new)
    async with kept(database, tmp_path) as school:
        await school.say(SetApart, guardian="g1", student="k1", reference="Order 1")
        assert (await school.service.take(files, allow_removals=True)).status == "accepted"
        contacts = (await school.service.audience()).guardians
        [back] = [one for one in contacts if one.name.startswith("Gus")]
        assert {one.student: one.message for one in back.links} == {
            school["k1"]: False,
            school["k2"]: True,
        }
