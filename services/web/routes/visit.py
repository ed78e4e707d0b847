"""One request, with who asks, where and in which language."""

import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec
from aiohttp import web

from schemas.identifiers import PersonId, SchoolId
from schemas.identity import Session
from schemas.vocabulary import Actor, Language, Role
from services.web.domain.forms import Fields, one
from services.web.domain.problems import bad_form, no_session, not_found

ENCODER = msgspec.json.Encoder()


class SeeOther(Exception):
    """The page is elsewhere; path: on this site."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(kw_only=True)
class Visit:
    """roles: held at `school`. cookie: the session came in a cookie, not as a bearer token.
    fields: of a posted form."""

    request: web.Request
    now: dt.datetime
    language: Language
    session: Session | None = None
    cookie: bool = False
    school: SchoolId | None = None
    roles: tuple[Role, ...] = ()
    fields: Fields = field(default_factory=dict)
    set_cookies: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def person(self) -> Session:
        """The session. Raises WebProblem no_session."""
        if self.session is None:
            raise no_session()
        return self.session

    @property
    def at(self) -> SchoolId:
        """The school of this request. Raises WebProblem not_found."""
        if self.school is None:
            raise not_found()
        return self.school

    @property
    def actor(self) -> Actor:
        now = self.now.timestamp()
        makers = tuple(who for who, until in self.person.made_by.items() if until > now)
        return Actor(
            person=PersonId(self.person.person),
            roles=self.roles,
            device=self.person.device,
            made_by=makers or msgspec.UNSET,
        )

    @property
    def path(self) -> Mapping[str, str]:
        return self.request.match_info

    def query(self, name: str) -> str:
        return self.request.query.get(name, "")[:400]

    def op(self) -> str:
        """The op that the posted form was drawn with. Raises WebProblem bad_form."""
        drawn = one(self.fields, "op")
        if not 8 <= len(drawn) <= 64:
            raise bad_form("op")
        return drawn

    def remember(self, name: str, value: str, seconds: int) -> None:
        """Set a cookie with the answer; seconds 0 removes it."""
        self.set_cookies.append((name, value, seconds))


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


def fresh_op() -> str:
    """An op id of our own, for a form that is being drawn."""
    return secrets.token_urlsafe(16)


def json(value: object, status: int = HTTPStatus.OK) -> web.Response:
    """msgspec's JSON of a struct or a list of structs."""
    return web.Response(body=ENCODER.encode(value), status=status, content_type="application/json")
