"""One table: event → struct → owner → followers → retention → personal-data class.

Start here to follow an event: its row names who decides it and who acts on it.
"""

from dataclasses import dataclass
from typing import Literal

import msgspec

from schemas import (
    accountability,
    identity,
    incident,
    notifier,
    roster,
    roster_day,
    roster_day_facts,
    roster_pages,
    roster_pull,
    roster_rights,
    roster_site,
)
from schemas.envelope import Envelope
from schemas.events import Event

Retention = Literal["while_school_exists", "incident_plus_7_years", "session_lifetime"]
PersonalData = Literal["none", "ids", "ids_and_free_text"]


@dataclass(frozen=True)
class EventRow:
    """owner decides it; each of followers acts on it."""

    struct: type[Event]
    owner: str
    followers: tuple[str, ...]
    retention: Retention
    personal_data: PersonalData

    @property
    def type(self) -> str:
        """ "<owner>.<event>.v<n>", the struct's tag."""
        return str(self.struct.__struct_config__.tag)


def _row(
    struct: type[Event], followers: str, retention: Retention, personal_data: PersonalData
) -> EventRow:
    owner = str(struct.__struct_config__.tag).partition(".")[0]
    return EventRow(struct, owner, tuple(followers.split()), retention, personal_data)


_KEEP: Retention = "incident_plus_7_years"

ROWS: tuple[EventRow, ...] = (
    # incident
    _row(incident.Declared, "accountability board notifier roster", _KEEP, "ids"),
    _row(incident.Joined, "board", _KEEP, "ids"),
    _row(incident.ActionAdded, "board notifier", _KEEP, "ids"),
    _row(incident.ActionChanged, "board notifier", _KEEP, "ids"),
    _row(incident.NoteAdded, "board", _KEEP, "ids_and_free_text"),
    _row(incident.CallRecorded, "board", _KEEP, "ids_and_free_text"),
    _row(incident.EvidenceSet, "board", _KEEP, "ids"),
    _row(incident.RoomOpened, "board", _KEEP, "ids_and_free_text"),
    _row(incident.Proposed, "board", _KEEP, "ids"),
    _row(incident.Corrected, "board notifier", _KEEP, "ids"),
    _row(incident.Closed, "accountability board notifier roster", _KEEP, "ids"),
    _row(incident.DrillStopped, "accountability board roster", _KEEP, "ids"),
    # accountability
    _row(accountability.Opened, "board", _KEEP, "ids"),
    _row(accountability.ClassOpened, "board", _KEEP, "ids"),
    _row(accountability.Observed, "board incident", _KEEP, "ids_and_free_text"),
    _row(accountability.Ended, "board incident", _KEEP, "none"),
    # roster
    _row(
        roster.Imported,
        "accountability incident board notifier identity web",
        "while_school_exists",
        "none",
    ),
    _row(roster.RightsChanged, "notifier", "while_school_exists", "none"),
    # Read over HTTP by the pages that show them: nobody acts on these.
    _row(roster_pull.SourceChanged, "", "while_school_exists", "none"),
    _row(roster_pull.PhotosChanged, "", "while_school_exists", "none"),
    _row(roster_site.SiteChanged, "", "while_school_exists", "ids"),
    _row(roster_pages.PaperSet, "", "while_school_exists", "none"),
    _row(roster_day.DayChanged, "accountability web", "while_school_exists", "ids"),
    _row(roster_day_facts.DayPlanned, "web", "while_school_exists", "none"),
    # roster, the school's own facts; contacts that changed are told by RightsChanged beside them
    _row(roster_rights.OwnFactChanged, "", "while_school_exists", "ids"),
    _row(roster_rights.OwnFactsImported, "", "while_school_exists", "none"),
    _row(roster_rights.LiftProposed, "", "while_school_exists", "ids"),
    _row(roster_rights.LiftApproved, "", "while_school_exists", "ids"),
    # identity
    _row(identity.SessionRevoked, "web board", "session_lifetime", "ids"),
    _row(identity.PersonRevoked, "web board", "session_lifetime", "ids"),
    _row(identity.RolesChanged, "web board", "while_school_exists", "ids"),
    # notifier
    _row(notifier.StatementDrafted, "board", _KEEP, "ids_and_free_text"),
    _row(notifier.StatementApproved, "board", _KEEP, "ids_and_free_text"),
    _row(notifier.AlertQueued, "board", _KEEP, "none"),
    _row(notifier.MessageHeld, "board", _KEEP, "none"),
    _row(notifier.HeldDecided, "board", _KEEP, "ids"),
    _row(notifier.DeliveryCounted, "board", _KEEP, "none"),
)

BY_TYPE: dict[str, EventRow] = {row.type: row for row in ROWS}

_DECODERS: dict[str, msgspec.json.Decoder[Event]] = {
    row.type: msgspec.json.Decoder(row.struct) for row in ROWS
}


class UnknownEvent(Exception):
    """The event's type is in no row; a follower dead-letters it."""


def event_type(struct: type[Event]) -> str:
    """The type of an event's envelope: the struct's tag."""
    return str(struct.__struct_config__.tag)


def data_of(envelope: Envelope) -> Event:
    """The envelope's data as its struct. Raises UnknownEvent, msgspec.DecodeError."""
    decoder = _DECODERS.get(envelope.type)
    if decoder is None:
        raise UnknownEvent(envelope.type)
    return decoder.decode(envelope.data)


def subject(lane: Literal["now", "log"], envelope: Envelope) -> str:
    """ "{lane}.{mode}.{school}.{owner}.{event}", the only place where subjects are made."""
    owner, event, _version = envelope.type.split(".")
    return f"{lane}.{envelope.mode}.{envelope.school}.{owner}.{event}"
