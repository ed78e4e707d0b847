"""Who can be signed in as in the demo, beyond those whom identity takes from the roster."""

from collections.abc import Collection

import msgspec

from schemas.identifiers import PersonId
from schemas.identity import Account
from schemas.roster import RosterSnapshot
from schemas.vocabulary import Role

FROM_ROSTER: frozenset[Role] = frozenset({"teacher", "staff", "office", "principal"})
"""Identity gives these by itself, to everyone on the staff."""

# OneRoster role of the first person found → roles granted by hand, as a school would.
PROMOTED: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("administrator", ("administrator", "office")),
    ("systemAdministrator", ("it", "staff")),
)
OUTSIDE_THE_ROSTER: tuple[tuple[Role, str], ...] = (
    ("sro", "Demo School Resource Officer"),
    ("responder", "Demo Fire Captain"),
    ("screen", "Demo Hallway Screen"),
)


class DemoAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One account to create and its roles at the school."""

    person: PersonId
    name: str
    login: str
    roles: tuple[Role, ...]


def demo_accounts(roster: RosterSnapshot) -> list[DemoAccount]:
    """One account for each role that no roster gives."""
    promoted = [
        DemoAccount(
            person=member.id,
            name=f"{member.given} {member.family}",
            login=f"demo-{roles[0]}",
            roles=roles,
        )
        for known_as, roles in PROMOTED
        for member in [one for one in roster.staff if known_as in one.roles][:1]
    ]
    others = [
        DemoAccount(person=PersonId(f"demo-{role}"), name=name, login=f"demo-{role}", roles=(role,))
        for role, name in OUTSIDE_THE_ROSTER
    ]
    return [*promoted, *others]


def roster_is_known(accounts: Collection[Account]) -> bool:
    """Whether identity has taken the roster's people over."""
    return {
        role for account in accounts for roles in account.roles.values() for role in roles
    } >= FROM_ROSTER
