"""Commands between services: HTTP, msgspec JSON, signed service tokens, problems with codes."""

from services.chassis.commands.client import ServiceClient, open_session
from services.chassis.commands.problems import (
    NotNow,
    ProblemError,
    Unavailable,
    bad_body,
)
from services.chassis.commands.server import (
    Query,
    Route,
    build_app,
    identifier,
    number,
    school_of,
)
from services.chassis.commands.tokens import BadToken, Tokens, derive

__all__ = [
    "BadToken",
    "NotNow",
    "ProblemError",
    "Query",
    "Route",
    "ServiceClient",
    "Tokens",
    "Unavailable",
    "bad_body",
    "build_app",
    "derive",
    "identifier",
    "number",
    "open_session",
    "school_of",
]
