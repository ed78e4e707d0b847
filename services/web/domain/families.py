"""Which families a page shows."""

from collections.abc import Sequence

import msgspec

from schemas.roster_people import Family
from services.web.domain.names import folded

SHOWN = 100


class FamilyList(msgspec.Struct, frozen=True, kw_only=True):
    """families: of those that were asked for, at most SHOWN. The counts are of students."""

    families: tuple[Family, ...]
    found: int
    students: int
    unmessaged: int
    unfetched: int


def listed(families: Sequence[Family], *, only: str = "", find: str = "") -> FamilyList:
    """only: "message" or "pick_up": families with a student whom nobody may be told of, or
    whom nobody may pick up. find: words that begin a name in it."""
    wanted = folded(find).split()
    hits = [
        family
        for family in families
        if not (only == "message" and not family.unmessaged)
        and not (only == "pick_up" and not family.unfetched)
        and named(family, wanted)
    ]
    return FamilyList(
        families=tuple(hits[:SHOWN]),
        found=len(hits),
        students=sum(len(family.students) for family in families),
        unmessaged=sum(len(family.unmessaged) for family in families),
        unfetched=sum(len(family.unfetched) for family in families),
    )


def named(family: Family, wanted: Sequence[str]) -> bool:
    """Whether one person of the family has every word."""
    people = (*family.students, *family.guardians)
    return not wanted or any(
        all(any(part.startswith(word) for part in parts) for word in wanted)
        for parts in (folded(one.name).replace("-", " ").split() for one in people)
    )
