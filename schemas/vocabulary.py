"""Words that every service shares: modes, roles, actors, person states and their gravity."""

from typing import Literal

import msgspec

from schemas.identifiers import DeviceId, PersonId

IncidentMode = Literal["live", "drill", "exercise"]
Mode = Literal["live", "drill", "exercise", "admin"]
"""admin: things outside incidents (imports, sessions)."""

Role = Literal[
    "teacher", "staff", "office", "principal", "administrator", "sro", "responder", "it", "screen"
]
"""staff: any adult of the school without a class. screen: an enrolled wall board."""

Language = Literal["en", "es"]

PersonState = Literal[
    "unknown", "missing", "injured", "left", "with", "elsewhere", "off_site", "absent"
]
"""elsewhere: someone says the student is with another adult; that adult has not said so.
left: signed out, or after dismissal, and not verified by anyone: neither unknown nor accounted
for."""

GRAVITY: dict[PersonState, int] = {
    "injured": 70,
    "missing": 60,
    "unknown": 50,
    "left": 45,
    "elsewhere": 40,
    "with": 30,
    "off_site": 20,
    "absent": 10,
}
"""When observations conflict the graver state shows; unknown outranks every accounted state."""

ACCOUNTED: frozenset[PersonState] = frozenset({"with", "off_site", "absent"})
"""elsewhere is hearsay, left is what a log says: both are shown apart, never as accounted for."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: as web verified it from a signed session. roles: those held at the school.

    made_by: people by whose hands this session can act (see identity's hands); they and the
    actor are never two.
    """

    person: PersonId
    roles: tuple[Role, ...] = ()
    device: DeviceId = "none"
    made_by: tuple[PersonId, ...] | msgspec.UnsetType = msgspec.UNSET

    @property
    def makers(self) -> tuple[PersonId, ...]:
        """made_by; () when nothing is said."""
        return () if self.made_by is msgspec.UNSET else self.made_by


SYSTEM = Actor(person=PersonId("system"), roles=(), device="system")
"""The actor of an event that was caused by an event."""
