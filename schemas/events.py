"""What the data of every event is; the structs of each owner's events extend it."""

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """Data of an event. The tag "<owner>.<event>.v<n>" is the event's type."""
