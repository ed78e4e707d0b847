"""When the demo's clock stands: it first opens at 10:05 on a school day."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS_AT = time(10, 5)
SATURDAY = 5
DEMO_ZONE = ZoneInfo("America/New_York")


def seconds_to_opening(now: datetime, zone: ZoneInfo) -> float:
    """Seconds from `now` (aware) forward to the next 10:05, Monday to Friday, in the zone."""
    here = now.astimezone(zone)
    day = here.date()
    while True:
        opening = datetime.combine(day, OPENS_AT, tzinfo=zone)
        if day.weekday() < SATURDAY and opening >= here:
            return opening.timestamp() - now.timestamp()
        day += timedelta(days=1)
