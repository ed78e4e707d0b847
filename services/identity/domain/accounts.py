"""Accounts, passwords, links and tokens: whether they may come into being."""

import msgspec

from schemas.envelope import Instant
from schemas.identifiers import PersonId
from schemas.identity import CreateAccount, CreateToken, IssueLink, SetPassword
from schemas.vocabulary import SYSTEM
from services.identity.domain.authority import (
    ADMINISTRATOR_NEEDED,
    RESERVED,
    Roles,
    is_installation,
    is_self,
    keeps,
    keeps_person,
)
from services.identity.domain.decision import Accepted, Decision, Refusal

UNKNOWN = Refusal("unknown_person", "No one with this id has an account here.")
LOGIN_TAKEN = Refusal("login_taken", "Someone else signs in with this login: choose another.")


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the directory. login: "" until one is chosen. email: as the roster says.

    password: an argon2 hash, or "" when none is set.
    """

    person: PersonId
    name: str
    login: str = ""
    email: str = ""
    password: str = ""


def folded(login: str) -> str:
    """Logins are compared without case and surrounding blanks."""
    return login.strip().casefold()


def create_account(
    command: CreateAccount, known: Person | None, roles: Roles, owner: PersonId | None
) -> Decision:
    """known: the person's row, if any. roles: theirs. owner: who has this login already.

    A roster person without a login gets one; an existing login is never changed by this.
    """
    if command.person == SYSTEM.person:
        return Refusal("reserved_person", "This id is the installation itself.")
    if refusal := keeps_person(command.actor, command.school, roles):
        return refusal
    login = folded(command.login)
    if known is not None and known.login and known.login != login:
        return Refusal("account_exists", "This person already signs in with another login.")
    if owner not in (None, command.person):
        return LOGIN_TAKEN
    return Accepted()


def set_password(
    command: SetPassword, known: Person | None, roles: Roles, owner: PersonId | None
) -> Decision:
    """owner: who has the login that this person would sign in with."""
    refusal = keeps_person(command.actor, command.school, roles)
    if refusal is not None and not is_self(command.actor, command.person):
        return refusal
    if known is None:
        return UNKNOWN
    if not sign_in_name(known):
        return Refusal("login_needed", "Give this person a login first.")
    return LOGIN_TAKEN if owner not in (None, command.person) else Accepted()


def sign_in_name(person: Person) -> str:
    """The chosen login, else the roster's e-mail address."""
    return person.login or folded(person.email)


def issue_link(command: IssueLink, known: Person | None, roles: Roles) -> Decision:
    """Whoever may reset a sign-in may hand out a link to it."""
    if refusal := keeps_person(command.actor, command.school, roles):
        return refusal
    if known is None:
        return UNKNOWN
    if not any(roles.values()):
        return Refusal("no_roles", "Give this person a role first: a link would open nothing.")
    return Accepted()


def create_token(command: CreateToken) -> Decision:
    """A token acts with one role at one school, and never with more than its maker may give."""
    if refusal := keeps(command.actor, command.school):
        return refusal
    if not command.school:
        return Refusal("school_needed", "Say at which school the token is to be used.")
    trusted = is_installation(command.actor) or "administrator" in command.actor.roles
    if command.role in RESERVED and not trusted:
        return ADMINISTRATOR_NEEDED
    return Accepted()


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time enrolment link as stored: its code only as a hash."""

    person: PersonId
    expires: Instant
    used: bool = False


def redeemable(link: Link, now: Instant) -> bool:
    """Whether it may be used, this once."""
    return not link.used and now < link.expires
