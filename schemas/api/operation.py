"""One operation of the HTTP API, and what all of them share."""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from schemas.replies import Reply


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request body; unknown fields are refused."""


@dataclass(frozen=True)
class Operation:
    """One operation. idempotent_by_key: needs Idempotency-Key. open: needs no session.

    raw_body, raw_reply: media type of what is no JSON.
    """

    name: str
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    summary: str
    body: type[Any] | None = None
    reply: Any = None
    status: int = 200
    query: tuple[str, ...] = ()
    idempotent_by_key: bool = False
    open: bool = False
    raw_body: str = ""
    raw_reply: str = ""


SCHOOL = "/api/v1/schools/{school}"
INCIDENT = SCHOOL + "/incidents/{incident}"


def command(name: str, path: str, summary: str, body: type[Any]) -> Operation:
    return Operation(name, "POST", path, summary, body, Reply, idempotent_by_key=True)
