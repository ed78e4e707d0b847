"""What the front desk decides: who may, what is a usable name, who waits, who is still here."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.identifiers import PersonId
from schemas.roster_site import Visit, WaitReason
from schemas.vocabulary import SYSTEM, Actor
from services.roster.domain.imports import Refused

DESK_ROLES: Final = frozenset({"office", "principal", "administrator"})
LONGEST: Final = 120
LONGEST_TEXT: Final = 2000
# Joiners belong to several scripts and to many emoji; every other unseen mark is dropped.
JOINERS: Final = "\u200c\u200d"
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Someone of an evening event is still here after midnight; a day later nobody knows.
SAME_VISIT: Final = dt.timedelta(hours=12)

NOT_ALLOWED = Refused("not_allowed", "Only the front office, the principal or an administrator.")
NOT_AT_KIOSK = Refused("not_allowed", "A kiosk signs people in and out, and nothing else.")


class KnownStaff(NamedTuple):
    """An adult of the roster who can be visited."""

    person: PersonId
    name: str


def keeps_desk(actor: Actor) -> bool:
    return actor == SYSTEM or not DESK_ROLES.isdisjoint(actor.roles)


def decide_desk(actor: Actor) -> Refused | None:
    """None: the actor may keep the desk's books and the flagged list."""
    return None if keeps_desk(actor) else NOT_ALLOWED


def decide_at_kiosk(actor: Actor, kiosk: str) -> Refused | None:
    """None: the office's own desk, or an enrolled screen that says which kiosk it is."""
    if keeps_desk(actor) or ("screen" in actor.roles and kiosk):
        return None
    return NOT_ALLOWED


def tidy(text: str) -> str:
    """One line as people read it: no control, no override of direction, single spaces."""
    kept = (
        c if c in JOINERS or unicodedata.category(c) not in UNSEEN else " "
        for c in unicodedata.normalize("NFC", text)
    )
    return " ".join("".join(kept).split())


def tidy_lines(text: str) -> str:
    """Several lines, each of them tidied."""
    lines = [tidy(line) for line in text.splitlines()]
    return "\n".join(line for line in lines if line)


def decide_words(name: str, *others: str) -> Refused | None:
    """Refused: name_needed, too_long. All of them tidied already."""
    if not any(c.isalnum() for c in name):
        return Refused("name_needed", "Write the person's name.")
    if any(len(text) > LONGEST for text in (name, *others)):
        return Refused(
            "too_long",
            f"Write at most {LONGEST} characters in each field.",
            {"number": str(LONGEST)},
        )
    return None


def folded(text: str) -> str:
    """Without case, accents and marks, as people type in a hurry; words parted by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    kept = (c for c in plain if not unicodedata.combining(c) and c not in "'’`´.")
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


# Letters that carry no separable mark.
LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


def host_of(said: str, staff: Iterable[KnownStaff]) -> PersonId | None:
    """The one member of staff whose name holds every word that was typed; None: not sure."""
    wanted = [word for word in folded(said).split() if word not in TITLES]
    if not wanted:
        return None
    found = {
        one.person
        for one in staff
        if all(any(part.startswith(w) for part in folded(one.name).split()) for w in wanted)
    }
    return found.pop() if len(found) == 1 else None


TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sr", "sra", "srta", "prof"})


def decide_wait(
    *, at_kiosk: bool, host_named: bool, host_found: bool, resembles: bool, checked: bool
) -> WaitReason | None:
    """Why the front office is asked; None: signed in. Only the office ever learns which."""
    if resembles:
        return "flagged"
    if not at_kiosk:
        return None
    if host_named and not host_found:
        return "host_not_found"
    return "random_check" if checked else None


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def school_day(now: dt.datetime, zone: str) -> dt.date:
    """The date at the school."""
    return now.astimezone(zone_of(zone)).date()


def day_bounds(day: dt.date, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """When the school's day begins, and when the next one does; UTC."""
    there = zone_of(zone)
    begins = dt.datetime.combine(day, dt.time(), there)
    ends = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), there)
    return begins.astimezone(dt.UTC), ends.astimezone(dt.UTC)


def is_left_over(since: dt.datetime, now: dt.datetime, zone: str) -> bool:
    """Signed in on an earlier day, and too long ago to be the same visit."""
    return school_day(since, zone) < school_day(now, zone) and now - since > SAME_VISIT


def still_here(visits: Sequence[Visit], at: dt.datetime, zone: str) -> list[Visit]:
    """Who was signed in at that moment and had not left; nobody of a day before."""
    return [
        one
        for one in visits
        if one.state in ("in", "out")
        and one.since <= at
        and (one.left is None or one.left > at)
        and not is_left_over(one.since, at, zone)
    ]


def decide_sign_out(visit: Visit | None, *, at_kiosk: bool) -> Refused | None:
    """The kiosk is told the same of a wrong code and of someone who is not here."""
    if visit is None or visit.state not in ("in", "out"):
        return NOT_HERE_BY_CODE if at_kiosk else NOT_HERE
    return None


NOT_HERE = Refused("not_here", "Nobody is signed in under this. Look in today's log.")
NOT_HERE_BY_CODE = Refused("not_here", "This code is not signed in. Ask the front office.")
NOT_WAITING = Refused("not_waiting", "Nobody waits under this any more. Load the page again.")
ALREADY_DECIDED = Refused("already_decided", "Someone else decided this first.")


def decide_visit(visit: Visit | None, decision: str) -> Refused | None:
    """The first decision holds; the same again is no contradiction."""
    if visit is None or visit.wait_reason is None:
        return NOT_WAITING
    if visit.state == "waiting":
        return None
    held = "turn_away" if visit.state == "turned_away" else "let_in"
    return None if held == decision else ALREADY_DECIDED
