"""One table of every write: operation → owner → command. Bodies carry no actor and no school."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from schemas import (
    accountability,
    identity,
    incident,
    notifier,
    roster,
    roster_day_facts,
    roster_pages,
    roster_pull,
    roster_rights,
    roster_site,
)
from schemas.commands import Command
from schemas.identifiers import SchoolId
from schemas.roster_import import UndoImport
from schemas.vocabulary import Actor

OwnerName = Literal["incident", "accountability", "roster", "notifier", "identity"]

PATIENCE = 1.5
"""Seconds. A declaration that is not known to be stored must say so within 2 s."""

APPLYING = 120.0
"""Seconds. A district's roster is merged school by school in one transaction."""


RECORDING = 15.0
"""Seconds. A whole school's attendance in one file."""


@dataclass(frozen=True)
class Write:
    """path: part of the URL → field of the command. patience: seconds until it says no answer."""

    operation: str
    owner: OwnerName
    command: type[Command]
    path: Mapping[str, str] = field(default_factory=dict)
    patience: float = PATIENCE


_AT = {"incident": "incident"}
_VISIT = {"visit": "visit"}

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
        Write("decideHeld", "notifier", notifier.DecideHeld, {**_AT, "cause": "cause"}),
        Write("applyImport", "roster", roster.ApplyImport, {"import": "import_id"}, APPLYING),
        Write("pullNow", "roster", roster_pull.PullNow, {"source": "source"}),
        Write("applyPhotos", "roster", roster_pull.ApplyPhotos, {"photos": "photos"}, APPLYING),
        Write("removePhoto", "roster", roster_pull.RemovePhoto, {"person": "person"}),
        Write("undoImport", "roster", UndoImport, {"import": "import_id"}, APPLYING),
        Write("createToken", "identity", identity.CreateToken),
        Write("signInVisitor", "roster", roster_site.SignIn),
        Write("signOutVisitor", "roster", roster_site.SignOut, _VISIT),
        Write("decideVisit", "roster", roster_site.DecideVisit, _VISIT),
        Write("recordSubstitute", "roster", roster_site.RecordSubstitute),
        Write("confirmSchool", "roster", roster_site.ConfirmSchool),
        # pages only
        Write("signOutByCode", "roster", roster_site.SignOut),
        Write("recordFlagged", "roster", roster_site.RecordFlagged),
        Write("liftFlagged", "roster", roster_site.LiftFlagged),
        Write("openKiosk", "roster", roster_site.OpenKiosk),
        Write("leaveKiosk", "roster", roster_site.LeaveKiosk),
        Write("endKiosk", "roster", roster_site.EndKiosk),
        Write("endSubstitute", "roster", roster_site.EndSubstitute),
        Write("issueDayCode", "roster", roster_site.IssueDayCode),
        Write("rotateRoomFolder", "roster", roster_site.RotateRoomFolder),
        Write("markItinerant", "roster", roster_site.MarkItinerant),
        Write("setSitePolicy", "roster", roster_site.SetSitePolicy),
        # the school's own facts
        Write("setRights", "roster", roster_rights.SetRights),
        Write("recordConsent", "roster", roster_rights.RecordConsent),
        Write("setApart", "roster", roster_rights.SetApart),
        Write("proposeLift", "roster", roster_rights.ProposeLift),
        Write("approveLift", "roster", roster_rights.ApproveLift, {"proposal": "proposal"}),
        Write("setSpeaks", "roster", roster_rights.SetSpeaks, {"person": "person"}),
        Write("setLanguage", "roster", roster.SetLanguage, {"person": "person"}),
        Write("setGuardian", "roster", roster_rights.SetGuardian),
        Write("endGuardian", "roster", roster_rights.EndGuardian, {"guardian": "guardian"}),
        Write("setPlan", "roster", roster_rights.SetPlan, {"person": "student"}),
        Write("addDevice", "roster", roster_rights.AddDevice, {"person": "person"}),
        Write("removeDevice", "roster", roster_rights.RemoveDevice, {"device": "device"}),
        Write("issueFamilyCode", "roster", roster_rights.IssueFamilyCode, {"person": "guardian"}),
        Write("revokeFamilyCode", "roster", roster_rights.RevokeFamilyCode, {"code": "code_id"}),
        # pages only
        Write(
            "applyRightsImport",
            "roster",
            roster_rights.ApplyRightsImport,
            {"import": "import_id"},
            APPLYING,
        ),
        Write("setSchool", "roster", roster.SetSchool),
        Write("setSource", "roster", roster_pull.SetSource),
        Write("removeSource", "roster", roster_pull.RemoveSource),
        Write("setPaper", "roster", roster_pages.SetPaper),
        Write("setBellSchedules", "roster", roster_day_facts.SetBellSchedules),
        Write("setCalendar", "roster", roster_day_facts.SetCalendar),
        Write("setCalendarDays", "roster", roster_day_facts.SetCalendarDays),
        Write("setRooms", "roster", roster_day_facts.SetRooms),
        Write("setCampus", "roster", roster_day_facts.SetCampus),
        Write(
            "recordAttendance",
            "roster",
            roster_day_facts.RecordAttendance,
            patience=RECORDING,
        ),
        Write("takeBackAttendance", "roster", roster_day_facts.TakeBackAttendance),
        Write("setGroup", "roster", roster_day_facts.SetGroup),
        Write("removeGroup", "roster", roster_day_facts.RemoveGroup),
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
