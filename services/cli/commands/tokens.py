"""`muster token …`: bearer tokens for the HTTP API."""

import asyncio
import os

import msgspec

from schemas.identity import CreateToken, SessionReply
from schemas.vocabulary import Role
from services.cli.commands.schools import choose_school
from services.cli.connection import OPERATOR, accepted, connect, new_op
from services.cli.errors import CommandError
from services.cli.installation import find_running
from services.cli.output import print_json


class CreatedToken(msgspec.Struct, frozen=True, kw_only=True):
    """What `muster token create --json` prints. url: the API's; expires: Unix seconds."""

    token: str
    role: Role
    school: str
    expires: int
    url: str


def create_token(
    *, role: Role, school: str | None = None, days: int = 90, json: bool = False
) -> None:
    """Create a bearer token for the HTTP API at one school. It is shown this once.

    Parameters
    ----------
    role
        What the token may do.
    school
        The school's id; the only school when there is one.
    days
        Until it ends by itself, 1 to 400.
    json
        Print {"token", "role", "school", "expires", "url"}.
    """
    created = asyncio.run(_create(role, school, days))
    if json:
        print_json(created)
    else:
        print(created.token)


async def _create(role: Role, wanted: str | None, days: int) -> CreatedToken:
    installation, running = find_running(os.environ)
    async with connect(installation, running) as services:
        school = choose_school(await services.schools(), wanted)
        command = CreateToken(
            op_id=new_op(), school=school.id, actor=OPERATOR, role=role, days=days
        )
        reply = await accepted(services.identity, command)
    if reply.answer is None:
        raise CommandError("no_answer", "The token was not told; create another.")
    issued = msgspec.json.decode(reply.answer, type=SessionReply)
    return CreatedToken(
        token=issued.token,
        role=role,
        school=school.id,
        expires=issued.session.exp,
        url=running.url,
    )
