"""What a row of the route table says."""

from dataclasses import dataclass
from typing import Literal

from services.web.domain.access import Access
from services.web.routes.visit import Handler

KIB = 1024
SMALL = 64 * KIB


@dataclass(frozen=True, kw_only=True)
class Row:
    """early: open before revocations are known. cap: bytes of a body.

    guard "form": a posted form carries our signed mark. "origin": only the Origin is checked
    (nothing is at stake but this browser's own session). "stream": the handler reads the body
    and checks the mark itself.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    handle: Handler
    access: Access
    early: bool = False
    cap: int = SMALL
    guard: Literal["form", "origin", "stream"] = "form"

    @property
    def api(self) -> bool:
        return self.path.startswith("/api/")


def page(path: str, access: Access, handle: Handler, *, early: bool = False) -> Row:
    """A page that is only read."""
    return Row(method="GET", path=path, handle=handle, access=access, early=early)


def form(
    path: str,
    access: Access,
    handle: Handler,
    *,
    guard: Literal["form", "origin", "stream"] = "form",
    early: bool = False,
) -> Row:
    """A form of ours, posted."""
    return Row(method="POST", path=path, handle=handle, access=access, guard=guard, early=early)
