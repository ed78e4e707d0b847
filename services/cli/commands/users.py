"""`muster user …`: people who sign in."""

import asyncio
import getpass
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from schemas.identifiers import PersonId
from schemas.identity import (
    Account,
    CreateAccount,
    GrantRoles,
    IssueLink,
    LinkIssued,
    SetPassword,
)
from schemas.vocabulary import Role
from services.cli.commands.schools import choose_school
from services.cli.connection import (
    EXIT_REFUSED,
    INSTALLATION,
    OPERATOR,
    Services,
    accepted,
    connect,
    new_op,
)
from services.cli.errors import CommandError
from services.cli.installation import Running, find_running
from services.cli.output import print_json, print_table


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What `muster user link --json` prints. url: opened once, on the person's device."""

    url: str
    expires: str


def create_user(
    login: str,
    name: str,
    *,
    person: str | None = None,
    school: str | None = None,
    role: list[Role] | None = None,
    password: bool = False,
    json: bool = False,
) -> None:
    """Create an account, and give it roles at a school.

    Parameters
    ----------
    login
        What the person types to sign in.
    name
        How the person is shown.
    person
        The id of a roster person; a new id for someone who is not in the roster.
    school
        Where the roles hold; the only school when there is one.
    role
        May be given several times.
    password
        Ask for a password (or read it from standard input); without one, use `muster user link`.
    json
        Print the account as JSON.
    """
    secret = read_password() if password else None
    account = Account(person=PersonId(person or str(uuid.uuid4())), name=name, login=login)
    made = asyncio.run(_create(account, school, tuple(role or ()), secret))
    if json:
        print_json(made)
    else:
        print(f"{made.login}: {made.person}")


def list_user(*, school: str | None = None, json: bool = False) -> None:
    """Everyone with an account.

    Parameters
    ----------
    school
        Only those with a role there.
    json
        Print a JSON list.
    """
    accounts = asyncio.run(_accounts(school))
    if json:
        print_json(accounts)
        return
    print_table(
        ("login", "name", "roles", "person"),
        [(one.login, one.name, _roles(one), one.person) for one in accounts],
    )


def grant_user(login: str, role: list[Role], *, school: str | None = None) -> None:
    """Set a person's roles at a school: all of them, replacing those before.

    Parameters
    ----------
    login
        The person's login or id.
    role
        One or more roles.
    school
        The only school when there is one.
    """
    asyncio.run(_grant(login, tuple(role), school))


def password_user(login: str) -> None:
    """Set a person's password, asked for or read from standard input.

    Parameters
    ----------
    login
        The person's login or id.
    """
    asyncio.run(_set_password(login, read_password()))


def link_user(login: str, *, hours: int = 72, json: bool = False) -> None:
    """A one-time link that enrols a person's device.

    Parameters
    ----------
    login
        The person's login or id.
    hours
        How long it may wait, 1 to 336.
    json
        Print {"url", "expires"}.
    """
    link = asyncio.run(_link(login, hours))
    if json:
        print_json(link)
    else:
        print(f"{link.url}\nOnce, until {link.expires}.")


def read_password() -> str:
    """Asked twice on a terminal, else one line of standard input; never an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    secret = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != secret:
        raise CommandError("passwords_differ", "The two were not the same.", exit_code=EXIT_REFUSED)
    return secret


@asynccontextmanager
async def _services() -> AsyncIterator[tuple[Services, Running]]:
    installation, running = find_running(os.environ)
    async with connect(installation, running) as services:
        yield services, running


async def _create(
    account: Account, school: str | None, roles: tuple[Role, ...], secret: str | None
) -> Account:
    async with _services() as (services, _):
        place = choose_school(await services.schools(), school) if roles else None
        command = CreateAccount(
            op_id=new_op(),
            school=INSTALLATION,
            actor=OPERATOR,
            person=account.person,
            name=account.name,
            login=account.login,
            password=secret,
        )
        await accepted(services.identity, command)
        if place is None:
            return account
        grant = GrantRoles(
            op_id=new_op(), school=place.id, actor=OPERATOR, person=account.person, roles=roles
        )
        await accepted(services.identity, grant)
        return msgspec.structs.replace(account, roles={place.id: roles})


async def _accounts(school: str | None) -> list[Account]:
    async with _services() as (services, _):
        if school is None:
            return await services.identity.get("/accounts", list[Account])
        place = choose_school(await services.schools(), school)
        return await services.identity.get("/accounts", list[Account], school=place.id)


async def _grant(login: str, roles: tuple[Role, ...], school: str | None) -> None:
    async with _services() as (services, _):
        place = choose_school(await services.schools(), school)
        person = await _person(services, login)
        command = GrantRoles(
            op_id=new_op(), school=place.id, actor=OPERATOR, person=person, roles=roles
        )
        await accepted(services.identity, command)


async def _set_password(login: str, secret: str) -> None:
    async with _services() as (services, _):
        person = await _person(services, login)
        command = SetPassword(
            op_id=new_op(), school=INSTALLATION, actor=OPERATOR, person=person, password=secret
        )
        await accepted(services.identity, command)


async def _link(login: str, hours: int) -> Link:
    async with _services() as (services, running):
        person = await _person(services, login)
        command = IssueLink(
            op_id=new_op(), school=INSTALLATION, actor=OPERATOR, person=person, hours=hours
        )
        reply = await accepted(services.identity, command)
        if reply.answer is None:
            raise CommandError("no_answer", "The link was not told; issue another.")
        issued = msgspec.json.decode(reply.answer, type=LinkIssued)
        return Link(url=f"{running.url}/enroll#{issued.code}", expires=issued.expires.isoformat())


async def _person(services: Services, login: str) -> PersonId:
    for account in await services.identity.get("/accounts", list[Account]):
        if login in (account.login, account.person):
            return account.person
    raise CommandError("unknown_person", "Nobody has this login or id.", exit_code=EXIT_REFUSED)


def _roles(account: Account) -> str:
    return "; ".join(f"{school}: {', '.join(roles)}" for school, roles in account.roles.items())
