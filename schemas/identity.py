"""The language of identity: people who sign in, their roles, sessions and links."""

from typing import Annotated

import msgspec
from msgspec import Meta

from schemas.commands import Command
from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import PersonId, SchoolId
from schemas.vocabulary import Role

Login = Annotated[str, Meta(min_length=3, max_length=120)]
Password = Annotated[str, Meta(min_length=10, max_length=200)]


class Account(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person who may sign in. roles: school → roles there. claimed: what the school's roster
    says beyond that, which waits for a keeper of accounts."""

    person: PersonId
    name: str
    login: str = ""
    roles: dict[SchoolId, tuple[Role, ...]] = {}
    claimed: dict[SchoolId, tuple[Role, ...]] = {}
    disabled: bool = False


class Session(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Claims of a signed session or API token, verified without the database.

    sid: revocable. kind: session | token | screen. exp, iat: Unix seconds. made_by: people by
    whose hands this person can sign in → until when that counts, Unix seconds.
    """

    sid: str
    kind: str
    person: PersonId
    name: str
    roles: dict[SchoolId, tuple[Role, ...]]
    device: str
    iat: int
    exp: int
    made_by: dict[PersonId, int] = {}


class SessionReply(msgspec.Struct, frozen=True, kw_only=True):
    """token: the signed session, for the cookie."""

    token: str
    session: Session


# --- commands (school "" = the installation's scope) -------------------------------------------


class CreateAccount(Command, frozen=True, kw_only=True, tag="identity.create_account"):
    """person: a roster person, or a new id for someone who is not in the roster."""

    person: PersonId
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    login: Login
    password: Password | None = None


class GrantRoles(Command, frozen=True, kw_only=True, tag="identity.grant_roles"):
    """The person's roles at the school, all of them; empty: none any more."""

    person: PersonId
    roles: tuple[Role, ...]


class SetPassword(Command, frozen=True, kw_only=True, tag="identity.set_password"):
    person: PersonId
    password: Password


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /sessions: login and password. Uniform refusal: wrong_credentials."""

    login: Annotated[str, Meta(max_length=120)]
    password: Annotated[str, Meta(max_length=200)]
    device: str = "none"


class IssueLink(Command, frozen=True, kw_only=True, tag="identity.issue_link"):
    """A one-time enrolment link for a person's device. Answer: LinkIssued."""

    person: PersonId
    hours: Annotated[int, Meta(ge=1, le=336)] = 72


class LinkIssued(msgspec.Struct, frozen=True, kw_only=True):
    """code: for /enroll#code; stored hashed, used once."""

    code: str
    expires: Instant


class RedeemLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /links/redeem: a GET never consumes a link."""

    code: Annotated[str, Meta(max_length=120)]
    device: str = "none"


class DemoSignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /sessions/demo: one tap per role; exists only where the demo runs."""

    role: Role
    school: SchoolId
    device: str = "none"


class CreateToken(Command, frozen=True, kw_only=True, tag="identity.create_token"):
    """A bearer token for the HTTP API at one school. Answer: SessionReply."""

    role: Role
    days: Annotated[int, Meta(ge=1, le=400)] = 90


class Revoke(Command, frozen=True, kw_only=True, tag="identity.revoke"):
    """One session or token; or every one of a person."""

    sid: str | None = None
    person: PersonId | None = None


# --- events -----------------------------------------------------------------------------------


class SessionRevoked(Event, frozen=True, kw_only=True, tag="identity.session_revoked.v1"):
    """until: when the session would have ended by itself; the entry can then be dropped."""

    sid: str
    until: Instant


class PersonRevoked(Event, frozen=True, kw_only=True, tag="identity.person_revoked.v1"):
    """Every session of the person that was issued before `before`."""

    person: PersonId
    before: Instant


class RolesChanged(
    Event, frozen=True, kw_only=True, omit_defaults=True, tag="identity.roles_changed.v1"
):
    """All roles that the person holds at the school.

    claimed: what the roster says beyond them, which waits for a keeper of accounts. by: by whose
    hands a role was given that is more than ordinary, or who imported what is claimed.
    """

    person: PersonId
    roles: tuple[Role, ...]
    claimed: tuple[Role, ...] = ()
    by: tuple[PersonId, ...] = ()


class Revocations(msgspec.Struct, frozen=True, kw_only=True):
    """GET /state of identity: what a session check must know. Instants in Unix seconds."""

    sessions: dict[str, int] = {}
    people: dict[PersonId, int] = {}
