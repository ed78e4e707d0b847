"""Messages that wait for a person."""

from schemas.api.operation import INCIDENT, Body, Operation, command


class HeldBody(Body, frozen=True, kw_only=True):
    """send: now; false: never."""

    send: bool


OPERATIONS: tuple[Operation, ...] = (
    command(
        "decideHeld",
        INCIDENT + "/held/{cause}",
        "Send a message that was too old to go out by itself, or drop it",
        HeldBody,
    ),
)
