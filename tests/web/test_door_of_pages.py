"""Every page and every form at the door: each role let in or refused as this table says.

A new row of the route table that is not written down here fails.
"""

from typing import Any, cast, get_args

import pytest

from schemas.vocabulary import Role
from services.web.routes.rows import Row
from services.web.routes.table import Site, table
from tests.web.school import CEDAR, session
from tests.web.serving import Served

EVERY: frozenset[str] = frozenset(get_args(Role))
KEEPERS_OF_ALL = frozenset({"office", "principal", "administrator"})
OFFICE = KEEPERS_OF_ALL | {"sro"}
STAFF = OFFICE | {"teacher", "staff"}
READERS = OFFICE | {"it"}
DISTRICT = KEEPERS_OF_ALL | {"it"}
ACCOUNTS = frozenset({"principal", "administrator", "it"})
NOBODY: frozenset[str] = frozenset()

OPEN = """
GET / | GET /static/{file:.+} | GET /favicon.ico | GET /s/{statement} | GET /statement/{statement}
GET /sign-in | POST /sign-in | POST /sign-in/demo | GET /enroll | POST /enroll | POST /language
GET /cover
"""
"""Without a session."""

ALLOWED: dict[frozenset[str], str] = {
    EVERY: """
        POST /sign-out | GET /choose | POST /choose | GET /wall | GET /people/{person}
        GET /confirm-school | POST /confirm-school
    """,
    STAFF: """
        GET /start/live | GET /start/live/confirm | POST /start/live | GET /started | GET /phone
        GET /helping | GET /attendance | POST /attendance
    """,
    OFFICE: """
        GET /office | POST /people/{person}/{act} | GET /households
        GET /start/drill | GET /start/drill/read-back | POST /start/drill | GET /incident
        GET /incidents/{incident} | GET /incidents/{incident}/messages
        POST /incidents/{incident}/{act} | POST /incidents/{incident}/held/{cause}
        POST /incidents/{incident}/statements/{statement}/approve | GET /board
        POST /households/import/apply
        GET /day | POST /day | GET /day/desk | POST /day/desk | POST /day/take-back
        GET /day/schedules | POST /day/schedules | POST /day/schedules/begin
        POST /day/schedules/remove | POST /day/calendar | POST /day/dates
        GET /day/attendance | POST /day/attendance | POST /day/attendance/file
        GET /day/groups | GET /day/groups/edit | POST /day/groups/edit | POST /day/groups/remove
        POST /day/groups/file | GET /rooms | GET /rooms/room | POST /rooms/room
        POST /rooms/zone | POST /rooms/campus | POST /households/export
    """,
    READERS: """
        GET /people | GET /people.csv | GET /classes | GET /classes.csv | GET /classes/{class}
        GET /classes/{class}/roster.csv | GET /data-quality | GET /data-quality/{code}.csv
        GET /paper | GET /paper/sheets.pdf | GET /paper/reunification.pdf | GET /paper/status.pdf
    """,
    DISTRICT: """
        GET /import | POST /import | POST /import/apply | GET /import/history
        GET /import/{import} | GET /import/{import}/findings.csv | POST /import/{import}/undo
        GET /school | POST /school | GET /import/sources | GET /import/sources/{source}/waiting
        GET /import/photos | POST /import/photos | POST /import/photos/apply
        POST /import/photos/remove | POST /paper
    """,
    ACCOUNTS: """
        GET /accounts | POST /accounts | POST /accounts/link | POST /accounts/roles
        POST /accounts/revoke | POST /import/sources | POST /import/sources/remove
        POST /import/sources/pull
    """,
    KEEPERS_OF_ALL: """
        GET /households/import | POST /households/import
        GET /visitors | POST /visitors | GET /visitors/notices | GET /visitors/log.csv
        POST /visitors/out | POST /visitors/settings | POST /visitors/itinerant
        POST /visitors/kiosk | POST /visitors/kiosk/end | GET /visitors/flagged
        POST /visitors/flagged | POST /visitors/flagged/lift | GET /visitors/flagged/{entry}/photo
        GET /visitors/substitutes | POST /visitors/substitutes | POST /visitors/substitutes/code
        POST /visitors/substitutes/end | GET /visitors/substitutes/folders
        POST /visitors/substitutes/folders | GET /visitors/{visit}/badge
        GET /visitors/{visit}/photo | POST /visitors/{visit}/decide
    """,
    NOBODY: """
        GET /kiosk | GET /kiosk/in | POST /kiosk/in | GET /kiosk/out | POST /kiosk/out
        GET /kiosk/done | GET /kiosk/left | GET /kiosk/wait | GET /kiosk/leave | POST /kiosk/leave
        GET /kiosk/hosts | GET /kiosk/state
    """,
}
"""By a session. The kiosk's rows are opened by a kiosk's own cookie alone."""


class Anywhere:
    """Stands for every page: only the table is read."""

    def __getattr__(self, name: str) -> Any:
        return Anywhere()

    def __call__(self, *given: object, **named: object) -> Any:
        return Anywhere()


def named(text: str) -> set[str]:
    return {one.strip() for line in text.splitlines() for one in line.split("|") if one.strip()}


ROWS = {f"{row.method} {row.path}": row for row in table(cast(Site, Anywhere())) if not row.api}
OPENED = named(OPEN)
WHO = {row: roles for roles, text in ALLOWED.items() for row in named(text)}
CLOSED = [one for one in ROWS if one not in OPENED and not one.startswith("GET /api/")]


def path_of(row: Row) -> str:
    """With every part filled in."""
    parts = row.path.split("{")
    return parts[0] + "".join("nothing-here" + part.split("}", 1)[1] for part in parts[1:])


async def status_of(web: Served, row: Row, headers: dict[str, str], **sent: Any) -> tuple[int, str]:
    async with web.http.request(
        row.method, web.url + path_of(row), headers=headers, allow_redirects=False, **sent
    ) as answer:
        return answer.status, answer.headers.get("Location", "") or await answer.text("latin-1")


def test_every_row_is_written_down_once() -> None:
    """Whoever adds a page says here who opens it."""
    assert set(ROWS) == OPENED | set(WHO)
    assert OPENED.isdisjoint(WHO)
    assert sum(len(named(text)) for text in ALLOWED.values()) == len(WHO)


@pytest.mark.parametrize("role", sorted(EVERY))
async def test_each_role_opens_its_own_rows_and_no_other(web: Served, role: Role) -> None:
    """Refused before a body is read; let in with a useless body, nothing is done."""
    headers = web.browser(session(web.now, role)) | {"Content-Type": "text/plain"}
    del headers["X-Muster"]
    wrong = []
    for name in CLOSED:
        row = ROWS[name]
        sent = {"data": b"x"} if row.method == "POST" else {}
        status, said = await status_of(web, row, headers, **sent)
        refused = status in (401, 403) or (status == 303 and said.startswith("/sign-in"))
        if refused == (role in WHO[name]) or (status >= 500 and status != 503):
            wrong.append((name, status))
    assert wrong == []
    assert all(owner.sent == [] for owner in owners(web))


def owners(web: Served) -> tuple[Any, ...]:
    return (web.incident, web.accountability, web.roster, web.notifier, web.identity)


@pytest.mark.parametrize("with_mark", [False, True])
async def test_a_form_without_our_mark_does_nothing(web: Served, with_mark: bool) -> None:
    """A missing mark, and one that another session drew, are one refusal before any act."""
    everyone = session(web.now, *sorted(EVERY))  # type: ignore[arg-type]
    other = session(web.now, "office", person="office-2", sid="sid-other")
    mark = {"form": web.token(other)} if with_mark else {}
    headers = web.browser(everyone)
    for name in CLOSED:
        row = ROWS[name]
        if row.method == "POST" and row.guard == "form" and row.access != "kiosk":
            fields = {"op": "op-without-mark", **mark}
            status, _ = await status_of(web, row, headers, data=fields)
            assert status == 403, name
    assert all(owner.sent == [] for owner in owners(web))


async def test_nobody_and_a_stranger_open_nothing(web: Served) -> None:
    """Without a session every closed row leads to the sign-in; another school shows its own."""
    stranger = web.browser(session(web.now, *sorted(EVERY), at=CEDAR))  # type: ignore[arg-type]
    stranger["Cookie"] += "; muster_school=lincoln"
    for name in CLOSED:
        row = ROWS[name]
        status, said = await status_of(web, row, {"Origin": web.url})
        assert status == 401 or (status == 303 and said.startswith("/sign-in")), name
        if row.method == "GET":
            status, said = await status_of(web, row, stranger)
            assert "Lincoln" not in said, name
    assert all(owner.sent == [] for owner in owners(web))


async def test_a_bearer_token_posts_no_form(web: Served) -> None:
    """Forms are the browser's: a program's token without an op has no effect through them."""
    everyone = session(web.now, *sorted(EVERY))  # type: ignore[arg-type]
    for name in CLOSED:
        row = ROWS[name]
        if row.method == "POST" and row.path != "/sign-out":
            status, _ = await status_of(web, row, web.program(everyone))
            assert status < 500 or status == 503, name
    assert all(owner.sent == [] for owner in owners(web))


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_another_method_finds_nothing(web: Served, method: str) -> None:
    """What no row names is nowhere, whoever asks."""
    headers = web.browser(session(web.now, *sorted(EVERY)))  # type: ignore[arg-type]
    for row in ROWS.values():
        async with web.http.request(method, web.url + path_of(row), headers=headers) as answer:
            assert answer.status in (404, 405), (method, row.path)
    assert all(owner.sent == [] for owner in owners(web))
