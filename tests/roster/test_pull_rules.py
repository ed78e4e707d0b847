"""Pure rules of pulls: when, from where on, page after page, and which row becomes which."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.roster_pull import RestVersion
from services.roster.domain.problems import Warnings
from services.roster.domain.pulling.address import decide_url
from services.roster.domain.pulling.convert import ELSEWHERE, Converter, Written
from services.roster.domain.pulling.failures import PullFailed
from services.roster.domain.pulling.paging import Bounds, Listing, Page
from services.roster.domain.pulling.rest import columns_of
from services.roster.domain.pulling.schedule import (
    AGAIN_AFTER,
    FULL_EVERY,
    Turn,
    ask_since,
    next_time,
)
from tests.fakes.student_system import Row, led, ref, small_school, user_11, user_12

MOMENT = dt.datetime(2026, 3, 4, 10, 5, tzinfo=dt.UTC)
moments = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)
zones = st.sampled_from(["America/Chicago", "America/New_York", "Pacific/Honolulu", "UTC"])


@given(begun=moments, hour=st.integers(0, 23), zone=zones)
def test_an_hour_of_the_day_comes_every_day(begun: dt.datetime, hour: int, zone: str) -> None:
    """After the last pull, within a day, at that hour of the school's own clock."""
    turn = Turn(hour=hour, every_hours=None, zone=zone, begun=begun)
    due = next_time(turn)
    assert begun < due <= begun + dt.timedelta(hours=25)
    local = due.astimezone(ZoneInfo(zone))
    # The hour that the change to summer time leaves out is the one after it.
    assert local.minute == 0
    assert local.hour == hour or (hour == 2 and local.hour == 3)


@given(begun=moments, hours=st.integers(1, 168), failures=st.integers(1, 50))
def test_a_failed_pull_comes_earlier_and_ever_less_often(
    begun: dt.datetime, hours: int, failures: int
) -> None:
    """Never later than its regular time, never at once, and never more often than every 2 min."""
    turn = Turn(hour=None, every_hours=hours, zone="UTC", begun=begun, again=True,
                failures=failures)  # fmt: skip
    due = next_time(turn)
    regular = begun + dt.timedelta(hours=hours)
    assert begun + AGAIN_AFTER[0] <= due <= regular
    later = next_time(msgspec.structs.replace(turn, failures=failures + 1))
    assert later >= due


def test_asked_is_due_at_once() -> None:
    """Someone who presses the button does not wait for the night."""
    turn = Turn(hour=4, every_hours=None, zone="UTC", begun=MOMENT, asked=True)
    assert next_time(turn) <= MOMENT


def test_everything_is_read_again_every_week() -> None:
    """What a student system deletes without a word leaves the roster within a week."""

    def since(full_at: dt.datetime | None, *, changes_only: bool = True) -> dt.datetime | None:
        return ask_since(MOMENT, full_at, changes_only=changes_only, now=MOMENT)

    recent = MOMENT - FULL_EVERY + dt.timedelta(seconds=1)
    assert since(recent) == MOMENT - dt.timedelta(minutes=5)
    assert since(MOMENT - FULL_EVERY) is None
    assert since(None) is None
    assert since(recent, changes_only=False) is None
    assert ask_since(None, recent, changes_only=True, now=MOMENT) is None


@given(
    rows=st.integers(0, 60),
    cap=st.integers(1, 20),
    total=st.booleans(),
    link=st.booleans(),
)
def test_every_row_is_read_exactly_once(rows: int, cap: int, total: bool, link: bool) -> None:
    """Whatever a server's page size and whatever it tells: none missed, none twice."""
    listing, found = Listing("users", Bounds(limit=1000)), list[int]()
    following: dict[str, str] | None = listing.first()
    while following is not None:
        start = int(following["offset"])
        end = min(start + cap, rows)
        numbers = range(start, max(start, end))
        found += numbers
        following = listing.take(
            Page(
                rows=[msgspec.Raw(str(number).encode()) for number in numbers],
                total=rows if total else None,
                following={"offset": str(end)} if link and end < rows else None,
            )
        )
    assert found == list(range(rows))


def test_a_table_has_no_more_rows_than_a_file_may() -> None:
    """The bounds of an upload hold for a pull."""
    listing = Listing("orgs", Bounds())
    page = [msgspec.Raw(b"1")] * 20_001
    with pytest.raises(PullFailed, match="too_many_rows"):
        listing.take(Page(rows=page))


@given(st.text(max_size=60))
def test_no_text_makes_the_address_rule_stumble(text: str) -> None:
    """Whatever is typed is an address that is allowed, or a refusal with a code."""
    refused = decide_url(text, ())
    if refused is None:
        assert text.lower().startswith("https://")
    assert refused is None or refused.code in ("bad_url", "address_forbidden")


def converted(
    tables: dict[str, list[Row]],
    *,
    version: RestVersion = "1.2",
    since: dt.datetime | None = None,
    warnings: Warnings | None = None,
) -> list[Written]:
    converter = Converter(
        version=version,
        schools=["s"],
        since=since,
        until=MOMENT,
        warnings=warnings or Warnings(),
    )
    return [
        row
        for table, rows in tables.items()
        for row in converter.take(table, [msgspec.Raw(msgspec.json.encode(one)) for one in rows])
    ]


def cells(written: list[Written], table: str, version: RestVersion = "1.2") -> list[dict[str, str]]:
    columns = columns_of(table, version)
    return [dict(zip(columns, row, strict=True)) for name, row in written if name == table]


def test_a_user_becomes_a_row_and_its_roles_rows_of_their_own() -> None:
    """1.2 keeps roles apart; no password is written down; status and date stay empty in bulk."""
    written = converted({"users": [user_12("k1", "student", agents=("g1", "g2"))]})
    [user] = cells(written, "users")
    assert (user["sourcedId"], user["status"], user["dateLastModified"]) == ("k1", "", "")
    assert (user["agentSourcedIds"], user["grades"], user["userIds"]) == (
        "g1,g2", "03", "{card:k1}",
    )  # fmt: skip
    assert user["password"] == ""
    [role] = cells(written, "roles")
    assert (role["userSourcedId"], role["role"], role["orgSourcedId"]) == ("k1", "student", "s")


def test_version_1_1_keeps_role_and_schools_in_the_user() -> None:
    """What a 1.1 server says is a 1.1 file; what it says in the manner of 1.2 is understood."""
    both = [user_11("k1", "student"), user_12("t1", "teacher")]
    written = converted({"users": both}, version="1.1")
    users = cells(written, "users", "1.1")
    assert [(user["role"], user["orgSourcedIds"]) for user in users] == [
        ("student", "s"),
        ("teacher", "s"),
    ]
    assert not cells(written, "roles")


def test_a_delta_says_what_came_and_what_went() -> None:
    """Status and date are filled in each row of a delta, the date also where the server forgot."""
    tables = small_school()
    tables["orgs"][1]["dateLastModified"] = "2026-03-04T09:00:00.000Z"
    tables["users"] = [user_12("k1", "student") | {"status": "tobedeleted"}]
    del tables["users"][0]["dateLastModified"]
    written = converted(tables, since=MOMENT - dt.timedelta(hours=2))
    assert [org["sourcedId"] for org in cells(written, "orgs")] == ["s"]
    [user] = cells(written, "users")
    assert (user["status"], user["dateLastModified"]) == ("tobedeleted", "2026-03-04T10:05:00Z")
    assert cells(written, "roles")[0]["status"] == "tobedeleted"
    assert {row["status"] for row in cells(written, "enrollments")} == {"active"}


def test_what_is_deleted_is_not_in_a_bulk() -> None:
    """A bulk package holds what is there."""
    gone = user_12("k1", "student") | {"status": "tobedeleted"}
    assert converted({"users": [gone], "orgs": []}) == []


def test_a_guardian_of_another_school_is_written_apart() -> None:
    """Only whoever has a child here comes along."""
    tables = {
        "orgs": [led("s", name="S", type="school"), led("x", name="X", type="school"),
                 led("odd", name="Odd", type="campus")],
        "users": [
            user_12("g1", "guardian", org="x", agents=("k1",)),
            user_12("kx", "student", org="x"),
            user_12("ko", "student", org="odd"),
            user_12("k1", "student"),
        ],
        "classes": [led("cx", title="X", classType="homeroom", school=ref("org", "x"))],
        "enrollments": [
            led("ex", user=ref("user", "k1"), role="student") | {"class": ref("class", "cx")}
        ],
    }  # fmt: skip
    written = converted(tables)
    assert [org["sourcedId"] for org in cells(written, "orgs")] == ["s"]
    assert [user["sourcedId"] for user in cells(written, "users")] == ["k1"]
    assert [name for name, _row in written if ELSEWHERE in name] == [
        ELSEWHERE, f"roles.{ELSEWHERE}",
    ]  # fmt: skip
    assert not cells(written, "classes")
    assert not cells(written, "enrollments")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["sourcedId", "type", "role", "org"]), inner, max_size=3)
    ),
    max_leaves=6,
)
fields = st.sampled_from(
    ["sourcedId", "status", "dateLastModified", "role", "roles", "orgs", "org", "school", "class",
     "user", "agents", "grades", "userIds", "givenName", "type", "terms", "primaryOrg"]
)  # fmt: skip


@given(
    st.dictionaries(fields, anything, max_size=8) | anything,
    st.sampled_from(["orgs", "classes", "users", "enrollments", "courses", "demographics"]),
    st.sampled_from(["1.1", "1.2"]),
    st.booleans(),
)
def test_no_row_makes_the_converter_stumble(
    row: object, table: str, version: RestVersion, delta: bool
) -> None:
    """Whatever a server sends is a row, a warning, or left out; a row has every column."""
    written = converted(
        {table: [row]},  # type: ignore[list-item]
        version=version,
        since=MOMENT if delta else None,
    )
    for name, line in written:
        assert len(line) == len(columns_of(name.removesuffix(f".{ELSEWHERE}")
                                           .replace(ELSEWHERE, "users"), version))  # fmt: skip
        assert not any("\n" in cell for cell in line)


def test_what_json_got_wrong_is_told_with_its_place() -> None:
    """Table, row and field of a value of the wrong type; the rest of the row is read."""
    warnings = Warnings()
    user = user_12("k1", "student") | {"grades": "03", "email": {"odd": 1}, "sms": 12025550143}
    [row] = cells(converted({"users": [user]}, warnings=warnings), "users")
    assert (row["grades"], row["email"], row["sms"]) == ("03", "", "12025550143")
    found = [(one.file, one.line, one.column, one.code) for one in warnings.all()]
    assert sorted(found) == [
        ("users.json", 1, "email", "value_unknown"),
        ("users.json", 1, "grades", "list_format"),
    ]
