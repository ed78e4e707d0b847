"""What goes wrong between services, each with a stable code and no value of the request."""

import re

import msgspec

from schemas.replies import Problem

CONTENT_TYPE = "application/problem+json"

_PATH = re.compile(r" - at `(\$[A-Za-z0-9_.\[\]]*)`$")
_MISSING = re.compile(r"^Object missing required field `([a-z0-9_]+)`")
_SHAPE = re.compile(r"^Expected [a-z0-9 |`,]+(?:[<>=]+ -?[\d.]+)?")


class ProblemError(Exception):
    """A request that cannot be answered as asked. status: HTTP. retry_after: seconds."""

    def __init__(
        self, status: int, code: str, detail: str = "", *, retry_after: float | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after = retry_after

    def problem(self) -> Problem:
        """The body that says so."""
        return Problem(
            title=self.code.replace("_", " ").capitalize(),
            status=self.status,
            code=self.code,
            detail=self.detail,
            retry_after=self.retry_after,
        )


class NotNow(Exception):
    """Nothing was decided, ask again: the server answers 503 with Retry-After."""

    code = "not_now"
    retry_after = 0.5


class Unavailable(Exception):
    """No answer from the other service: connection, time-out or 503. It may have happened."""

    def __init__(self, code: str, retry_after: float = 0.5) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


def bad_body(error: Exception, code: str = "bad_command") -> ProblemError:
    """A body that is not what it should be: names the field, never what was in it.

    error: what msgspec raised. Its text may quote the value or an unknown key, so only what
    comes from our own structs is taken out of it.
    """
    if not isinstance(error, msgspec.ValidationError):
        return ProblemError(400, code, "The body is not JSON.")
    text = str(error)
    path = _PATH.search(text)
    field = path[1] if path and not text.startswith("Object contains unknown") else "$"
    return ProblemError(400, code, f"{field}: {_fault(text)}.")


def _fault(text: str) -> str:
    if missing := _MISSING.match(text):
        return f"the field {missing[1]} is missing"
    if text.startswith("Object contains unknown field"):
        return "a field that is not known"
    if shape := _SHAPE.match(text):
        return shape[0].strip().lower()
    return "not one of the values allowed here"
