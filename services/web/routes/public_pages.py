"""What families read: the general statement, in every language at once, asking for nothing."""

from aiohttp import web

from services.web.handlers.statements import Statements
from services.web.routes.rendering import Templates
from services.web.routes.visit import Visit


class PublicPages:
    """No session, no script, no form; a mail scanner that opens the link changes nothing."""

    def __init__(self, *, templates: Templates, statements: Statements) -> None:
        self._templates = templates
        self._statements = statements

    async def statement(self, visit: Visit) -> web.StreamResponse:
        published = await self._statements.published(visit.path["statement"], visit.now)
        answer = self._templates.page(
            "statement.html",
            visit.language,
            {
                "school": published.school,
                "statement": published.statement,
                "replaces": published.replaces,
                "texts": {text.language: text for text in published.statement.texts},
            },
            zone=published.school.zone,
        )
        answer.headers["Cache-Control"] = "public, max-age=5"
        return answer
