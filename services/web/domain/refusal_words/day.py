"""Refusals around bells, the calendar, rooms, attendance and groups."""

from collections.abc import Mapping

from services.web.domain.language import marked as _

REFUSALS: Mapping[str, tuple[str, ...]] = {
    "bad_name": (_("Give the schedule a name, such as Regular."),),
    "schedule_in_use": (_("{schedule} is kept by the calendar. Change that first."),),
    "too_many_schedules": (_("A school keeps at most {number} schedules."),),
    "period_backwards": (_("{period}: it must end after it starts ({start})."),),
    "periods_overlap": (_("{schedule}: {next} starts before {period} has ended."),),
    "unknown_schedule": (_("There is no bell schedule {schedule}."),),
    "bad_date": (
        _("{date} is no date."),
        _("The group's last day comes before its first, or is no date."),
    ),
    "year_backwards": (_("The last day of school comes before the first."),),
    "anchor_missing": (_("Say a school day that has the first letter."),),
    "unknown_letter": (_("The rotation has no day {letter}."),),
    "room_name_taken": (_("{name} is already a name of {room}. Use it once."),),
    "not_yet": (_("This time is still to come. Record it when it happens."),),
    "too_long_ago": (_("This is more than a school year ago."),),
    "time_backwards": (_("The group must end after it starts."),),
    "on_another_campus": (_("One of these schools is on another campus."),),
    "unknown_mark": (_("This entry does not exist. Open the list again."),),
    "unknown_group": (_("This group does not exist. Open the list again."),),
}
