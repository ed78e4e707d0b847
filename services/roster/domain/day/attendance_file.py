"""Attendance as CSV: student_id, status, and where they differ date, period, time, note."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from schemas.identifiers import PersonId
from schemas.roster_day_facts import AttendanceMark, AttendanceReport, KeptMark, MarkKind
from services.roster.domain.day.bells import instant_of, schedule_name
from services.roster.domain.day.decide import decide_attendance, is_date
from services.roster.domain.day.directory import NUMBER_COLUMNS, Directory, is_problem
from services.roster.domain.day.inputs import Plan
from services.roster.domain.day.sheet import Problems, read_rows

FILE: Final = "attendance.csv"
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "student_id": NUMBER_COLUMNS,
    "date": ("date", "attendance_date"),
    "period": ("period", "per"),
    "status": ("status", "code", "attendance", "attendance_code"),
    "time": ("time", "at", "time_taken"),
    "note": ("note", "collected_by", "comment"),
}
STATUS: Final[Mapping[str, MarkKind]] = {
    **dict.fromkeys(("present", "p", "here"), "present"),
    **dict.fromkeys(("absent", "a", "abs", "excused", "unexcused", "ea", "ua"), "absent"),
    **dict.fromkeys(("late", "l", "tardy", "t"), "late"),
    **dict.fromkeys(("left_early", "le", "signed_out", "early_dismissal", "out"), "left_early"),
}
TIME: Final = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?\s*([ap])?\.?m?\.?", re.IGNORECASE)
MORNING: Final = "08:00"
NONE_YET: Final[Mapping[int, KeptMark]] = {}


def read_attendance(
    body: bytes,
    directory: Directory,
    plan: Plan,
    now: dt.datetime,
    first: Mapping[int, KeptMark] = NONE_YET,
) -> AttendanceReport:
    """Rows that cannot be read are warnings and left out; errors refuse the whole file.

    first: what the same act recorded before, by number: a row without a time keeps that one.
    """
    problems = Problems(FILE)
    rows = read_rows(body, problems)
    head = next(rows, None)
    if head is None:
        if not problems.errors:
            problems.refuse("no_rows")
        return AttendanceReport(rows=0, errors=tuple(problems.errors))
    columns = columns_of(head[1], problems)
    reading = Row(columns, directory, plan, now, problems)
    marks: list[AttendanceMark] = []
    count = 0
    for line, cells in rows if not problems.errors else ():
        count += 1
        if (mark := reading.mark(line, cells, first.get(len(marks)))) is not None:
            marks.append(mark)
    if not count and not problems.errors:
        problems.refuse("no_rows")
    refused = bool(problems.errors)
    return AttendanceReport(
        rows=count,
        marks=() if refused else tuple(marks),
        warnings=problems.all(),
        errors=tuple(problems.errors),
    )


def columns_of(header: list[str], problems: Problems) -> dict[str, int]:
    names = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in header]
    found: dict[str, int] = {}
    for at, name in enumerate(names):
        column = next((c for c, spelled in COLUMNS.items() if name in spelled), None)
        if column is None or column in found:
            problems.add("column_unknown", 1, header[at][:40])
        else:
            found[column] = at
    for column in ("student_id", "status"):
        if column not in found:
            problems.refuse("key_column_missing", 1, column)
    return found


class Row:
    """One row after the other as a mark."""

    def __init__(
        self,
        columns: Mapping[str, int],
        directory: Directory,
        plan: Plan,
        now: dt.datetime,
        problems: Problems,
    ) -> None:
        self._columns = columns
        self._directory = directory
        self._plan = plan
        self._now = now
        self._today = now.astimezone(plan.zone).date()
        self._problems = problems

    def mark(
        self, line: int, cells: list[str], before: KeptMark | None = None
    ) -> AttendanceMark | None:
        """None, with a finding, when the row cannot be read."""

        def cell(name: str) -> str:
            at = self._columns.get(name)
            return cells[at].strip() if at is not None and at < len(cells) else ""

        student = self._directory.find(cell("student_id"))
        if is_problem(student):
            return self._left_out(student, line, "student_id")
        kind = STATUS.get(re.sub(r"[\s-]+", "_", cell("status").lower()))
        if kind is None:
            return self._left_out("unknown_status", line, "status")
        if before is not None and (before.student, before.kind) != (student, kind):
            before = None
        known = before.at.astimezone(self._plan.zone).date() if before else None
        date = (None if cell("date") else known) or self._date(cell("date"))
        if date is None:
            return self._left_out("bad_date", line, "date")
        time = cell("time")
        at = before.at if before and not time else self._time(time, date, kind)
        if at is None:
            return self._left_out("bad_time", line, "time")
        mark = AttendanceMark(
            student=PersonId(student),
            kind=kind,
            at=at,
            period=cell("period")[:60],
            note=cell("note")[:200],
        )
        refused = decide_attendance((mark,), (mark.student,), self._now)
        return self._left_out(refused.code, line, "time") if refused else mark

    def _left_out(self, code: str, line: int, column: str) -> AttendanceMark | None:
        self._problems.add(code, line, column)
        return None

    def _date(self, cell: str) -> dt.date | None:
        if not cell:
            return self._today
        american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", cell)
        try:
            if american:
                month, day, year = map(int, american.groups())
                found = dt.date(year, month, day)
            else:
                found = dt.date.fromisoformat(cell)
        except ValueError:
            return None
        return found if is_date(found.isoformat()) else None

    def _time(self, cell: str, date: dt.date, kind: MarkKind) -> dt.datetime | None:
        """Without a time: now for today, else when that day's bells begin."""
        if not cell:
            if date == self._today:
                return self._now
            if date > self._today and kind == "absent":
                return instant_of(date, "00:00", self._plan)
            return instant_of(date, self._opening(date), self._plan)
        if "T" in cell:
            try:
                said = dt.datetime.fromisoformat(cell)
            except ValueError:
                return None
            return said if said.tzinfo else said.replace(tzinfo=self._plan.zone)
        clock = clock_of(cell)
        return instant_of(date, clock, self._plan) if clock else None

    def _opening(self, date: dt.date) -> str:
        schedule = self._plan.schedules.get(schedule_name(self._plan, date))
        return min(p.start for p in schedule.periods) if schedule else MORNING


def clock_of(cell: str) -> str | None:
    """ "8:31", "1:05 PM" or "13:05" as "13:05"."""
    found = TIME.fullmatch(cell)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None
