"""Who should be where: each rule of the school day by an example."""

import datetime as dt

import msgspec
import pytest

from schemas.roster_day_facts import Calendar, CalendarDay
from services.roster.domain.day.bells import bells_at, letter_of
from services.roster.domain.day.inputs import Plan
from services.roster.domain.day.where import who_is_where
from tests.roster.days import (
    MONDAY,
    PEOPLE,
    PLAN,
    SUNDAY,
    expected,
    facts,
    here,
    mark,
    taught,
    trip,
    with_plan,
)

TUESDAY = MONDAY + dt.timedelta(days=1)


def test_the_scheduled_class_of_the_period_in_its_room() -> None:
    """In a class period a student is expected where their timetable says, room as office says."""
    ana = expected(facts(), here("08:10"))["ana"]
    assert (ana.class_id, ana.standing, ana.reason, ana.place) == (
        "art", "unknown", "scheduled_class", "Room 9",
    )  # fmt: skip


def test_the_other_day_of_the_rotation_has_other_classes() -> None:
    """On a B day the same bell rings for other periods."""
    day = expected(facts(), here("08:10", TUESDAY))
    assert (day["ana"].class_id, day["ana"].reason) == (None, "no_class_now")
    assert day["cam"].class_id == "gym"
    assert who_is_where(facts(), here("08:10", TUESDAY)).moment.day == "B"


def test_rotation_counts_school_days_and_not_dates() -> None:
    """After a weekend and a holiday the next letter comes, as the school counts."""
    holiday = CalendarDay(date=TUESDAY.isoformat(), label="Holiday")
    plan = with_plan(days=[holiday])
    days = [MONDAY + dt.timedelta(days=n) for n in range(8)]
    assert [letter_of(plan, day) for day in days] == ["A", "", "B", "A", "B", "", "", "A"]
    assert letter_of(PLAN, MONDAY - dt.timedelta(days=3)) == "B"
    said = with_plan(days=[CalendarDay(date=TUESDAY.isoformat(), schedule="Regular", letter="A")])
    assert letter_of(said, TUESDAY) == "A"


def test_lunch_by_grade_lies_over_the_class() -> None:
    """At a fire drill in Lunch A the eaters are in the cafeteria, the others in class."""
    day = expected(facts(), here("11:40"))
    assert (day["ana"].reason, day["ana"].place, day["ana"].class_id) == (
        "lunch", "Cafeteria", None,
    )  # fmt: skip
    assert (day["ben"].reason, day["ben"].class_id) == ("scheduled_class", "math")
    moment = who_is_where(facts(), here("11:40")).moment
    assert (moment.kind, moment.label, moment.until) == ("lunch", "Lunch A", here("12:00"))


def test_lunch_by_the_class_of_that_time() -> None:
    """Lunch B takes those whose class before it met in its zone, by any name of the room."""
    for clock in ("12:30", "12:10"):
        plan = with_lunch_b_at(clock)
        day = expected(facts(plan=plan), here(clock))
        reasons = (day["ana"].reason, day["ben"].reason, day["cam"].reason)
        assert reasons == ("lunch", "lunch", "no_class_now")


def with_lunch_b_at(clock: str) -> Plan:
    """After Period 2 has ended, or over its last minutes."""
    start, end = ("12:20", "12:50") if clock > "12:20" else ("12:00", "12:15")
    regular = PLAN.schedules["Regular"]
    periods = tuple(
        msgspec.structs.replace(p, start=start, end=end) if p.label == "Lunch B" else p
        for p in regular.periods
    )
    changed = msgspec.structs.replace(regular, periods=periods)
    return msgspec.structs.replace(PLAN, schedules={"Regular": changed})


@pytest.mark.parametrize(
    ("clock", "reason"),
    [("09:35", "recess"), ("09:47", "passing"), ("12:55", "assembly"), ("13:30", "homeroom")],
)
def test_recess_passing_assembly_and_advisory(clock: str, reason: str) -> None:
    """Between classes nobody is expected in one; an advisory calls the homerooms."""
    assert expected(facts(), here(clock))["ana"].reason == reason


def test_edges_belong_to_what_begins() -> None:
    """At the bell the next part holds, so that two parts never hold at once."""
    assert expected(facts(), here("09:30"))["ana"].reason == "recess"
    assert expected(facts(), here("14:00"))["ana"].reason == "dismissed"


def test_before_school_nobody_is_expected() -> None:
    """At 7 in the morning a Lockdown does not look for 600 students who are at home."""
    day = who_is_where(facts(), here("07:00"))
    assert (day.students, day.moment.kind, day.moment.until) == ((), "before_school", here("08:00"))


def test_after_dismissal_students_have_left_and_nobody_verified_it() -> None:
    """After the last bell they are neither unknown nor accounted for."""
    day = expected(facts(), here("14:05"))
    assert {(one.standing, one.reason, one.since) for one in day.values()} == {
        ("left", "dismissed", here("14:00"))
    }


def test_sunday_and_holiday_expect_nobody() -> None:
    """On a day without school nobody is looked for, whatever the clock says."""
    holiday = with_plan(days=[CalendarDay(date=TUESDAY.isoformat(), label="Holiday")])
    for plan, date in ((PLAN, SUNDAY), (holiday, TUESDAY), (PLAN, dt.date(2026, 8, 3))):
        day = who_is_where(facts(plan=plan), here("10:00", date))
        assert (day.students, day.moment.kind) == ((), "no_school")


def test_a_half_day_moves_dismissal() -> None:
    """At 11:40 on a half day everyone has left; on a regular day they eat."""
    plan = with_plan(days=[CalendarDay(date=MONDAY.isoformat(), schedule="Half day")])
    assert expected(facts(plan=plan), here("11:40"))["ana"].reason == "dismissed"
    assert expected(facts(), here("11:40"))["ana"].reason == "lunch"


def test_without_bells_the_homeroom_holds() -> None:
    """A school that says nothing of its day expects everyone in their homeroom."""
    plan = msgspec.structs.replace(PLAN, schedules={}, calendar=Calendar())
    day = who_is_where(facts(plan=plan), here("10:00"))
    found = {str(one.student): one for one in day.students}
    assert day.moment.kind == "no_schedule"
    assert (found["ana"].class_id, found["ana"].reason) == ("home-6", "homeroom")
    assert (found["cam"].class_id, found["cam"].reason) == (None, "no_class_now")
    assert who_is_where(facts(plan=plan), here("10:00", SUNDAY)).moment.kind == "no_school"


def test_a_homeroom_takes_those_without_a_class_where_the_school_says_so() -> None:
    """In an elementary school the children stay in their room until a special class calls."""
    plan = with_plan(calendar=msgspec.structs.replace(PLAN.calendar, without_class="homeroom"))
    day = expected(facts(plan=plan), here("08:10", TUESDAY))
    assert (day["ana"].class_id, day["ana"].reason) == ("home-6", "homeroom")
    own = PEOPLE.classes | {"home-6": taught("home-6", "Room 2", "9", homeroom=True)}
    people = msgspec.structs.replace(PEOPLE, classes=own)
    day = expected(facts(plan=plan, people=people), here("08:10", TUESDAY))
    assert day["ana"].reason == "no_class_now"


def test_absence_holds_from_when_attendance_was_taken() -> None:
    """Nobody is absent before someone said so, and attendance that nobody took says nothing."""
    day = facts(marks=[mark("ana", "absent", here("08:31"))])
    assert expected(day, here("08:20"))["ana"].standing == "unknown"
    ana = expected(day, here("08:40"))["ana"]
    assert (ana.standing, ana.reason, ana.since) == ("absent", "marked_absent", here("08:31"))
    assert expected(day, here("08:40"))["ben"].standing == "unknown"
    assert expected(day, here("14:30"))["ana"].standing == "absent"


def test_absence_from_one_period_says_nothing_of_the_next() -> None:
    """A student who missed Period 1 is looked for in Period 2."""
    day = facts(marks=[mark("ana", "absent", here("08:31"), period="1")])
    assert expected(day, here("08:40"))["ana"].standing == "absent"
    assert expected(day, here("10:00"))["ana"].standing == "unknown"


def test_who_was_seen_in_a_period_is_in_school() -> None:
    """Absent for the day in the morning and present in Period 2: must be looked for."""
    marks = [
        mark("ana", "absent", here("08:31")),
        mark("ana", "present", here("09:55"), period="Period 2", number=1),
    ]
    assert expected(facts(marks=marks), here("13:30"))["ana"].standing == "unknown"


def test_a_late_arrival_cancels_absent_from_its_time() -> None:
    """Whoever came at 9:10 was not there before, and is expected since."""
    marks = [mark("ana", "absent", here("08:31")), mark("ana", "late", here("09:10"), number=1)]
    day = facts(marks=marks)
    assert expected(day, here("09:05"))["ana"].standing == "absent"
    ana = expected(day, here("09:20"))["ana"]
    assert (ana.standing, ana.reason, ana.class_id) == ("unknown", "late_arrival", "art")
    assert expected(day, here("10:00"))["ana"].reason == "scheduled_class"
    tardy = facts(marks=[mark("ben", "late", here("09:10"), period="1")])
    assert expected(tardy, here("08:30"))["ben"].standing == "unknown"
    alone = facts(marks=[mark("ben", "late", here("09:10"))])
    assert expected(alone, here("08:30"))["ben"].reason == "not_arrived"


def test_signed_out_has_left() -> None:
    """A sign-out at 10:12 goes before class and lunch; coming back undoes it."""
    out = mark("ana", "left_early", here("10:12"))
    ana = expected(facts(marks=[out]), here("11:40"))["ana"]
    assert (ana.standing, ana.reason, ana.since) == ("left", "signed_out", here("10:12"))
    back = mark("ana", "late", here("11:00"), number=1)
    assert expected(facts(marks=[out, back]), here("11:10"))["ana"].standing == "unknown"


def test_who_is_away_stays_in_the_list_of_the_class() -> None:
    """The teacher of the class that meets now sees them there, and may say "with me"."""
    marks = [mark("ana", "absent", here("08:31")), mark("ben", "left_early", here("09:40"))]
    day = facts(marks=marks, plan=with_plan(trip("cam")))
    now = expected(day, here("10:00"))
    assert {name: (one.class_id, one.standing) for name, one in now.items()} == {
        "ana": ("math", "absent"), "ben": ("math", "left"), "cam": (None, "off_site"),
    }  # fmt: skip
    assert expected(day, here("10:00", TUESDAY))["cam"].class_id == "gym"
    gone = expected(facts(plan=with_plan(trip("ben"))), here("10:00"))["ben"]
    assert (gone.class_id, gone.standing, gone.place) == ("math", "off_site", "Museum · Town")
    coming = facts(marks=[mark("ben", "late", here("10:10"))])
    assert expected(coming, here("10:00"))["ben"].class_id == "math"
    assert expected(day, here("11:40"))["ana"].class_id is None


def test_a_group_off_site_has_its_leader_and_place() -> None:
    """Students on a trip are with their leader until it ends, also after dismissal."""
    day = facts(plan=with_plan(trip("ana", "nobody")))
    ana = expected(day, here("10:00"))["ana"]
    assert (ana.standing, ana.reason, ana.place, ana.adult, ana.since) == (
        "off_site", "off_site_group", "Museum · Town", "leader", here("09:00"),
    )  # fmt: skip
    assert expected(day, here("08:30"))["ana"].standing == "unknown"
    assert expected(day, here("14:10"))["ana"].standing == "off_site"
    assert expected(day, here("14:40"))["ana"].standing == "left"


def test_absent_or_signed_out_goes_before_a_group() -> None:
    """Who did not come to school did not go on the trip; who came later stayed behind."""
    plan = with_plan(trip("ana", "ben"))
    marks = [mark("ana", "absent", here("08:31")), mark("ben", "late", here("09:40"))]
    day = expected(facts(plan=plan, marks=marks), here("10:00"))
    assert day["ana"].standing == "absent"
    assert (day["ben"].standing, day["ben"].class_id) == ("unknown", "math")


def test_a_trip_over_nights_and_a_weekly_placement() -> None:
    """A trip runs through the night without a break; work-study only on its days and hours."""
    camp = trip("ana", last=(MONDAY + dt.timedelta(days=2)).isoformat(), ends="15:00")
    day = facts(plan=with_plan(camp))
    assert expected(day, here("03:00", TUESDAY))["ana"].standing == "off_site"
    weekly = trip("ana", last="2027-06-01", weekdays=(2,))
    day = facts(plan=with_plan(weekly))
    assert expected(day, here("10:00", TUESDAY))["ana"].standing == "off_site"
    assert expected(day, here("10:00", MONDAY))["ana"].standing == "unknown"


def test_activities_count_outside_school_hours_only() -> None:
    """The chess club is expected after school and on a Saturday, and never empties a class."""
    club = trip("ana", off_site=False, last="2027-06-01", starts="13:30", ends="16:00")
    day = facts(plan=with_plan(club))
    assert expected(day, here("13:40"))["ana"].reason == "homeroom"
    after = expected(day, here("15:00"))
    assert (after["ana"].standing, after["ana"].reason) == ("unknown", "activity")
    assert after["ben"].standing == "left"
    assert list(expected(day, here("15:00", SUNDAY))) == ["ana"]
    out = facts(plan=with_plan(club), marks=[mark("ana", "left_early", here("15:10"))])
    assert expected(out, here("15:20"))["ana"].standing == "left"


def test_the_school_clock_decides_on_days_when_it_changes() -> None:
    """8:10 is Period 1 on both sides of the change to summer time."""
    before, after = dt.date(2027, 3, 12), dt.date(2027, 3, 15)
    assert (here("08:10", before).utcoffset(), here("08:10", after).utcoffset()) == (
        dt.timedelta(hours=-5), dt.timedelta(hours=-4),
    )  # fmt: skip
    for date in (before, after):
        bells = bells_at(PLAN, here("08:10", date).astimezone(dt.UTC))
        assert (bells.moment.label, bells.moment.until) == ("Period 1", here("09:30", date))
