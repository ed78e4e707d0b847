"""Routes of the school day; part of the table in table.py."""

from dataclasses import dataclass

from services.web.routes.api_day import DayApi
from services.web.routes.day_attendance_pages import DayAttendancePages
from services.web.routes.day_group_pages import DayGroupPages
from services.web.routes.day_pages import DayPages
from services.web.routes.day_setup_pages import DaySetupPages
from services.web.routes.own_attendance_pages import OwnAttendancePages
from services.web.routes.room_pages import RoomPages
from services.web.routes.rows import Row, form, page


@dataclass(frozen=True, kw_only=True)
class DaySite:
    """Everything that a route of the school day can lead to."""

    today: DayPages
    setup: DaySetupPages
    attendance: DayAttendancePages
    own_attendance: OwnAttendancePages
    groups: DayGroupPages
    rooms: RoomPages
    api: DayApi


def day_rows(site: DaySite) -> tuple[Row, ...]:
    return (
        page("/day", "office", site.today.today),
        form("/day", "office", site.today.switch),
        page("/day/desk", "office", site.today.desk),
        form("/day/desk", "office", site.today.record),
        form("/day/take-back", "office", site.today.take_back),
        page("/day/schedules", "office", site.setup.page),
        form("/day/schedules", "office", site.setup.save),
        form("/day/schedules/begin", "office", site.setup.begin),
        form("/day/schedules/remove", "office", site.setup.remove),
        form("/day/calendar", "office", site.setup.calendar),
        form("/day/dates", "office", site.setup.dates),
        page("/day/attendance", "office", site.attendance.page),
        form("/day/attendance", "office", site.attendance.record),
        form("/day/attendance/file", "office", site.attendance.upload, guard="stream"),
        page("/attendance", "staff", site.own_attendance.page),
        form("/attendance", "staff", site.own_attendance.record),
        page("/day/groups", "office", site.groups.page),
        page("/day/groups/edit", "office", site.groups.edit),
        form("/day/groups/edit", "office", site.groups.save),
        form("/day/groups/remove", "office", site.groups.remove),
        form("/day/groups/file", "office", site.groups.upload, guard="stream"),
        page("/rooms", "office", site.rooms.page),
        page("/rooms/room", "office", site.rooms.room),
        form("/rooms/room", "office", site.rooms.save),
        form("/rooms/zone", "office", site.rooms.zone),
        form("/rooms/campus", "office", site.rooms.campus),
    )
