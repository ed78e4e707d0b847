"""Signing in and out, and the tickets of the live socket."""

import datetime as dt

from schemas.api.bodies import Me
from schemas.board import TicketClaims, View
from schemas.identifiers import ClassId, SchoolId
from schemas.identity import DemoSignIn, RedeemLink, Session, SessionReply, SignIn
from schemas.replies import Reply
from schemas.vocabulary import Actor
from services.web.domain.forms import FormClaims
from services.web.domain.problems import WebProblem, session_over
from services.web.domain.revocation import RevocationBook
from services.web.handlers.asking import asked
from services.web.handlers.writing import Writing
from services.web.ports import BadSignature, Owners, Signatures

TICKET = dt.timedelta(seconds=30)
FORM = dt.timedelta(hours=12)


class Sessions:
    """Asks identity for sessions and reads them without it."""

    def __init__(
        self,
        *,
        owners: Owners,
        writing: Writing,
        signatures: Signatures,
        revocations: RevocationBook,
    ) -> None:
        self._owners = owners
        self._writing = writing
        self._signatures = signatures
        self._revocations = revocations

    async def sign_in(self, wanted: SignIn) -> SessionReply:
        """Raises WebProblem wrong_credentials, the same for every reason."""
        return await asked(self._owners.identity.post("/sessions", wanted, SessionReply))

    async def demo(self, wanted: DemoSignIn) -> SessionReply:
        """One tap, where identity runs a demo."""
        return await asked(self._owners.identity.post("/sessions/demo", wanted, SessionReply))

    async def redeem(self, wanted: RedeemLink) -> SessionReply:
        """A one-time code becomes a session of this device."""
        return await asked(self._owners.identity.post("/links/redeem", wanted, SessionReply))

    async def end(self, session: Session, op_id: str) -> Reply:
        """Revoke this session everywhere."""
        return await self._writing.send(
            "revoke",
            op_id=op_id,
            school=SchoolId(""),
            actor=Actor(person=session.person, roles=(), device=session.device),
            path={},
            body={"sid": session.sid},
        )

    def read(self, token: str, now: dt.datetime) -> Session:
        """The session that a token proves. Raises WebProblem."""
        try:
            session = self._signatures.session(token, now)
        except BadSignature as bad:
            expired = bad.code.endswith("expired")
            raise session_over("session_expired" if expired else "session_invalid") from bad
        if not self._revocations.holds(session):
            raise session_over("session_revoked")
        return session

    def ticket(
        self,
        session: Session,
        school: SchoolId,
        view: View,
        classes: tuple[ClassId, ...],
        *,
        command: bool,
        drawn: str,
        now: dt.datetime,
    ) -> str:
        """A ticket for one join within 30 s. drawn: a fresh random id."""
        return self._signatures.ticket(
            TicketClaims(
                jti=drawn,
                sid=session.sid,
                person=session.person,
                school=school,
                view=view,
                classes=classes,
                command=command,
                exp=int((now + TICKET).timestamp()),
                made=now.timestamp(),
            )
        )

    def form(self, session: Session, now: dt.datetime) -> str:
        """What marks a form as drawn by us for this session."""
        expires = int((now + FORM).timestamp())
        return self._signatures.form(FormClaims(sid=session.sid, exp=expires))

    def check_form(self, session: Session, token: str, now: dt.datetime) -> None:
        """Raises WebProblem form_expired when the form was not drawn for this session."""
        try:
            claims = self._signatures.form_claims(token, now)
        except BadSignature as bad:
            raise _form_over() from bad
        if claims.sid != session.sid:
            raise _form_over()


def me_of(session: Session) -> Me:
    """What a client is told about its session."""
    return Me(
        person=session.person,
        name=session.name,
        roles={str(school): roles for school, roles in session.roles.items()},
        device=session.device,
        expires=session.exp,
    )


def _form_over() -> WebProblem:
    return WebProblem(403, "form_expired", "This page is too old. Load it again.")
