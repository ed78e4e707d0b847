"""The school day: bells, calendar, rooms, attendance, groups, and who is expected where."""

from __future__ import annotations

from services.roster.commands.day import day_routes
from services.roster.handlers.day_planning import Planning
from services.roster.handlers.day_reading import ReadingDay
from services.roster.handlers.day_recording import Recording
from services.roster.ports.day import OnSite
from services.roster.routes.day import day_posts, day_queries
from services.roster.store.days import StoredDays
from services.roster.wiring.core import Area, Core


def school_day(core: Core, on_site: OnSite) -> Area:
    """on_site: adults who are signed in besides the roster's staff."""
    days = StoredDays(core.pool)
    reading = ReadingDay(days=days, clock=core.clock, on_site=on_site)
    planning = Planning(days=days, log=core.own_log)
    recording = Recording(days=days, log=core.own_log, clock=core.clock, reading=reading)
    return Area(
        commands=day_routes(planning, recording),
        queries=day_queries(reading),
        posts=day_posts(reading),
    )
