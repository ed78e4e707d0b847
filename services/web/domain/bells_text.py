"""Bell schedules and dates as an office writes or pastes them, one line each."""

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from schemas.roster_day_facts import BellPeriod, BellSchedule, CalendarDay, PeriodKind

_TIME: Final = r"(\d{1,2})[:.](\d\d)\s*([ap])?\.?m?\.?"
_TO: Final = r"\s*(?:-|–|—|to|until|\t|\s)\s*"
LINE: Final = re.compile(rf"^{_TIME}{_TO}{_TIME}[\s,:]+(.+)$", re.IGNORECASE)
LABEL_FIRST: Final = re.compile(rf"^(.+?)[\s,:]+{_TIME}{_TO}{_TIME}$", re.IGNORECASE)
KINDS: Final[tuple[tuple[PeriodKind, str], ...]] = (
    ("lunch", r"lunch|almuerzo"),
    ("recess", r"recess|recreo|break"),
    ("assembly", r"assembly|asamblea|rally|chapel"),
)
ADVISORY: Final = re.compile(r"homeroom|advisory|\bhr\b", re.IGNORECASE)
PASSING: Final = re.compile(r"^(passing|transition|pase)\b", re.IGNORECASE)
# No school day begins before it: 1:10 without AM or PM is in the afternoon.
MORNING: Final = 6
RANGE: Final = 80


@dataclass
class Parsed:
    """wrong: numbers of lines that could not be read."""

    periods: list[BellPeriod] = field(default_factory=list)
    days: list[CalendarDay] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)


def parse_periods(text: str) -> Parsed:
    """Lines such as "8:15 - 9:05 Period 1" or "Lunch A 11:15 11:45 @ Cafeteria; grades KG 01"."""
    found = Parsed()
    for number, line in enumerate(text.splitlines(), start=1):
        plain = " ".join(line.replace("\t", " ").split())
        if not plain:
            continue
        period = _period(plain)
        if period is None:
            found.wrong.append(number)
        elif not PASSING.match(period.label):
            found.periods.append(period)
    return found


def _period(line: str) -> BellPeriod | None:
    head, *options = (part.strip() for part in line.split(";"))
    head, _, place = (part.strip() for part in head.partition("@"))
    if match := LINE.match(head):
        *times, label = match.groups()
    elif match := LABEL_FIRST.match(head):
        label, *times = match.groups()
    else:
        return None
    start, end = _clock(*times[:3]), _clock(*times[3:])
    if start is None or end is None:
        return None
    said = _options(options)
    if said is None:
        return None
    label = label.strip()[:60]
    kind = kind_of(label)
    codes = said.get("codes", _usual_codes(label) if kind == "class" else ())
    return BellPeriod(
        label=label,
        start=start,
        end=end,
        kind=kind,
        codes=codes,
        place=place[:200],
        grades=said.get("grades", ()),
        rooms=said.get("rooms", ()),
    )


def _options(parts: Iterable[str]) -> dict[str, tuple[str, ...]] | None:
    """ "grades KG 01", "codes 1(A) 5(B)", "rooms North, Room 9"; None for anything else."""
    said: dict[str, tuple[str, ...]] = {}
    for part in filter(None, parts):
        name, _, rest = part.partition(" ")
        name = name.lower().rstrip(":")
        if name in ("grade", "grades"):
            said["grades"] = _words(rest)
        elif name in ("code", "codes"):
            said["codes"] = _words(rest)
        elif name in ("room", "rooms", "zone"):
            said["rooms"] = tuple(one.strip()[:60] for one in rest.split(",") if one.strip())
        else:
            return None
    return said


def _words(text: str) -> tuple[str, ...]:
    return tuple(word[:40] for word in re.split(r"[\s,]+(?![^()]*\))", text) if word)


def _clock(hour: str, minute: str, half: str | None) -> str | None:
    number = int(hour)
    if half:
        number = number % 12 + (12 if half.lower() == "p" else 0)
    elif number < MORNING:
        number += 12
    return f"{number:02}:{minute}" if number < 24 and int(minute) < 60 else None


def kind_of(label: str) -> PeriodKind:
    for kind, words in KINDS:
        if re.search(words, label, re.IGNORECASE):
            return kind
    return "class"


def _usual_codes(label: str) -> tuple[str, ...]:
    """ "Period 3" holds the classes of period 3."""
    if number := re.search(r"\d+", label):
        return (number[0],)
    return ("HR",) if ADVISORY.search(label) else ()


def written(schedule: BellSchedule) -> str:
    """The schedule as parse_periods reads it."""
    return "\n".join(_line(period) for period in schedule.periods)


def _line(period: BellPeriod) -> str:
    line = f"{period.start}-{period.end} {period.label}"
    if period.place:
        line += f" @ {period.place}"
    usual = _usual_codes(period.label) if period.kind == "class" else ()
    if period.codes != usual:
        line += "; codes " + " ".join(period.codes)
    if period.grades:
        line += "; grades " + " ".join(period.grades)
    if period.rooms:
        line += "; rooms " + ", ".join(period.rooms)
    return line


# --- dates ------------------------------------------------------------------------------------

DATES: Final = re.compile(
    r"^(\S+)(?:\s*(?:-|–|to|until|\.\.)\s*(\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}))?[\s,:]*(.*)$",
    re.IGNORECASE,
)
CLOSED: Final = re.compile(r"^(no school|closed|sin clases)\b[\s,:-]*", re.IGNORECASE)
LETTER: Final = re.compile(r";\s*day\s+(\S+)\s*$", re.IGNORECASE)


def parse_days(text: str, schedules: Collection[str]) -> Parsed:
    """Lines such as "2026-11-26 to 2026-11-27 no school Thanksgiving", "2026-12-18 Half day"."""
    found = Parsed()
    for number, line in enumerate(text.splitlines(), start=1):
        if not (plain := " ".join(line.split())):
            continue
        days = _days(plain, schedules)
        found.days += days
        if not days:
            found.wrong.append(number)
    return found


def _days(line: str, schedules: Collection[str]) -> list[CalendarDay]:
    letter = LETTER.search(line)
    match = DATES.match(LETTER.sub("", line))
    first = date_of(match[1]) if match else None
    if match is None or first is None:
        return []
    last = date_of(match[2]) if match[2] else first
    if last is None or not dt.timedelta(0) <= last - first <= dt.timedelta(days=RANGE):
        return []
    schedule, label = _held(match[3].strip(), schedules)
    return [
        CalendarDay(
            date=(first + dt.timedelta(days=n)).isoformat(),
            schedule=schedule,
            label=label[:200],
            letter=letter[1] if letter else "",
        )
        for n in range((last - first).days + 1)
    ]


def _held(text: str, schedules: Collection[str]) -> tuple[str, str]:
    """(schedule, label): a known schedule's name first, else no school."""
    for name in sorted(schedules, key=len, reverse=True):
        if text.lower().startswith(name.lower()):
            return name, text[len(name) :].strip(" ,:-")
    return "", CLOSED.sub("", text)


def date_of(text: str) -> dt.date | None:
    """ "2026-11-26" or "11/26/2026"."""
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        if american:
            month, day, year = map(int, american.groups())
            return dt.date(year, month, day)
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def written_days(days: Iterable[CalendarDay]) -> str:
    """The dates as parse_days reads them."""
    return "\n".join(
        f"{day.date} {day.schedule or 'no school'}"
        + (f" {day.label}" if day.label else "")
        + (f"; day {day.letter}" if day.letter else "")
        for day in days
    )


# --- a first schedule -------------------------------------------------------------------------


def suggested(codes: Iterable[str], grades: Iterable[str]) -> tuple[BellSchedule, BellSchedule]:
    """A regular and a half day to begin with: as many periods as the timetable knows."""
    numbers = {int(found[0]) for code in codes if (found := re.match(r"0*\d+", code))}
    count = min(max(numbers, default=6), 10) if numbers else 6
    named = [grade for grade in sorted(set(grades)) if grade]
    half = _lines(count, 8 * 60, 190 // count, 5)
    regular = _lines(count, 8 * 60, 330 // count, 5)
    at = count // 2
    number, start, end = regular[at]
    # Lunch lies over the period in the middle, which is an hour longer.
    regular[at:] = [
        (number, start, end + 60),
        *((n, s + 60, e + 60) for n, s, e in regular[at + 1 :]),
    ]
    lunches = _lunches(start, named)
    return (
        BellSchedule(name="Regular", periods=(*_classes(regular), *lunches)),
        BellSchedule(name="Half day", periods=tuple(_classes(half))),
    )


def _lines(count: int, start: int, length: int, gap: int) -> list[tuple[int, int, int]]:
    return [
        (n + 1, start + n * (length + gap), start + n * (length + gap) + length)
        for n in range(count)
    ]


def _classes(lines: Iterable[tuple[int, int, int]]) -> Iterable[BellPeriod]:
    for number, start, end in lines:
        yield BellPeriod(
            label=f"Period {number}", start=_hm(start), end=_hm(end), codes=(str(number),)
        )


def _lunches(start: int, grades: list[str]) -> tuple[BellPeriod, ...]:
    """Two waves, the younger first; one where the roster names fewer than two grades."""
    if len(grades) < 2:
        return (_lunch("Lunch", start, ()),)
    half = (len(grades) + 1) // 2
    ordered = sorted(grades, key=lambda g: (g.isdigit(), g))
    return (
        _lunch("Lunch A", start, tuple(ordered[:half])),
        _lunch("Lunch B", start + 40, tuple(ordered[half:])),
    )


def _lunch(label: str, start: int, grades: tuple[str, ...]) -> BellPeriod:
    return BellPeriod(
        label=label,
        start=_hm(start),
        end=_hm(start + 30),
        kind="lunch",
        place="Cafeteria",
        grades=grades,
    )


def _hm(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
