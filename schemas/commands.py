"""What every command carries; the structs of each owner's commands extend it."""

from typing import Annotated

import msgspec
from msgspec import Meta

from schemas.identifiers import OpId, SchoolId
from schemas.vocabulary import Actor

CommandSchool = Annotated[SchoolId, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}$")]
"""It becomes one word of a subject and a row's key. "": the installation, at identity only."""


class Command(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """op_id: drawn by the client, idempotency key together with school and actor.

    actor: filled in by the calling service from a verified session, never by a browser.
    """

    op_id: OpId
    school: CommandSchool
    actor: Actor
