"""The staff of a school as its roster names them."""

import msgspec

from schemas.identifiers import PersonId
from schemas.roster import RosterSnapshot, StaffMember
from schemas.vocabulary import Role
from services.identity.domain.accounts import Person
from services.identity.domain.defaults import default_roles
from services.identity.ports import Directory


class Staffing(msgspec.Struct, frozen=True):
    """roles: everyone of one roster version with the roles that it gives."""

    version: int
    roles: dict[PersonId, tuple[Role, ...]]


class Staff:
    """Takes a roster's staff into the directory."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def keep(self, snapshot: RosterSnapshot) -> Staffing:
        """Names first: a role that is announced belongs to someone who is known."""
        await self._directory.keep_staff([_row(member) for member in snapshot.staff])
        return Staffing(
            snapshot.version,
            {member.id: default_roles(member.roles) for member in snapshot.staff},
        )


def _row(member: StaffMember) -> Person:
    name = f"{member.given} {member.family}".strip()
    return Person(person=member.id, name=name, email=member.email)
