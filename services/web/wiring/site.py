"""Every page and every operation, made with its parts."""

from services.web.handlers.directory import Directory
from services.web.handlers.own_facts import OwnFacts
from services.web.handlers.pulls import Pulls
from services.web.handlers.statements import Statements
from services.web.routes.account_pages import AccountPages
from services.web.routes.api_day import DayApi
from services.web.routes.api_desk import DeskApi
from services.web.routes.api_roster import RosterApi
from services.web.routes.api_school import SchoolApi
from services.web.routes.api_sessions import SessionApi
from services.web.routes.campus_start import CampusStart
from services.web.routes.confirm_pages import ConfirmPages
from services.web.routes.day_attendance_pages import DayAttendancePages
from services.web.routes.day_group_pages import DayGroupPages
from services.web.routes.day_pages import DayPages
from services.web.routes.day_setup_pages import DaySetupPages
from services.web.routes.day_table import DaySite
from services.web.routes.desk_rows import DeskSite
from services.web.routes.entry_pages import EntryPages
from services.web.routes.files import Files
from services.web.routes.flagged_pages import FlaggedPages
from services.web.routes.household_pages import HouseholdPages
from services.web.routes.import_pages import ImportPages
from services.web.routes.incident_pages import IncidentPages
from services.web.routes.kiosk_pages import KioskPages
from services.web.routes.live_pages import LivePages
from services.web.routes.office_pages import OfficePages
from services.web.routes.own_attendance_pages import OwnAttendancePages
from services.web.routes.paper_pages import PaperPages
from services.web.routes.people_pages import PeoplePages
from services.web.routes.person_pages import PersonPages
from services.web.routes.photos import Photos
from services.web.routes.public_pages import PublicPages
from services.web.routes.quality_pages import QualityPages
from services.web.routes.room_pages import RoomPages
from services.web.routes.school_pages import SchoolPages
from services.web.routes.source_pages import SourcePages
from services.web.routes.start_pages import StartPages
from services.web.routes.substitute_pages import SubstitutePages
from services.web.routes.table import Site
from services.web.routes.visitor_pages import VisitorPages
from services.web.wiring.core import HERE, PUBLISHED, Core, Parts


def site_of(core: Core, parts: Parts) -> Site:
    frame, reading, writing = core.frame, core.reading, core.writing
    statements = Statements(parts.owners, reading)
    pulls = Pulls(parts.owners, core.book, parts.settings.import_cap)
    own = OwnFacts(parts.owners)
    directory = Directory(parts.owners, reading, core.book)
    return Site(
        files=Files(HERE / "static", PUBLISHED),
        entry=EntryPages(
            frame=frame,
            sessions=core.sessions,
            reading=reading,
            revocations=core.book,
            place=core.place,
            demo=parts.settings.demo,
        ),
        office=OfficePages(frame=frame, reading=reading, desk=core.desk),
        start=StartPages(
            frame=frame,
            reading=reading,
            days=core.days,
            writing=writing,
            campus=CampusStart(
                reading=reading, days=core.days, writing=writing, revocations=core.book
            ),
        ),
        incident=IncidentPages(frame=frame, reading=reading, writing=writing, desk=core.desk),
        live=LivePages(frame=frame, reading=reading),
        imports=ImportPages(
            frame=frame, imports=core.imports, sessions=core.sessions, writing=writing
        ),
        sources=SourcePages(frame=frame, pulls=pulls, writing=writing),
        photos=Photos(
            frame=frame, pulls=pulls, reading=reading, sessions=core.sessions, writing=writing
        ),
        accounts=AccountPages(frame=frame, reading=reading, writing=writing, place=core.place),
        persons=PersonPages(frame=frame, own=own, pulls=pulls, reading=reading, writing=writing),
        households=HouseholdPages(
            frame=frame,
            own=own,
            sessions=core.sessions,
            writing=writing,
        ),
        settings=SchoolPages(frame=frame, reading=reading, writing=writing),
        public=PublicPages(templates=core.templates, statements=statements),
        sessions=SessionApi(
            sessions=core.sessions,
            reading=reading,
            place=core.place,
            socket_port=core.port,
            demo=parts.settings.demo,
        ),
        school=SchoolApi(writing=writing, reading=reading, imports=core.imports),
        desk=desk_of(core),
        people=PeoplePages(frame=frame, reading=reading, directory=directory),
        quality=QualityPages(frame=frame, directory=directory),
        paper=PaperPages(frame=frame, reading=reading, directory=directory, writing=writing),
        roster=RosterApi(directory=directory),
        day=day_site(core),
    )


def desk_of(core: Core) -> DeskSite:
    """The front desk's pages."""
    frame, reading, writing, desk = core.frame, core.reading, core.writing, core.desk
    return DeskSite(
        visitors=VisitorPages(
            frame=frame, reading=reading, desk=desk, sessions=core.sessions, writing=writing
        ),
        flagged=FlaggedPages(
            frame=frame, reading=reading, desk=desk, sessions=core.sessions, writing=writing
        ),
        substitutes=SubstitutePages(
            frame=frame, reading=reading, desk=desk, writing=writing, place=core.place
        ),
        kiosk=KioskPages(
            frame=frame,
            reading=reading,
            desk=desk,
            sessions=core.sessions,
            kiosks=core.kiosks,
            writing=writing,
            place=core.place,
        ),
        confirm=ConfirmPages(frame=frame, desk=desk, writing=writing, revocations=core.book),
        api=DeskApi(desk),
    )


def day_site(core: Core) -> DaySite:
    frame, reading, days, writing = core.frame, core.reading, core.days, core.writing
    return DaySite(
        today=DayPages(frame=frame, reading=reading, days=days, writing=writing),
        setup=DaySetupPages(frame=frame, reading=reading, days=days, writing=writing),
        attendance=DayAttendancePages(
            frame=frame, reading=reading, days=days, sessions=core.sessions, writing=writing
        ),
        own_attendance=OwnAttendancePages(frame=frame, reading=reading, days=days, writing=writing),
        groups=DayGroupPages(
            frame=frame, reading=reading, days=days, sessions=core.sessions, writing=writing
        ),
        rooms=RoomPages(frame=frame, reading=reading, days=days, writing=writing),
        api=DayApi(days=days, writing=writing),
    )
