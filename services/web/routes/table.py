"""Every route of Muster: where it leads and who may open it. Read this file first."""

from dataclasses import dataclass

from aiohttp import web

from schemas.api import OPERATIONS
from services.web.domain.access import Access
from services.web.domain.problems import not_found
from services.web.routes.account_pages import AccountPages
from services.web.routes.api_roster import RosterApi
from services.web.routes.api_school import COMMAND_CAP, SchoolApi
from services.web.routes.api_sessions import SessionApi
from services.web.routes.day_table import DaySite, day_rows
from services.web.routes.desk_rows import DeskSite, desk_rows
from services.web.routes.entry_pages import EntryPages
from services.web.routes.files import Files
from services.web.routes.household_pages import HouseholdPages
from services.web.routes.import_pages import ImportPages
from services.web.routes.incident_pages import IncidentPages
from services.web.routes.live_pages import LivePages
from services.web.routes.office_pages import OfficePages
from services.web.routes.paper_pages import PaperPages
from services.web.routes.people_pages import PeoplePages
from services.web.routes.person_pages import PersonPages
from services.web.routes.photos import Photos
from services.web.routes.public_pages import PublicPages
from services.web.routes.quality_pages import QualityPages
from services.web.routes.rows import Row, form, page
from services.web.routes.school_pages import SchoolPages
from services.web.routes.source_pages import SourcePages
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
    sources: SourcePages
    photos: Photos
    accounts: AccountPages
    public: PublicPages
    settings: SchoolPages
    persons: PersonPages
    households: HouseholdPages
    sessions: SessionApi
    school: SchoolApi
    desk: DeskSite
    people: PeoplePages
    quality: QualityPages
    paper: PaperPages
    roster: RosterApi
    day: DaySite


def table(site: Site) -> tuple[Row, ...]:
    """All rows: pages, forms, API."""
    return (
        *entry(site),
        *office(site),
        *other_ways_in(site),
        *desk_rows(site.desk),
        *roster_pages(site),
        *day_rows(site.day),
        *api(site),
    )


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
        *own_facts(site),
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
        form("/incidents/{incident}/held/{cause}", "office", site.incident.decide_held),
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


def other_ways_in(site: Site) -> tuple[Row, ...]:
    """Into the roster: pulled from a student system, and photos."""
    return (
        page("/import/sources", "district", site.sources.page),
        form("/import/sources", "keepers", site.sources.save),
        form("/import/sources/remove", "keepers", site.sources.remove),
        form("/import/sources/pull", "keepers", site.sources.pull),
        page("/import/sources/{source}/waiting", "district", site.sources.waiting),
        page("/import/photos", "district", site.photos.page),
        form("/import/photos", "district", site.photos.stage, guard="stream"),
        form("/import/photos/apply", "district", site.photos.apply),
        form("/import/photos/remove", "district", site.photos.remove),
    )


def roster_pages(site: Site) -> tuple[Row, ...]:
    """What the office and IT look up and print."""
    return (
        page("/people", "roster", site.people.people),
        page("/people.csv", "roster", site.people.people_csv),
        page("/classes", "roster", site.people.classes),
        page("/classes.csv", "roster", site.people.classes_csv),
        page("/classes/{class}", "roster", site.people.one_class),
        page("/classes/{class}/roster.csv", "roster", site.people.one_class_csv),
        page("/data-quality", "roster", site.quality.page),
        page("/data-quality/{code}.csv", "roster", site.quality.csv),
        page("/paper", "roster", site.paper.page),
        form("/paper", "district", site.paper.save),
        page("/paper/sheets.pdf", "roster", site.paper.sheets),
        page("/paper/reunification.pdf", "roster", site.paper.reunification),
        page("/paper/status.pdf", "roster", site.paper.status),
    )


def own_facts(site: Site) -> tuple[Row, ...]:
    """What a school says of guardians and students; the roster decides how much each role sees."""
    return (
        page("/people/{person}", "school", site.persons.page),
        form("/people/{person}/{act}", "office", site.persons.act),
        page("/helping", "staff", site.persons.helping),
        page("/households", "office", site.households.page),
        page("/households/import", "office", site.households.import_page),
        form("/households/import", "office", site.households.stage, guard="stream"),
        form("/households/import/apply", "office", site.households.apply),
        form("/households/export", "office", site.households.export),
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
        "sources": site.sources.listed,
        "pullNow": site.sources.pull_body,
        "photos": site.photos.marks,
        "photo": site.photos.photo,
        "stagePhotos": site.photos.stage_body,
        "onSite": site.desk.api.on_site,
        "waitingVisits": site.desk.api.waiting,
        "findPeople": site.roster.find_people,
        "quality": site.roster.quality,
        "expected": site.day.api.expected,
        "schoolDay": site.day.api.day,
        "uploadAttendance": site.day.api.upload,
        "person": site.persons.person,
        "households": site.households.families,
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
    "decideHeld": "office",
    "names": "school",
    "stageImport": "district",
    "applyImport": "district",
    "expected": "office",
    "schoolDay": "office",
    "uploadAttendance": "district",
    "undoImport": "district",
    "imports": "district",
    "importEntry": "district",
    "ticket": "school",
    "createToken": "keepers",
    "sources": "district",
    "pullNow": "keepers",
    "photos": "office",
    # Whoever may not see it is told what is told of no photo at all.
    "photo": "school",
    "stagePhotos": "district",
    "applyPhotos": "district",
    "removePhoto": "district",
    "onSite": "office",
    "waitingVisits": "desk",
    "signInVisitor": "desk",
    "signOutVisitor": "desk",
    "decideVisit": "desk",
    "recordSubstitute": "desk",
    "confirmSchool": "staff",
    "findPeople": "roster",
    "quality": "roster",
    "person": "school",
    "households": "office",
    "setRights": "office",
    "recordConsent": "office",
    "setApart": "office",
    "proposeLift": "office",
    "approveLift": "office",
    "setSpeaks": "office",
    "setLanguage": "office",
    "setGuardian": "office",
    "endGuardian": "office",
    "setPlan": "office",
    "addDevice": "office",
    "removeDevice": "office",
    "issueFamilyCode": "office",
    "revokeFamilyCode": "office",
}
"""Who may ask; what is then allowed is the owning service's decision."""
