"""Identifiers: what they look like and how the derived ones are made.

Every identifier on the wire is text. Derived ones are UUIDv5, so that an id is known before
the commit and the same command always yields the same ids.
"""

import hmac
import uuid
from typing import Annotated, NewType

from msgspec import Meta

SchoolId = NewType("SchoolId", str)
IncidentId = NewType("IncidentId", str)
ActionId = NewType("ActionId", str)
PersonId = NewType("PersonId", str)
ClassId = NewType("ClassId", str)
EventId = NewType("EventId", str)
RoomKey = NewType("RoomKey", str)
"""Where a screen counts a student: a class's id, or "@reason/place" of those without a class."""

OpId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
"""Drawn by the client; the same op_id with the same body is the same act."""

DeviceId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""Drawn by a device together with its counter, anew when its storage is lost."""

_NAMESPACE = uuid.UUID("5c3ef4b6-6b0c-5f3e-9f0e-9d1f6a1c7b52")


def _derive(*parts: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(parts)))


def event_id(owner: str, school: str, actor: str, op_id: str, kind: str, index: int) -> EventId:
    """Id of the index-th event that one op of one actor causes at one owner."""
    return EventId(_derive("event", owner, school, actor, op_id, kind, str(index)))


def incident_id(school: str, actor: str, op_id: str) -> IncidentId:
    """Id of the incident that a declaration opens."""
    return IncidentId(_derive("incident", school, actor, op_id))


def action_id(school: str, actor: str, op_id: str) -> ActionId:
    """Id of the action that a declaration or an added action starts."""
    return ActionId(_derive("action", school, actor, op_id))


def proposal_id(school: str, actor: str, op_id: str) -> str:
    """Id of a proposal that waits for a second person."""
    return _derive("proposal", school, actor, op_id)


def attendance_id(school: str, actor: str, op_id: str, index: int) -> str:
    """Id of the index-th attendance mark of one op."""
    return _derive("attendance", school, actor, op_id, str(index))


def keyed_id(key: bytes, kind: str, source_id: str) -> str:
    """Id of a roster thing: stable over imports, unguessable without the installation's key.

    kind: "school" | "person" | "class". source_id: the OneRoster sourcedId.
    """
    # By hand what uuid.UUID(version=4) does: a district derives a hundred thousand at a time.
    digest = hmac.digest(key, f"{kind}\x1f{source_id}".encode(), "sha256").hex()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"
