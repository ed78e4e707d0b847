"""Commands of the school day: which handler takes which."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.roster_day_facts import (
    RecordAttendance,
    RemoveGroup,
    SetBellSchedules,
    SetCalendar,
    SetCalendarDays,
    SetCampus,
    SetGroup,
    SetRooms,
    TakeBackAttendance,
)
from services.chassis.commands import Route
from services.roster.handlers.day_planning import Planning
from services.roster.handlers.day_recording import Recording


def day_routes(planning: Planning, recording: Recording) -> Sequence[Route]:
    return (
        Route(SetBellSchedules, planning.set_bell_schedules),
        Route(SetCalendar, planning.set_calendar),
        Route(SetCalendarDays, planning.set_calendar_days),
        Route(SetRooms, planning.set_rooms),
        Route(SetCampus, planning.set_campus),
        Route(RecordAttendance, recording.record),
        Route(TakeBackAttendance, recording.take_back),
        Route(SetGroup, recording.set_group),
        Route(RemoveGroup, recording.remove_group),
    )
