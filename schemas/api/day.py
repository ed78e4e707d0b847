"""The school day: who is expected where, and attendance from another system."""

from schemas import roster_day, roster_day_facts
from schemas.api.operation import SCHOOL, Operation

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "expected",
        "GET",
        SCHOOL + "/expected",
        "Who should be where at a moment, and why; ids only",
        reply=roster_day.ExpectedList,
        query=("version", "at"),
    ),
    Operation(
        "schoolDay",
        "GET",
        SCHOOL + "/day",
        "Bells, calendar, rooms, groups and attendance of a date",
        reply=roster_day_facts.SchoolDay,
        query=("date",),
    ),
    Operation(
        "uploadAttendance",
        "POST",
        SCHOOL + "/attendance",
        "Attendance as CSV with the columns student_id, status and, where they differ, date, "
        "period, time, note. status: present, absent, late, left_early. A row without a time was "
        "taken now. dry_run=yes reads and records nothing",
        reply=roster_day_facts.AttendanceReport,
        query=("dry_run",),
        raw_body="text/csv",
        idempotent_by_key=True,
    ),
)
