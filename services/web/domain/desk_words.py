"""The front desk's forms and tables: what was typed into commands, what is shown as CSV."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.roster_site import Visit
from services.web.domain.forms import Fields, needed, one
from services.web.domain.problems import bad_form

CAP = 1000
HEAD = (
    "day", "name", "kind", "organisation", "reason", "host", "signed_in", "signed_out", "state",
    "kiosk",
)  # fmt: skip


def sign_in_body(fields: Fields, *, zone: str, now: dt.datetime) -> dict[str, Any]:
    """Fields of SignIn but for photo and kiosk. Raises WebProblem bad_form."""
    kind = one(fields, "visit_kind") or "visitor"
    if kind not in ("visitor", "volunteer", "contractor"):
        raise bad_form("visit_kind")
    return {
        "name": needed(fields, "name")[:CAP],
        "visit_kind": kind,
        "reason": one(fields, "reason")[:CAP],
        "host": one(fields, "host_id")[:64] or None,
        "host_said": one(fields, "host")[:CAP],
        "organisation": one(fields, "organisation")[:CAP],
        "expected_until": until_of(one(fields, "until"), zone=zone, now=now),
    }


def until_of(text: str, *, zone: str, now: dt.datetime) -> dt.datetime | None:
    """ "14:30" of today at the school; None for nothing. Raises WebProblem bad_form."""
    if not text:
        return None
    try:
        wanted = dt.time.fromisoformat(text)
    except ValueError as error:
        raise bad_form("until") from error
    there = zone_of(zone)
    return dt.datetime.combine(now.astimezone(there).date(), wanted.replace(tzinfo=None), there)


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def day_of(text: str, field: str) -> dt.date | None:
    """A date of a form; None for nothing. Raises WebProblem bad_form."""
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise bad_form(field) from error


def log_rows(visits: Iterable[Visit], zone: str) -> list[list[str]]:
    """Rows under HEAD; times of the school."""
    there = zone_of(zone)
    return [list(_row(one_visit, there).values()) for one_visit in visits]


def _row(visit: Visit, there: ZoneInfo) -> Mapping[str, str]:
    left = visit.left.astimezone(there).strftime("%H:%M") if visit.left else ""
    state = "not_signed_out" if visit.not_signed_out else visit.state
    since = visit.since.astimezone(there)
    return {
        "day": since.date().isoformat(),
        "name": visit.name,
        "kind": visit.visit_kind,
        "organisation": visit.organisation,
        "reason": visit.reason,
        "host": visit.host_name,
        "signed_in": since.strftime("%H:%M"),
        "signed_out": "unknown" if visit.left_unknown else left,
        "state": state,
        "kiosk": visit.kiosk,
    }
