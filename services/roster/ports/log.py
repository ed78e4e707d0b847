"""The roster's own log, and the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

import msgspec

from schemas.commands import Command
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.vocabulary import Actor
from services.roster.domain.imports import Refused


class Clock(Protocol):
    def now(self) -> dt.datetime: ...


class Log(Protocol):
    """The roster's own log."""

    async def announce(self, school: SchoolId, version: int, actor: Actor) -> None:
        """Tells of a version that holds, once."""
        ...

    async def tell_change(
        self, command: Command, refused: Refused | None, event: Event | None = None
    ) -> Reply:
        """Answers a command, and tells of the change when it was not refused.

        event: None tells that contacts changed (RightsChanged).
        """
        ...

    async def tell_also(self, command: Command, school: SchoolId, event: Event) -> None:
        """Tells another school of what a command at one school changed for it."""
        ...

    async def tell_facts(
        self,
        command: Command,
        refused: Refused | None,
        events: Sequence[Event] = (),
        *,
        contacts: bool = False,
        answer: msgspec.Struct | None = None,
    ) -> Reply:
        """Answers a command on own facts. contacts: tell also that messages reach others now."""
        ...
