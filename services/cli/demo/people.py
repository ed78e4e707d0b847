"""Who can be signed in as in the demo, and with which roles."""

from collections.abc import Sequence

import msgspec

from schemas.identifiers import PersonId
from schemas.roster import RosterSnapshot, StaffMember
from schemas.vocabulary import Role

# OneRoster role → Muster roles; the first that a person has decides.
FROM_ROSTER: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("principal", ("principal",)),
    ("administrator", ("administrator",)),
    ("siteAdministrator", ("office",)),
    ("systemAdministrator", ("it",)),
    ("teacher", ("teacher",)),
)
OUTSIDE_THE_ROSTER: tuple[tuple[Role, str], ...] = (
    ("sro", "Demo School Resource Officer"),
    ("responder", "Demo Fire Captain"),
    ("screen", "Hallway Screen"),
)


class DemoAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One account to create and its roles at the school."""

    person: PersonId
    name: str
    login: str
    roles: tuple[Role, ...]


def demo_accounts(roster: RosterSnapshot) -> list[DemoAccount]:
    """Everyone on the staff by their OneRoster role, and one of each role that no roster has."""
    staff = [
        DemoAccount(
            person=member.id,
            name=f"{member.given} {member.family}",
            login=f"staff-{number:03}",
            roles=roles_of(member.roles),
        )
        for number, member in enumerate(by_source(roster.staff), start=1)
    ]
    others = [
        DemoAccount(person=PersonId(f"demo-{role}"), name=name, login=f"demo-{role}", roles=(role,))
        for role, name in OUTSIDE_THE_ROSTER
    ]
    return [*staff, *others]


def roles_of(roster_roles: Sequence[str]) -> tuple[Role, ...]:
    """Muster's roles for OneRoster's; whoever is none of those is `staff`."""
    for name, roles in FROM_ROSTER:
        if name in roster_roles:
            return roles
    return ("staff",)


def by_source(staff: Sequence[StaffMember]) -> list[StaffMember]:
    """The same order, and so the same logins, in every installation of the same package."""
    return sorted(staff, key=lambda member: member.source_id)
