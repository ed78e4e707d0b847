"""A posted form becomes a command, with the op that the form was drawn with."""

from collections.abc import Mapping
from typing import Any

from schemas.replies import Reply
from services.web.handlers.writing import Writing
from services.web.routes.api_school import accepted
from services.web.routes.visit import Visit


async def post(
    writing: Writing,
    visit: Visit,
    operation: str,
    body: Mapping[str, Any],
    path: Mapping[str, str] | None = None,
) -> Reply:
    """The owner's answer. Raises WebProblem, also when the owner refused."""
    return accepted(
        await writing.send(
            operation,
            op_id=visit.op(),
            school=visit.at,
            actor=visit.actor,
            path=visit.path if path is None else path,
            body=body,
        )
    )
