"""The five owners in memory, behind web's ports: enough to drive every page without servers.

They answer like the real ones where web depends on it: same op, same answer; refusals carry
codes; an owner that is `away` does not answer.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterable, Callable
from typing import Any, TypeVar

import msgspec

from schemas import accountability, identity, incident, notifier, roster, roster_site
from schemas.commands import Command
from schemas.identifiers import (
    ActionId,
    PersonId,
    SchoolId,
    action_id,
    incident_id,
    proposal_id,
)
from schemas.replies import Reply, StateReply
from schemas.roster_import import UndoImport
from schemas.roster_pages import PrintPaper, SetPaper
from services.web.domain.announcement import directive
from services.web.ports import NoAnswer, Refused
from tests.fakes.days import FakeDays
from tests.fakes.imports import FakeImports
from tests.fakes.pulls import FakePulls
from tests.fakes.roster_pages import PagesFake

T = TypeVar("T")
Now = Callable[[], dt.datetime]


class FakeOwner:
    """away: behaves like a process that is down. late: answers get lost that many times.

    takes: seconds that a command needs; who has less patience gets no answer. refusing: what
    every command is answered.
    """

    def __init__(self, now: Now) -> None:
        self.now = now
        self.away = False
        self.late = 0
        self.takes = 0.0
        self.refusing: Reply | None = None
        self.sent: list[Command] = []
        self._answers: dict[tuple[str, str, str], Reply] = {}

    async def send(self, command: Command, patience: float) -> Reply:
        self._here()
        if self.takes > patience:
            raise NoAnswer("timeout")
        self.sent.append(command)
        key = (command.school, command.actor.person, command.op_id)
        if key not in self._answers:
            self._answers[key] = self.refusing or self.decide(command)
        if self.late:
            self.late -= 1
            raise NoAnswer("timeout")
        return self._answers[key]

    async def get(self, path: str, type: type[T], **params: str | int) -> T:
        # Others get their turn meanwhile, as while a real owner answers.
        await asyncio.sleep(0)
        self._here()
        answer: T = msgspec.convert(msgspec.to_builtins(self.read(path, params)), type)
        return answer

    async def post(
        self, path: str, body: msgspec.Struct | AsyncIterable[bytes], type: type[T]
    ) -> T:
        self._here()
        answer: T = msgspec.convert(msgspec.to_builtins(await self.take(path, body)), type)
        return answer

    async def state(self, school: SchoolId) -> StateReply:
        self._here()
        raw = msgspec.Raw(msgspec.json.encode(self.folded(school)))
        return StateReply(owner="fake", lineage="one", pos=1, state=raw)

    def decide(self, command: Command) -> Reply:
        return self.accepted()

    def read(self, path: str, params: dict[str, str | int]) -> Any:
        raise Refused(404, "no_such_path", "")

    async def take(self, path: str, body: msgspec.Struct | AsyncIterable[bytes]) -> Any:
        raise Refused(404, "no_such_path", "")

    def folded(self, school: SchoolId) -> msgspec.Struct:
        raise Refused(404, "no_such_path", "")

    def accepted(self, answer: msgspec.Struct | None = None) -> Reply:
        if answer is None:
            return Reply(status="accepted", at=self.now())
        raw = msgspec.Raw(msgspec.json.encode(answer))
        return Reply(status="accepted", at=self.now(), answer=raw)

    def refused(self, code: str, reason: str) -> Reply:
        return Reply(status="refused", code=code, reason=reason, at=self.now())

    def _here(self) -> None:
        if self.away:
            raise NoAnswer("unreachable")


class FakeIncidents(FakeOwner):
    """One open incident a school; a live Lockdown is closed by two."""

    def __init__(self, now: Now) -> None:
        super().__init__(now)
        self.schools: dict[SchoolId, incident.SchoolIncidents] = {}

    def folded(self, school: SchoolId) -> incident.SchoolIncidents:
        return self.schools.get(school, incident.SchoolIncidents(school=school))

    def decide(self, command: Command) -> Reply:
        known = self.folded(command.school)
        if isinstance(command, incident.Declare):
            return self._declare(known, command)
        if known.open is None:
            return self.refused("no_open_incident", "No incident is open.")
        changed = self._changed(known.open, command)
        self._keep(known, changed)
        return self.accepted()

    def _declare(self, known: incident.SchoolIncidents, asked: incident.Declare) -> Reply:
        if known.open is not None:
            return self.refused("incident_open", "An incident is open already.")
        action = incident.Action(
            id=action_id(asked.school, asked.actor.person, asked.op_id),
            call=asked.action,
            directive=directive(asked.action),
            started=self.now(),
            started_by=asked.actor.person,
        )
        opened = incident.Incident(
            id=incident_id(asked.school, asked.actor.person, asked.op_id),
            school=asked.school,
            mode=asked.mode,
            number=len(known.recent) + 1,
            declaration="one",
            actions=(action,),
            started=self.now(),
            started_by=asked.actor.person,
            roster_version=1,
            seq=1,
        )
        opened = self._lined(opened, "incident.declared.v1", asked.actor.person)
        self.schools[asked.school] = msgspec.structs.replace(known, open=opened)
        return msgspec.structs.replace(self.accepted(), incident=opened.id, seq=1)

    def _changed(self, was: incident.Incident, command: Command) -> incident.Incident:
        by = command.actor.person
        match command:
            case incident.AddNote(text=text):
                return self._lined(was, "incident.note_added.v1", by, text)
            case incident.RecordCall(caller=caller):
                called = msgspec.structs.replace(was, call=caller, called_at=self.now())
                return self._lined(called, "incident.call_recorded.v1", by, caller)
            case incident.SetEvidence(evidence=evidence):
                return msgspec.structs.replace(was, evidence=evidence)
            case incident.OpenRoom(room=room, opened_by=opened_by):
                rooms = {**was.rooms_opened, room: opened_by}
                return msgspec.structs.replace(was, rooms_opened=rooms)
            case incident.ChangeAction(action_id=ended, to=to):
                return self._turned(was, ended, to, by)
            case incident.Close() if was.mode == "live" and self._locked(was):
                return self._proposed(was, command.op_id, by)
            case incident.Close() | incident.Approve():
                closed = msgspec.structs.replace(was, closed=self.now(), proposal=None)
                return self._lined(closed, "incident.closed.v1", by)
        return was

    def _turned(
        self, was: incident.Incident, ended: ActionId, to: incident.ActionCall, by: PersonId
    ) -> incident.Incident:
        old = tuple(
            msgspec.structs.replace(a, ended=self.now()) if a.id == ended else a
            for a in was.actions
        )
        new = incident.Action(
            id=ActionId(f"{ended}-next"),
            call=to,
            directive=directive(to),
            started=self.now(),
            started_by=by,
        )
        changed = msgspec.structs.replace(was, actions=(*old, new))
        return self._lined(changed, "incident.action_changed.v1", by)

    def _proposed(self, was: incident.Incident, op_id: str, by: PersonId) -> incident.Incident:
        proposal = incident.Proposal(
            id=proposal_id(was.school, by, op_id),
            version=1,
            what="close",
            by=by,
            expires=self.now() + dt.timedelta(minutes=5),
        )
        proposed = msgspec.structs.replace(was, proposal=proposal)
        return self._lined(proposed, "incident.proposed.v1", by)

    def _lined(
        self, was: incident.Incident, type: str, by: PersonId, text: str = ""
    ) -> incident.Incident:
        entry = incident.TimelineEntry(
            seq=len(was.timeline) + 1, at=self.now(), type=type, actor=by, text=text
        )
        return msgspec.structs.replace(was, timeline=(*was.timeline, entry), seq=entry.seq)

    @staticmethod
    def _locked(was: incident.Incident) -> bool:
        return any(action.call.kind == "lockdown" for action in was.current)

    def _keep(self, known: incident.SchoolIncidents, changed: incident.Incident) -> None:
        if changed.closed is None:
            self.schools[changed.school] = msgspec.structs.replace(known, open=changed)
            return
        self.schools[changed.school] = msgspec.structs.replace(
            known, open=None, recent=(changed, *known.recent)
        )


class FakeRoster(FakeOwner):
    """Holds snapshots; a staged import says what it was given.

    refusal: the code with which every command is refused, "" for none.
    """

    def __init__(self, now: Now, snapshots: dict[SchoolId, roster.RosterSnapshot]) -> None:
        super().__init__(now)
        self.snapshots = snapshots
        self.pages = PagesFake(snapshots, now())
        self.pulls = FakePulls()
        self.refusal = ""
        self.days = FakeDays(now)
        self.imports = FakeImports(now, snapshots)
        self.stalls = False
        self.stalled = asyncio.Event()

    async def send(self, command: Command, patience: float) -> Reply:
        """stalls: answers when `stalled` is set, as a merge of a whole district does."""
        if self.stalls:
            await self.stalled.wait()
        return await super().send(command, patience)

    @property
    def uploaded(self) -> bytes:
        return self.imports.uploaded

    def read(self, path: str, params: dict[str, str | int]) -> Any:
        if path == "/schools":
            return [snapshot.school for snapshot in self.snapshots.values()]
        if path in ("/imports", "/import"):
            return self.imports.read(path, params)
        school = SchoolId(str(params.get("school")))
        if path == "/desk/waiting":
            return roster_site.Waiting(visits=())
        if path == "/desk/here":
            return roster_site.HereNow(people=())
        if path == "/snapshot" and school in self.snapshots:
            return self.snapshots[school]
        if (said := self.pulls.read(path, params)) is not None:
            return said
        if school in self.snapshots and (found := self.days.read(path, school, params)):
            return found
        return self.pages.read(path, params)

    def decide(self, command: Command) -> Reply:
        self.days.take(command)
        if self.refusal:
            return self.refused(self.refusal, "No.")
        if isinstance(command, SetPaper):
            self.pages.set(command)
        if isinstance(command, roster.ApplyImport | UndoImport):
            self.imports.decide(command)
        return self.accepted()

    async def take(self, path: str, body: msgspec.Struct | AsyncIterable[bytes]) -> Any:
        if isinstance(body, PrintPaper):
            return self.pages.print(body)
        assert not isinstance(body, msgspec.Struct)
        if path.startswith(("/attendance", "/students")):
            return self.days.listed(path, b"".join([chunk async for chunk in body]))
        if not path.startswith("/imports"):
            self.pulls.zips[path] = b"".join([chunk async for chunk in body])
            return self.pulls.staged
        return await self.imports.take(path, body)


class FakeAccountability(FakeOwner):
    """Accepts marks; knows no contradiction."""

    def read(self, path: str, params: dict[str, str | int]) -> Any:
        return []

    def folded(self, school: SchoolId) -> accountability.SchoolAccounting:
        return accountability.SchoolAccounting(school=school)


class FakeNotifier(FakeOwner):
    """One set of messages a school."""

    def __init__(self, now: Now) -> None:
        super().__init__(now)
        self.messages: dict[SchoolId, notifier.SchoolMessages] = {}

    def read(self, path: str, params: dict[str, str | int]) -> Any:
        school = SchoolId(str(params["school"]))
        return self.messages.get(school, notifier.SchoolMessages(school=school))

    def decide(self, command: Command) -> Reply:
        if not isinstance(command, notifier.ApproveStatement):
            return self.accepted()
        known = self.messages[command.school]
        statements = tuple(
            msgspec.structs.replace(s, approved_by=command.actor.person, approved_at=self.now())
            if s.id == command.statement
            else s
            for s in known.statements
        )
        self.messages[command.school] = msgspec.structs.replace(known, statements=statements)
        return self.accepted()


class FakeIdentity(FakeOwner):
    """sign: makes a session's token. passwords: login → (password, session)."""

    def __init__(self, now: Now, sign: Callable[[identity.Session], str]) -> None:
        super().__init__(now)
        self._sign = sign
        self.passwords: dict[str, tuple[str, identity.Session]] = {}
        self.demo: dict[tuple[str, SchoolId], identity.Session] = {}
        self.codes: dict[str, identity.Session] = {}
        self.accounts: list[identity.Account] = []

    def read(self, path: str, params: dict[str, str | int]) -> Any:
        return self.accounts

    async def take(self, path: str, body: msgspec.Struct | AsyncIterable[bytes]) -> Any:
        session: identity.Session | None = None
        match body:
            case identity.SignIn(login=login, password=password):
                right, session = self.passwords.get(login, ("", None))
                session = session if password == right else None
            case identity.DemoSignIn(role=role, school=school):
                session = self.demo.get((role, school))
            case identity.RedeemLink(code=code):
                session = self.codes.pop(code, None)
        if session is None:
            code = "link_invalid" if path == "/links/redeem" else "wrong_credentials"
            raise Refused(401, code, "Not right.")
        return identity.SessionReply(token=self._sign(session), session=session)

    def decide(self, command: Command) -> Reply:
        if isinstance(command, identity.IssueLink):
            expires = self.now() + dt.timedelta(hours=command.hours)
            return self.accepted(
                identity.LinkIssued(code="one-time-code-of-a-link", expires=expires)
            )
        return self.accepted()
