"""Sessions: how long they last, what they claim, and how they end early."""

import datetime as dt

import msgspec

from schemas.envelope import Instant
from schemas.identifiers import PersonId, SchoolId
from schemas.identity import PersonRevoked, Revoke, Session, SessionRevoked
from schemas.vocabulary import Actor, Role
from services.identity.domain.authority import Roles, is_installation, is_self, keeps_person
from services.identity.domain.decision import Accepted, Decision, Refusal, Stamp

ENROLLED = dt.timedelta(days=300)
"""A device enrolled by link: a school year, so that no phone is signed out when it matters."""

SIGNED_IN = dt.timedelta(hours=12)
"""A password typed on any device: a long day."""


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A session or token that was signed; what revoking one must know."""

    sid: str
    person: PersonId
    expires: Instant


def session(
    sid: str,
    person: PersonId,
    name: str,
    roles: Roles,
    *,
    device: str,
    now: dt.datetime,
    lasts: dt.timedelta,
) -> Session:
    """Claims for the person's device. A screen's session says so: it shows and never acts."""
    held = {school: at for school, at in roles.items() if at}
    screen = all(at == ("screen",) for at in held.values())
    return Session(
        sid=sid,
        kind="screen" if held and screen else "session",
        person=person,
        name=name,
        roles=held,
        device=device,
        iat=int(now.timestamp()),
        exp=int((now + lasts).timestamp()),
    )


def token(
    sid: str, maker: Actor, role: Role, school: SchoolId, *, now: dt.datetime, days: int
) -> Session:
    """Claims of an API token. It acts in its maker's name: a token is never a second person.

    Those made at the command line act for the role's desk at the school: however many are made,
    two of one role are one approver, and none is the installation.
    """
    desk = PersonId(f"token-{role}-{school}")
    return Session(
        sid=sid,
        kind="token",
        person=desk if is_installation(maker) else maker.person,
        name="API token",
        roles={school: (role,)},
        device="api",
        made_by=dict.fromkeys(maker.makers, int((now + dt.timedelta(days=days)).timestamp())),
        iat=int(now.timestamp()),
        exp=int((now + dt.timedelta(days=days)).timestamp()),
    )


def void_before(now: dt.datetime) -> dt.datetime:
    """The next whole second: sessions say when they were issued in seconds, rounded down."""
    return now.replace(microsecond=0) + dt.timedelta(seconds=1)


def revoke(command: Revoke, issued: Issued | None, roles: Roles, stamp: Stamp) -> Decision:
    """One session, or all of a person. issued: the session named, if it is known.

    roles: of the person whom it concerns.
    """
    if command.person is None and issued is None:
        if command.sid is None:
            return Refusal("nothing_named", "Name a session or a person.")
        return Refusal("unknown_session", "There is no such session.")
    person = issued.person if issued is not None else command.person
    assert person is not None
    refusal = keeps_person(command.actor, command.school, roles)
    if refusal is not None and not is_self(command.actor, person):
        return refusal
    if command.sid is None:
        return Accepted((PersonRevoked(person=person, before=void_before(stamp.now)),))
    if issued is None:
        return Refusal("unknown_session", "There is no such session.")
    return Accepted((SessionRevoked(sid=issued.sid, until=issued.expires),))
