"""Who may keep sources, and which: pure decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_pull import PullNow, PullResult, RemoveSource, RestVersion, SetSource
from schemas.vocabulary import SYSTEM, Actor, Role
from services.roster.domain.imports import Refused
from services.roster.domain.pulling.address import decide_url, origin

MAY_KEEP: Final[frozenset[Role]] = frozenset({"it", "principal", "administrator"})
PULLER: Final = Actor(person=PersonId("pull"), roles=("it",), device="pull")
"""Who applies a pull that is applied by itself."""

SourceCommand = SetSource | RemoveSource | PullNow
UNKNOWN: Final = Refused("unknown_source", "This source does not exist any more.")


class KnownSource(msgspec.Struct, frozen=True, kw_only=True):
    """A source as it is stored; its secret stays encrypted until a pull needs it."""

    source: str
    name: str
    base_url: str
    token_url: str
    client_id: str
    secret: str
    scopes: tuple[str, ...]
    version: RestVersion
    schools: tuple[SchoolId, ...]
    hour: int | None
    every_hours: int | None
    apply: bool
    changes_only: bool
    created_at: dt.datetime
    started_at: dt.datetime | None = None
    since: dt.datetime | None = None
    full_at: dt.datetime | None = None
    asked_op: str = ""
    failures: int = 0
    last: PullResult | None = None


def decide_keeper(actor: Actor) -> Refused | None:
    """A source holds a secret of the district: IT and those above the office keep it."""
    if actor == SYSTEM or not MAY_KEEP.isdisjoint(actor.roles):
        return None
    return Refused("not_allowed", "Only IT or an administrator keeps the sources of the roster.")


def reaches(command: SourceCommand, schools: Collection[SchoolId]) -> Refused | None:
    """All the schools of a source are the actor's, or the source is not theirs to touch."""
    if command.actor.person == SYSTEM.person:
        return None
    if {command.school, *command.also}.issuperset(schools):
        return None
    return Refused("other_school", "This source changes a school where you have no role.")


def decide_set(
    command: SetSource,
    *,
    known: Collection[SchoolId],
    stored: KnownSource | None,
    allowed_hosts: Collection[str],
) -> Refused | None:
    refused = decide_keeper(command.actor) or reaches(command, command.schools)
    if refused is None and stored is not None:
        refused = reaches(command, stored.schools)
    if refused is not None:
        return refused
    if not set(command.schools) <= set(known):
        return Refused("unknown_school", "One of the schools does not exist.")
    if (command.hour is None) == (command.every_hours is None):
        return Refused("bad_schedule", "Choose an hour of the day, or a number of hours.")
    return (
        decide_url(command.base_url, allowed_hosts)
        or decide_url(command.token_url, allowed_hosts)
        or decide_secret(command, stored)
    )


def decide_secret(command: SetSource, stored: KnownSource | None) -> Refused | None:
    """A stored secret never goes to an address, or for a client, that it was not entered for."""
    if command.secret:
        return None
    if stored is None:
        return Refused("secret_needed", "Enter the client secret of the student system.")
    heard = (origin(stored.token_url), origin(stored.base_url), stored.client_id)
    if heard == (origin(command.token_url), origin(command.base_url), command.client_id):
        return None
    return Refused("secret_needed", "The address or client changed: enter the secret again.")
