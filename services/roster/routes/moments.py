"""The moment that a question names in its address."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from services.chassis.commands import ProblemError

FIRST_YEAR, LAST_YEAR = 1970, 2200


def instant(request: web.Request) -> dt.datetime | None:
    """at: an instant with its zone; None when it is not named. Raises ProblemError 400."""
    text = request.query.get("at", "")
    if not text:
        return None
    try:
        # A + of the offset that was not quoted arrives as a space.
        found = dt.datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise ProblemError(400, "bad_query", "at: not an instant.") from None
    if not FIRST_YEAR < found.year < LAST_YEAR:
        raise ProblemError(400, "bad_query", "at: no time that a school knows.")
    if found.tzinfo is None:
        raise ProblemError(400, "bad_query", "at: say its zone, as in 2026-09-15T14:12:00Z.")
    return found
