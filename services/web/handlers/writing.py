"""Every write: build the command from what the session proves, ask its owner, tell the answer."""

from collections.abc import Mapping
from typing import Any

from schemas.identifiers import SchoolId
from schemas.incident import Declare
from schemas.replies import Reply
from schemas.vocabulary import Actor
from services.web.domain.problems import no_answer, not_started_yet
from services.web.domain.writes import WRITES, Write, command_of
from services.web.handlers.asking import until_answered
from services.web.ports import NoAnswer, Owner, Owners


class Writing:
    """Sends commands to their owners."""

    def __init__(self, owners: Owners) -> None:
        self._owners = owners

    async def send(
        self,
        operation: str,
        *,
        op_id: str,
        school: SchoolId,
        actor: Actor,
        path: Mapping[str, str],
        body: Mapping[str, Any],
    ) -> Reply:
        """The owner's answer. Raises WebProblem: no_answer, not_started_yet, the owner's own."""
        write = WRITES[operation]
        command = command_of(write, op_id=op_id, school=school, actor=actor, path=path, body=body)
        try:
            return await until_answered(self._owner(write), command, write.patience)
        except NoAnswer as error:
            if isinstance(command, Declare):
                raise not_started_yet(command.mode) from error
            raise no_answer() from error

    def _owner(self, write: Write) -> Owner:
        match write.owner:
            case "incident":
                return self._owners.incident
            case "accountability":
                return self._owners.accountability
            case "roster":
                return self._owners.roster
            case "notifier":
                return self._owners.notifier
            case "identity":
                return self._owners.identity
