"""What web asks of the school's own facts, and where files of them arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec
from aiohttp import web

from schemas.identifiers import PersonId
from schemas.roster_people import (
    AskExport,
    AssistancePlan,
    Families,
    PersonPage,
    RightsExport,
    StagedRights,
)
from schemas.roster_rights import FamilyMatch, VerifyFamilyCode
from schemas.vocabulary import Actor, Role
from services.chassis.commands import ProblemError, Query, bad_body, identifier, school_of
from services.roster.domain.custody.authority import decide_changer
from services.roster.domain.custody.files import LIMITS
from services.roster.handlers.person_reading import PersonReading
from services.roster.handlers.rights_imports import RightsImports

T = TypeVar("T")

BODY_CAP = 4096
# The same words for a wrong id, another school's, and what is not this reader's to see.
NOT_FOUND = ProblemError(404, "not_found", "Nobody of this school has this id.")
WRONG_CODE = ProblemError(
    403,
    "code_wrong",
    "This code does not match. After five wrong tries it is locked: ask the office for another.",
)


def custody_queries(reading: PersonReading) -> Sequence[Query]:
    """GET /person, /households, /helping; reader and roles as the caller verified them."""

    async def person(request: web.Request) -> PersonPage:
        page = await reading.page(
            school_of(request),
            PersonId(identifier(request, "person")),
            PersonId(identifier(request, "reader")),
            roles_of(request),
        )
        return found(page)

    async def households(request: web.Request) -> Families:
        return found(await reading.families(school_of(request), roles_of(request)))

    async def helping(request: web.Request) -> list[AssistancePlan]:
        return await reading.helped(school_of(request), PersonId(identifier(request, "reader")))

    return (
        Query("/person", person),
        Query("/households", households),
        Query("/helping", helping),
    )


def custody_posts(reading: PersonReading, imports: RightsImports) -> Sequence[Query]:
    """POST /rights-imports?school&reader&roles&name (the file), /rights-exports,
    /family-codes/verify."""

    async def stage(request: web.Request) -> StagedRights:
        actor = Actor(person=PersonId(identifier(request, "reader")), roles=held(roles_of(request)))
        refused = decide_changer(actor)
        if refused:
            raise ProblemError(403, refused.code, refused.reason)
        body = await capped(request, LIMITS.archive)
        name = request.query.get("name", "")[:80]
        return await imports.stage(school_of(request), actor, body, name or "upload")

    async def export(request: web.Request) -> RightsExport:
        return found(await reading.export(decoded(await capped(request, BODY_CAP), AskExport)))

    async def verify(request: web.Request) -> FamilyMatch:
        asked = decoded(await capped(request, BODY_CAP), VerifyFamilyCode)
        match = await reading.verify(asked)
        if match is None:
            raise WRONG_CODE
        return match

    return (
        Query("/rights-imports", stage),
        Query("/rights-exports", export),
        Query("/family-codes/verify", verify),
    )


def roles_of(request: web.Request) -> tuple[str, ...]:
    """roles=office,teacher"""
    return tuple(role for role in request.query.get("roles", "").split(",") if role)


def held(roles: Sequence[str]) -> tuple[Role, ...]:
    try:
        return msgspec.convert(tuple(roles), tuple[Role, ...])
    except msgspec.ValidationError as error:
        raise bad_body(error, "bad_query") from None


def found(answer: T | None) -> T:
    if answer is None:
        raise NOT_FOUND
    return answer


def decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_body(error, "bad_request") from None


async def capped(request: web.Request, cap: int) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > cap:
            raise ProblemError(413, "body_too_large", f"At most {cap} bytes.")
    return bytes(body)
