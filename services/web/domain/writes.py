"""One table of every write: operation → owner → command. Bodies carry no actor and no school."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from schemas import accountability, identity, incident, notifier, roster
from schemas.commands import Command
from schemas.identifiers import SchoolId
from schemas.roster_import import UndoImport
from schemas.vocabulary import Actor

OwnerName = Literal["incident", "accountability", "roster", "notifier", "identity"]

PATIENCE = 1.5
"""Seconds. A declaration that is not known to be stored must say so within 2 s."""

APPLYING = 120.0
"""Seconds. A district's roster is merged school by school in one transaction."""


@dataclass(frozen=True)
class Write:
    """path: part of the URL → field of the command. patience: seconds until it says no answer."""

    operation: str
    owner: OwnerName
    command: type[Command]
    path: Mapping[str, str] = field(default_factory=dict)
    patience: float = PATIENCE


_AT = {"incident": "incident"}

WRITES: dict[str, Write] = {
    write.operation: write
    for write in (
        Write("declare", "incident", incident.Declare),
        Write("addAction", "incident", incident.AddAction, _AT),
        Write("changeAction", "incident", incident.ChangeAction, _AT),
        Write("addNote", "incident", incident.AddNote, _AT),
        Write("recordCall", "incident", incident.RecordCall, _AT),
        Write("setEvidence", "incident", incident.SetEvidence, _AT),
        Write("openRoom", "incident", incident.OpenRoom, _AT),
        Write("close", "incident", incident.Close, _AT),
        Write("correct", "incident", incident.Correct, _AT),
        Write("approve", "incident", incident.Approve, _AT),
        Write("account", "accountability", accountability.Account, _AT),
        Write("openClass", "accountability", accountability.OpenClass, _AT),
        Write(
            "approveStatement",
            "notifier",
            notifier.ApproveStatement,
            {**_AT, "statement": "statement"},
        ),
        Write("applyImport", "roster", roster.ApplyImport, {"import": "import_id"}, APPLYING),
        Write("undoImport", "roster", UndoImport, {"import": "import_id"}, APPLYING),
        Write("createToken", "identity", identity.CreateToken),
        # pages only
        Write("setSchool", "roster", roster.SetSchool),
        Write("createAccount", "identity", identity.CreateAccount),
        Write("grantRoles", "identity", identity.GrantRoles),
        Write("issueLink", "identity", identity.IssueLink),
        Write("revoke", "identity", identity.Revoke),
    )
}


def command_of(
    write: Write,
    *,
    op_id: str,
    school: SchoolId,
    actor: Actor,
    path: Mapping[str, str],
    body: Mapping[str, Any],
) -> Command:
    """The command. body: the fields of the operation's body struct.

    The phone draws its device id together with its counter, so a body's own device counts.
    """
    fields = dict(body)
    if "device" in fields:
        actor = msgspec.structs.replace(actor, device=fields.pop("device"))
    fields |= {name: path[part] for part, name in write.path.items()}
    return write.command(op_id=op_id, school=school, actor=actor, **fields)
