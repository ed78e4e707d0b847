"""What identity answers over HTTP."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
from aiohttp import web

from schemas.identity import (
    Account,
    CreateAccount,
    CreateToken,
    DemoSignIn,
    GrantRoles,
    IssueLink,
    RedeemLink,
    Revoke,
    SessionReply,
    SetPassword,
    SignIn,
)
from schemas.replies import Reply
from services.chassis.commands import ProblemError, Query, Route, bad_body, school_of
from services.identity.handlers.accounts import Accounts
from services.identity.handlers.sign_ins import BUSY, Denied, SignIns
from services.identity.ports import Busy

T = TypeVar("T")
C = TypeVar("C")

STATUS = {
    "wrong_credentials": 401,
    "no_roles": 403,
    "unknown_school": 404,
    "link_invalid": 410,
    "too_many_attempts": 429,
    "busy": 429,
}
SIGN_IN_CAP = 4096


def routes(accounts: Accounts) -> list[Route]:
    """Commands; each returns a Reply."""
    return [
        Route(CreateAccount, _unhurried(accounts.create)),
        Route(GrantRoles, accounts.grant),
        Route(SetPassword, _unhurried(accounts.set_password)),
        Route(IssueLink, accounts.issue_link),
        Route(CreateToken, accounts.create_token),
        Route(Revoke, accounts.revoke),
    ]


def _unhurried(handle: Callable[[C], Awaitable[Reply]]) -> Callable[[C], Awaitable[Reply]]:
    """A command that hashes a password: too many at once are asked to come again."""

    async def handled(command: C) -> Reply:
        try:
            return await handle(command)
        except Busy:
            raise ProblemError(STATUS[BUSY.code], BUSY.code, BUSY.reason, retry_after=1.0) from None

    return handled


def queries(accounts: Accounts) -> list[Query]:
    """GET /accounts[?school] → list[Account]."""

    async def listed(request: web.Request) -> list[Account]:
        return await accounts.accounts(school_of(request) if request.query.get("school") else None)

    return [Query("/accounts", listed)]


def posts(sign_ins: SignIns, *, demo: bool) -> list[Query]:
    """POST /sessions, /links/redeem and, where the demo runs, /sessions/demo → SessionReply."""

    async def by_password(request: web.Request) -> SessionReply:
        return _granted(await sign_ins.by_password(await _body(request, SignIn)))

    async def by_link(request: web.Request) -> SessionReply:
        return _granted(await sign_ins.by_link(await _body(request, RedeemLink)))

    async def by_tap(request: web.Request) -> SessionReply:
        return _granted(await sign_ins.demo(await _body(request, DemoSignIn)))

    shown = [Query("/sessions", by_password), Query("/links/redeem", by_link)]
    return [*shown, Query("/sessions/demo", by_tap)] if demo else shown


async def _body(request: web.Request, type: type[T]) -> T:
    body = await request.content.read(SIGN_IN_CAP + 1)
    if len(body) > SIGN_IN_CAP:
        raise ProblemError(413, "body_too_large", "A sign-in has at most 4 KiB.")
    try:
        return msgspec.json.decode(body, type=type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_body(error, "bad_request") from None


def _granted(answer: SessionReply | Denied) -> SessionReply:
    if isinstance(answer, SessionReply):
        return answer
    raise ProblemError(
        STATUS[answer.code],
        answer.code,
        answer.reason,
        retry_after=answer.retry_after or None,
    )
