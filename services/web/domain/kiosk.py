"""What a screen proves while it is a kiosk: which one, and in whose name it was opened."""

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.identity import Session
from schemas.vocabulary import Role

DAYS = 30
"""A kiosk is opened again once a month; the office ends it at any time."""


class KioskClaims(msgspec.Struct, frozen=True, kw_only=True):
    """Signed into the kiosk's cookie. opener: who opened it, with the roles held then.

    sid, iat: of the opener's session. exp: Unix seconds.
    """

    kiosk: str
    name: str
    school: SchoolId
    opener: PersonId
    roles: tuple[Role, ...]
    sid: str
    iat: int
    exp: int


def opened_by(claims: KioskClaims) -> Session:
    """The opener's session, to see whether it was revoked since."""
    return Session(
        sid=claims.sid,
        kind="session",
        person=claims.opener,
        name="",
        roles={claims.school: claims.roles},
        device="kiosk",
        iat=claims.iat,
        exp=claims.exp,
    )


def screen_of(claims: KioskClaims) -> Session:
    """The session of the kiosk itself: an enrolled screen, nobody's person."""
    return Session(
        sid=f"kiosk-{claims.kiosk}",
        kind="screen",
        person=PersonId(claims.kiosk),
        name=claims.name,
        roles={claims.school: ("screen",)},
        device="kiosk",
        iat=claims.iat,
        exp=claims.exp,
    )
