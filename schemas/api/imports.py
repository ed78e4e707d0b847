"""The history of roster imports, and taking one back."""

from schemas.api.bodies import EmptyBody
from schemas.api.operation import SCHOOL, Operation, command
from schemas.roster_import import ImportEntry

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "imports",
        "GET",
        SCHOOL + "/imports",
        "The newest imports, without the rows of what was found in them",
        reply=list[ImportEntry],
    ),
    Operation(
        "importEntry",
        "GET",
        SCHOOL + "/imports/{import}",
        "One import: how far it is, what it changes, all that was found in it",
        reply=ImportEntry,
    ),
    command(
        "undoImport",
        SCHOOL + "/imports/{import}/undo",
        "Take back the last import of its schools",
        EmptyBody,
    ),
)
