"""The roles that a roster gives by itself; everything more is granted by hand.

OneRoster says what someone is employed as, not what they may decide. `administrator` there is
often the front office, so it opens the office's pages and never the administration of accounts.
"""

from collections.abc import Sequence

from schemas.vocabulary import Role

ROSTER_ROLES: dict[str, Role] = {
    "teacher": "teacher",
    "aide": "staff",
    "counselor": "staff",
    "proctor": "staff",
    "districtAdministrator": "staff",
    "systemAdministrator": "staff",
    "principal": "principal",
    "administrator": "office",
    "siteAdministrator": "office",
}
"""OneRoster 1.1 and 1.2 role → ours."""

ORDER: tuple[Role, ...] = (
    *("administrator", "principal", "office", "sro", "teacher", "staff", "it", "responder"),
    "screen",
)


def default_roles(roster: Sequence[str]) -> tuple[Role, ...]:
    """At least staff: any adult of the school may start a live Lockdown."""
    return in_order({ROSTER_ROLES.get(role, "staff") for role in roster} or {"staff"})


def in_order(roles: set[Role]) -> tuple[Role, ...]:
    """Each once, the most responsible first: equal sets are equal tuples."""
    return tuple(role for role in ORDER if role in roles)
