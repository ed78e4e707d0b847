"""The other services as the command line sees them: the same HTTP, a service token of its own."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache

from schemas.commands import Command
from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster import School
from schemas.vocabulary import SYSTEM, Actor
from services.chassis.clock import SystemClock
from services.chassis.commands import (
    ProblemError,
    ServiceClient,
    Tokens,
    Unavailable,
    open_session,
)
from services.cli.errors import CommandError
from services.cli.installation import Installation, Running

INSTALLATION = SchoolId("")
OPERATOR = Actor(person=SYSTEM.person, roles=("administrator",), device="cli")
"""Whoever can read the secrets on its own machine acts as the installation; device says how."""

EXIT_REFUSED = 2


class Services:
    """Clients of the services that the command line talks to."""

    def __init__(self, client: Callable[[str], ServiceClient]) -> None:
        self._client = client

    @property
    def identity(self) -> ServiceClient:
        """People who sign in."""
        return self._client("identity")

    @property
    def roster(self) -> ServiceClient:
        """Schools, their people, imports."""
        return self._client("roster")

    async def schools(self) -> list[School]:
        """Every school of the installation."""
        return await self.roster.get("/schools", list[School])


@asynccontextmanager
async def connect(installation: Installation, running: Running) -> AsyncIterator[Services]:
    """Clients for a running installation; what goes wrong in the block becomes a CommandError."""
    tokens = Tokens(installation.service_key_file.read_text().strip())
    clock = SystemClock(running.clock)
    async with open_session() as session:

        @cache
        def client(service: str) -> ServiceClient:
            url = running.services[service]
            return ServiceClient(caller="cli", url=url, tokens=tokens, clock=clock, session=session)

        try:
            yield Services(client)
        except Unavailable as error:
            raise CommandError(
                "unavailable", f"A service does not answer ({error.code}); try `muster status`."
            ) from error
        except ProblemError as error:
            raise CommandError(error.code, error.detail, exit_code=EXIT_REFUSED) from error


async def accepted(client: ServiceClient, command: Command, *, timeout: float = 5.0) -> Reply:
    """Send a command and insist: a refusal becomes a CommandError with its code and reason."""
    reply = await client.send(command, timeout=timeout)
    if reply.status == "refused":
        raise CommandError(reply.code, reply.reason, exit_code=EXIT_REFUSED)
    return reply


def new_op() -> str:
    """An op_id for one act of a person at the command line."""
    return uuid.uuid4().hex
