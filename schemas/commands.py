"""What every command carries; the structs of each owner's commands extend it."""

import msgspec

from schemas.identifiers import OpId, SchoolId
from schemas.vocabulary import Actor


class Command(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """op_id: drawn by the client, idempotency key together with school and actor.

    actor: filled in by the calling service from a verified session, never by a browser.
    """

    op_id: OpId
    school: SchoolId
    actor: Actor
