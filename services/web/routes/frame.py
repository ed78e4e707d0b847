"""What every page shows around its own matter: school, person, places to go, language."""

from typing import Any

from aiohttp import web

from schemas.identifiers import SchoolId
from schemas.identity import Session
from schemas.roster import School
from schemas.vocabulary import Role
from services.web.domain.access import DESK, STAFF, schools_of
from services.web.domain.language import NAMES, other
from services.web.domain.problems import WebProblem
from services.web.domain.revocation import RevocationBook
from services.web.handlers.reading import Reading
from services.web.handlers.sessions import Sessions
from services.web.routes import places
from services.web.routes.rendering import Templates
from services.web.routes.visit import Visit, fresh_op


class FormMark:
    """Drawn into each form of a page; every form gets an op of its own."""

    def __init__(self, token: str) -> None:
        self.token = token

    def next_op(self) -> str:
        return fresh_op()


class Frame:
    """Renders pages. sinks_url: what the demo "sent", "" where nothing is a demo."""

    def __init__(
        self,
        *,
        templates: Templates,
        reading: Reading,
        sessions: Sessions,
        revocations: RevocationBook,
        demo: bool,
        sinks_url: str,
    ) -> None:
        self._templates = templates
        self._reading = reading
        self._sessions = sessions
        self._revocations = revocations
        self._demo = demo
        self._sinks_url = sinks_url

    async def page(
        self, visit: Visit, template: str, status: int = 200, **context: Any
    ) -> web.Response:
        """The template with the frame's own context and the page's."""
        school = await self.school(visit)
        return self._templates.page(
            template,
            visit.language,
            {**self._around(visit, school), **context},
            status=status,
            zone=school.zone if school else "UTC",
        )

    async def school(self, visit: Visit) -> School | None:
        """The school of the visit; only its id when the roster cannot be asked."""
        if visit.school is None or not visit.school:
            return None
        try:
            return (await self._reading.roster(visit.school)).school
        except WebProblem:
            return School(id=SchoolId(visit.school), source_id="", name="")

    def _around(self, visit: Visit, school: School | None) -> dict[str, Any]:
        session = visit.session
        # Until it is known who was signed out, nobody's name is shown.
        named = session is not None and self._revocations.loaded
        held = set(visit.roles)
        return {
            "school": school,
            "session": session,
            "person_name": session.name if session is not None and named else "",
            "roles": visit.roles,
            "several_schools": session is not None and len(schools_of(session)) > 1,
            "nav": places.main(held, visit.request.path),
            "tabs": places.tabs(held, visit.request.path),
            "places": places.keys(held),
            "may_start": not (held or _anywhere(session)).isdisjoint(STAFF),
            "form": FormMark(self._sessions.form(session, visit.now)) if session else None,
            "now": visit.now,
            "path": visit.request.path,
            "other_language": other(visit.language),
            "other_language_name": NAMES[other(visit.language)],
            "keeps_desk": not held.isdisjoint(DESK),
            "demo": self._demo,
            "sinks_url": self._sinks_url,
        }


def _anywhere(session: Session | None) -> set[Role]:
    """Roles at any school, for pages that stand at none."""
    return {role for roles in session.roles.values() for role in roles} if session else set()
