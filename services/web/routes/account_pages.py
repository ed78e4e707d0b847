"""Who may sign in: roles, one-time enrolment links, signing out a lost phone."""

import msgspec
import segno
from aiohttp import web
from markupsafe import Markup

from schemas.identity import LinkIssued
from schemas.vocabulary import Role
from services.web.domain.forms import needed
from services.web.domain.problems import bad_form
from services.web.handlers.reading import Reading
from services.web.handlers.writing import Writing
from services.web.routes.cookies import Place
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit

GIVEN: tuple[Role, ...] = (
    "teacher",
    "staff",
    "office",
    "principal",
    "administrator",
    "sro",
    "it",
    "screen",
)


class AccountPages:
    """Asks identity; a link is shown once and never again."""

    def __init__(self, *, frame: Frame, reading: Reading, writing: Writing, place: Place) -> None:
        self._frame = frame
        self._reading = reading
        self._writing = writing
        self._place = place

    async def page(self, visit: Visit) -> web.StreamResponse:
        accounts = await self._reading.accounts(visit.at)
        return await self._frame.page(
            visit,
            "accounts.html",
            accounts=sorted(accounts, key=lambda a: a.name),
            given=GIVEN,
        )

    async def link(self, visit: Visit) -> web.StreamResponse:
        person = needed(visit.fields, "person")
        reply = await post(self._writing, visit, "issueLink", {"person": person})
        issued = msgspec.json.decode(reply.answer or b"", type=LinkIssued)
        url = f"{self._place.origin(visit.request)}/enroll#{issued.code}"
        return await self._frame.page(
            visit,
            "account_link.html",
            url=url,
            expires=issued.expires,
            name=needed(visit.fields, "name"),
            qr=drawn(url),
        )

    async def roles(self, visit: Visit) -> web.StreamResponse:
        roles = tuple(role for role in GIVEN if role in visit.fields.get("role", ()))
        body = {"person": needed(visit.fields, "person"), "roles": roles}
        await post(self._writing, visit, "grantRoles", body)
        raise SeeOther("/accounts")

    async def revoke(self, visit: Visit) -> web.StreamResponse:
        await post(self._writing, visit, "revoke", {"person": needed(visit.fields, "person")})
        raise SeeOther("/accounts")

    async def create(self, visit: Visit) -> web.StreamResponse:
        login = needed(visit.fields, "login")
        if not 3 <= len(login) <= 120:
            raise bad_form("login")
        body = {"person": visit.op(), "name": needed(visit.fields, "name"), "login": login}
        await post(self._writing, visit, "createAccount", body)
        raise SeeOther("/accounts")


def drawn(url: str) -> Markup:
    """The URL as a QR code, black on white whatever the scheme: cameras need it so."""
    code = segno.make(url, error="m")
    # segno writes the SVG itself and escapes nothing of ours but the modules it draws.
    return Markup(code.svg_inline(scale=6, dark="#000", light="#fff", omitsize=True))  # noqa: S704
