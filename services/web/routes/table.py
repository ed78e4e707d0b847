"""Every route of Muster: where it leads and who may open it. Read this file first."""

from dataclasses import dataclass

from aiohttp import web

from schemas.api import OPERATIONS
from services.web.domain.access import Access
from services.web.domain.problems import not_found
from services.web.routes.account_pages import AccountPages
from services.web.routes.api_school import COMMAND_CAP, SchoolApi
from services.web.routes.api_sessions import SessionApi
from services.web.routes.entry_pages import EntryPages
from services.web.routes.files import Files
from services.web.routes.import_pages import ImportPages
from services.web.routes.incident_pages import IncidentPages
from services.web.routes.live_pages import LivePages
from services.web.routes.office_pages import OfficePages
from services.web.routes.public_pages import PublicPages
from services.web.routes.rows import Row, form, page
from services.web.routes.school_pages import SchoolPages
from services.web.routes.start_pages import StartPages
from services.web.routes.visit import Handler, Visit


@dataclass(frozen=True, kw_only=True)
class Site:
    """Everything that a route can lead to."""

    files: Files
    entry: EntryPages
    office: OfficePages
    start: StartPages
    incident: IncidentPages
    live: LivePages
    imports: ImportPages
    accounts: AccountPages
    public: PublicPages
    settings: SchoolPages
    sessions: SessionApi
    school: SchoolApi


def table(site: Site) -> tuple[Row, ...]:
    """All rows: pages, forms, API."""
    return (*entry(site), *office(site), *api(site))


def nowhere() -> tuple[Row, ...]:
    """Every other path, in the manner of its half: JSON under /api/, a page elsewhere."""
    return tuple(
        Row(method="GET", path=path, handle=_not_here, access="open")
        for path in ("/api/{path:.*}", "/{path:.*}")
    )


async def _not_here(_visit: Visit) -> web.StreamResponse:
    raise not_found()


def entry(site: Site) -> tuple[Row, ...]:
    return (
        page("/", "open", site.entry.front),
        page("/static/{file:.+}", "open", site.files.static),
        page("/favicon.ico", "open", site.files.favicon),
        page("/api/{name:openapi|asyncapi}.json", "open", site.files.described),
        page("/s/{statement}", "open", site.public.statement),
        page("/statement/{statement}", "open", site.public.statement),
        page("/sign-in", "open", site.entry.sign_in_page),
        form("/sign-in", "open", site.entry.sign_in, guard="origin"),
        form("/sign-in/demo", "open", site.entry.demo_sign_in, guard="origin"),
        page("/enroll", "open", site.entry.enroll_page),
        form("/enroll", "open", site.entry.enroll, guard="origin"),
        form("/language", "open", site.entry.language, guard="origin"),
        form("/sign-out", "person", site.entry.sign_out, guard="origin", early=True),
        page("/choose", "person", site.entry.choose_page),
        form("/choose", "person", site.entry.choose),
    )


def office(site: Site) -> tuple[Row, ...]:
    return (
        page("/office", "office", site.office.today),
        page("/people", "office", site.office.people),
        # live: any adult may start, also while revocations are still being read
        page("/start/live", "staff", site.start.live_page, early=True),
        page("/start/live/confirm", "staff", site.start.live_confirm, early=True),
        form("/start/live", "staff", site.start.live_start, early=True),
        page("/started", "staff", site.start.started),
        # drills: another page, another verb
        page("/start/drill", "office", site.start.drill_page),
        page("/start/drill/read-back", "office", site.start.drill_read_back),
        form("/start/drill", "office", site.start.drill_start),
        page("/incident", "office", site.incident.open_one),
        page("/incidents/{incident}", "office", site.incident.named),
        page("/incidents/{incident}/messages", "office", site.incident.messages),
        form("/incidents/{incident}/{act}", "office", site.incident.act),
        form(
            "/incidents/{incident}/statements/{statement}/approve",
            "office",
            site.incident.approve_statement,
        ),
        page("/phone", "staff", site.live.page("teacher.html", "teacher")),
        page("/board", "office", site.live.page("board.html", "office")),
        page("/wall", "school", site.live.page("wall.html", "wall")),
        page("/import", "district", site.imports.page),
        form("/import", "district", site.imports.stage, guard="stream"),
        form("/import/apply", "district", site.imports.apply),
        page("/import/history", "district", site.imports.history),
        page("/import/{import}", "district", site.imports.one),
        page("/import/{import}/findings.csv", "district", site.imports.findings),
        form("/import/{import}/undo", "district", site.imports.undo),
        page("/school", "district", site.settings.page),
        form("/school", "district", site.settings.save),
        page("/accounts", "keepers", site.accounts.page),
        form("/accounts", "keepers", site.accounts.create),
        form("/accounts/link", "keepers", site.accounts.link),
        form("/accounts/roles", "keepers", site.accounts.roles),
        form("/accounts/revoke", "keepers", site.accounts.revoke),
    )


def api(site: Site) -> tuple[Row, ...]:
    """One row for each operation of schemas/api/."""
    own: dict[str, Handler] = {
        "me": site.sessions.me,
        "signIn": site.sessions.sign_in,
        "demoSignIn": site.sessions.demo_sign_in,
        "redeemLink": site.sessions.redeem,
        "signOut": site.sessions.sign_out,
        "schools": site.sessions.schools,
        "ticket": site.sessions.ticket,
        "incidents": site.school.incidents,
        "accounting": site.school.accounting,
        "contradictions": site.school.contradictions,
        "messages": site.school.messages,
        "names": site.school.names,
        "stageImport": site.school.stage_import,
        "applyImport": site.school.apply_import,
        "undoImport": site.school.undo_import,
        "imports": site.school.import_history,
        "importEntry": site.school.import_entry,
    }
    rows = []
    for operation in OPERATIONS:
        assert operation.method != "PUT"
        rows.append(
            Row(
                method=operation.method,
                path=operation.path,
                handle=own.get(operation.name) or site.school.command(operation.name),
                access=API_ACCESS[operation.name],
                early=operation.name in EARLY,
                cap=COMMAND_CAP,
            )
        )
    return tuple(rows)


EARLY = frozenset({"declare", "account"})
"""Accepted from signed sessions before revocations are known."""

API_ACCESS: dict[str, Access] = {
    "me": "person",
    "signIn": "open",
    "demoSignIn": "open",
    "redeemLink": "open",
    "signOut": "person",
    "schools": "person",
    "declare": "staff",
    "incidents": "school",
    "addAction": "staff",
    "changeAction": "staff",
    "addNote": "staff",
    "recordCall": "staff",
    "setEvidence": "staff",
    "openRoom": "staff",
    "close": "staff",
    "correct": "staff",
    "approve": "staff",
    "account": "staff",
    "openClass": "staff",
    "accounting": "office",
    "contradictions": "office",
    "messages": "office",
    "approveStatement": "office",
    "names": "school",
    "stageImport": "district",
    "applyImport": "district",
    "undoImport": "district",
    "imports": "district",
    "importEntry": "district",
    "ticket": "school",
    "createToken": "keepers",
}
"""Who may ask; what is then allowed is the owning service's decision."""
