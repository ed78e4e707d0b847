"""The envelope of every event: CloudEvents 1.0 attributes plus Muster's own, structured JSON.

`data` stays raw until the registry has said which struct it is: an unknown type can be carried,
hashed and dead-lettered without being understood.
"""

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from schemas.identifiers import EventId, IncidentId, PersonId, SchoolId
from schemas.vocabulary import Mode

Instant = Annotated[dt.datetime, Meta(tz=True)]
"""An aware datetime; UTC on the wire."""


class Envelope(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="specversion",
    tag="1.0",
):
    """One event. The tag is CloudEvents' specversion, so that it is always written.

    source: "muster/<owner>". type: "<owner>.<event>.v<n>". time: of the decision, UTC.
    pos: gap-free per (owner, school). seq: gap-free per (owner, incident), 0 outside incidents.
    causation: id of the event that caused this one.
    """

    id: EventId
    source: str
    type: str
    time: Instant
    datacontenttype: str = "application/json"
    school: SchoolId
    incident: IncidentId | None = None
    pos: int
    seq: int = 0
    mode: Mode
    actor: PersonId
    device: str = "none"
    op_id: str = msgspec.field(name="opid")
    causation: EventId | None = None
    data: msgspec.Raw

    @property
    def owner(self) -> str:
        """The service that decided this event."""
        return self.source.partition("/")[2]


ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Envelope)


def decode(wire: bytes) -> Envelope:
    """The envelope of one event. Raises msgspec.DecodeError when it is none."""
    return _DECODER.decode(wire)


def encode(envelope: Envelope) -> bytes:
    """Compact JSON: the very bytes that are stored, hashed and published."""
    return ENCODER.encode(envelope)
