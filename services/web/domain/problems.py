"""What a client is told when its request cannot be answered as asked."""

from schemas.replies import Problem, Values
from schemas.vocabulary import IncidentMode


class WebProblem(Exception):
    """Becomes problem+json in the API and a page with what to do elsewhere."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        values: Values | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code)
        self.problem = Problem(
            title=code.replace("_", " ").capitalize(),
            status=status,
            code=code,
            detail=detail,
            values=values or {},
            retry_after=retry_after,
        )


def not_found() -> WebProblem:
    """The one answer for what does not exist and for what is another school's."""
    return WebProblem(404, "not_found", "Nothing is here for this session.")


def no_session() -> WebProblem:
    """Nobody is signed in."""
    return WebProblem(401, "no_session", "Sign in first.")


def session_over(code: str) -> WebProblem:
    """The session has expired, was revoked, or was never ours."""
    return WebProblem(401, code, "This session no longer holds. Sign in again.")


def not_yours() -> WebProblem:
    """Signed in at this school, without the role that this needs."""
    return WebProblem(403, "role_missing", "Your role at this school does not allow this.")


def not_from_here(code: str) -> WebProblem:
    """A write that did not come from one of our own pages."""
    return WebProblem(403, code, "Writes come from Muster's own pages or with a bearer token.")


def sessions_loading() -> WebProblem:
    """Who has been signed out is not known yet: declarations and marks only."""
    return WebProblem(
        503, "sessions_loading", "Muster is starting. Ask again in a second.", retry_after=1.0
    )


def too_large(cap: int) -> WebProblem:
    """cap: bytes."""
    return WebProblem(
        413,
        "body_too_large",
        f"The body may have at most {cap} bytes.",
        values={"bytes": str(cap)},
    )


def no_answer() -> WebProblem:
    """The owner did not answer in time; the same op may be sent again."""
    return WebProblem(503, "no_answer", "No answer yet. Send the same op again.", retry_after=1.0)


def not_started_yet(mode: IncidentMode) -> WebProblem:
    """A declaration that is not known to be stored."""
    live = "NOT STARTED YET. Use the PA and call 911."
    drill = "NOT STARTED YET. Nobody was told."
    if mode == "live":
        return WebProblem(503, "not_started_yet", live, values={"mode": mode}, retry_after=0.5)
    return WebProblem(503, "not_started_yet", drill, retry_after=0.5)


def bad_form(field: str) -> WebProblem:
    """A form field that is missing or not one of the values allowed; never shows the value."""
    return WebProblem(
        400, "bad_form", f"{field} is missing or cannot be used.", values={"field": field}
    )
