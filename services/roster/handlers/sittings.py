"""How every command on the school's own facts is answered: once, in one transaction, then told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from schemas.commands import Command
from schemas.events import Event
from schemas.replies import Reply
from schemas.roster_rights import OwnFactChanged
from schemas.vocabulary import Actor
from services.roster.domain.custody.authority import decide_changer
from services.roster.domain.custody.facts import Change
from services.roster.domain.imports import Refused
from services.roster.ports.log import Clock, Log
from services.roster.ports.own_facts import OwnFactStore, Sitting


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What an act did. change None: nothing differs. event None: the change's usual one."""

    change: Change | None = None
    event: Event | None = None
    answer: msgspec.Struct | None = None


Outcome = Done | Refused
Act = Callable[[Sitting], Awaitable[Outcome]]


@dataclass(frozen=True, kw_only=True)
class Sittings:
    """Refuses by role, decides and writes in one sitting, then tells the log."""

    facts: OwnFactStore
    log: Log
    clock: Clock

    async def answer(
        self,
        command: Command,
        act: Act,
        *,
        allowed: Callable[[Actor], Refused | None] = decide_changer,
        summed: Callable[[Sequence[Change]], Event] | None = None,
    ) -> Reply:
        """The same command again changes nothing and gets the same answer.

        Written before the log tells of it, as in own_facts.py: whoever hears of a change must
        find it. Cut off in between, the same command tells what it wrote. summed: one event for
        all changes, of a command that makes thousands.
        """
        refused = allowed(command.actor)
        done = Done()
        changes: Sequence[Change] = ()
        if refused is None:
            async with self.facts.sitting(command, self.clock.now()) as sitting:
                if sitting.fresh:
                    outcome = await act(sitting)
                    if isinstance(outcome, Refused):
                        refused = outcome
                    else:
                        done = outcome
                        if done.change is not None:
                            await sitting.record(done.change)
                changes = () if refused else await sitting.written_before()
        told: list[Event] = [event_of(change) for change in changes]
        if summed is not None:
            told = [summed(changes)] if changes else []
        return await self.log.tell_facts(
            command,
            refused,
            [done.event] if done.event else told,
            contacts=any(change.contacts for change in changes),
            answer=done.answer,
        )


def event_of(change: Change) -> OwnFactChanged:
    """Ids and names of fields, never a value."""
    return OwnFactChanged(
        fact=change.fact, person=change.person, student=change.student, fields=change.fields
    )
