"""Signing in: by password, by a one-time link, and in a demo by one tap."""

import datetime as dt

import msgspec

from schemas.identifiers import PersonId
from schemas.identity import DemoSignIn, RedeemLink, Session, SessionReply, SignIn
from services.identity.domain.accounts import Person, folded, redeemable
from services.identity.domain.attempts import Attempts
from services.identity.domain.hands import made_by
from services.identity.domain.sessions import ENROLLED, SIGNED_IN, Issued, session
from services.identity.domain.state import State
from services.identity.ports import Busy, Clock, Directory, IdentityLog, Passwords, Secrets


class Denied(msgspec.Struct, frozen=True, kw_only=True):
    """No session. retry_after: seconds, 0 when trying again is no use."""

    code: str
    reason: str
    retry_after: float = 0.0


WRONG = Denied(code="wrong_credentials", reason="Login or password is wrong.")
BUSY = Denied(code="busy", reason="Many are signing in now. Try again.", retry_after=1.0)
# One refusal for all reasons: nothing is learnt by trying codes.
INVALID_LINK = Denied(
    code="link_invalid",
    reason="This link has been used or has expired. Ask the office for a new one.",
)
UNKNOWN_SCHOOL = Denied(code="unknown_school", reason="There is no such school here.")
NO_ROLES = Denied(code="no_roles", reason="You have no role at any school. Ask the office.")


class SignIns:
    """Turns proofs into signed sessions."""

    def __init__(
        self,
        *,
        log: IdentityLog,
        directory: Directory,
        passwords: Passwords,
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._log = log
        self._directory = directory
        self._passwords = passwords
        self._secrets = secrets
        self._clock = clock
        self._attempts = Attempts()

    async def by_password(self, asked: SignIn) -> SessionReply | Denied:
        """One refusal and one duration for an unknown login and for a wrong password."""
        login, now = folded(asked.login), self._clock.now()
        if pause := self._attempts.pause(login, now):
            return _slow_down(pause)
        # Counted before it is checked: a hundred guesses at once are a hundred.
        self._attempts.wrong(login, now)
        row = await self._directory.by_login(login) if login else None
        try:
            matches = await self._passwords.matches(row.password if row else "", asked.password)
        except Busy:
            return BUSY
        if row is None or not matches:
            return WRONG
        self._attempts.right(login)
        claims = await self._claims(row, asked.device, SIGNED_IN)
        if not claims.roles:
            return NO_ROLES
        await self._directory.issue(_issued(claims), self._clock.now())
        return self._signed(claims)

    async def by_link(self, asked: RedeemLink) -> SessionReply | Denied:
        """Enrols a device. The link is used in the transaction that issues the session."""
        fingerprint = self._secrets.fingerprint(asked.code)
        link, now = await self._directory.link(fingerprint), self._clock.now()
        row = await self._directory.person(link.person) if link else None
        if link is None or row is None or not redeemable(link, now):
            return INVALID_LINK
        claims = await self._claims(row, asked.device, ENROLLED)
        if not claims.roles:
            return NO_ROLES
        used = await self._directory.redeem(fingerprint, _issued(claims), now)
        return self._signed(claims) if used else INVALID_LINK

    async def demo(self, asked: DemoSignIn) -> SessionReply | Denied:
        """The first person of the role, else a made-up one. Only the demo has a route here."""
        if not self._log.knows(asked.school):
            return UNKNOWN_SCHOOL
        row = await self._someone(asked)
        claims = session(
            self._secrets.sid(),
            row.person,
            row.name,
            {asked.school: (asked.role,)},
            device=asked.device,
            now=self._clock.now(),
            lasts=SIGNED_IN,
        )
        await self._directory.issue(_issued(claims), self._clock.now())
        return self._signed(claims)

    async def _someone(self, asked: DemoSignIn) -> Person:
        state: State = await self._log.state(asked.school)
        held = {person for person, held in state.roles.items() if asked.role in held.roles}
        people = [row for row in await self._directory.people() if row.person in held]
        made_up = Person(person=PersonId(f"demo-{asked.role}"), name=f"Demo {asked.role}")
        return min(people, key=lambda row: (row.name, row.person), default=made_up)

    async def _claims(self, row: Person, device: str, lasts: dt.timedelta) -> Session:
        held, now = await self._log.held(row.person), self._clock.now()
        given = [dict.fromkeys(one.given_by, one.given_at) for one in held.values()]
        claims = session(
            self._secrets.sid(),
            row.person,
            row.name,
            {school: one.roles for school, one in held.items() if one.roles},
            device=device,
            now=now,
            lasts=lasts,
        )
        hands = made_by([await self._directory.hands(row.person), *given], now)
        return msgspec.structs.replace(claims, made_by=hands)

    def _signed(self, claims: Session) -> SessionReply:
        return SessionReply(token=self._secrets.sign(claims), session=claims)


def _issued(claims: Session) -> Issued:
    expires = dt.datetime.fromtimestamp(claims.exp, dt.UTC)
    return Issued(sid=claims.sid, person=claims.person, expires=expires)


def _slow_down(pause: dt.timedelta) -> Denied:
    return Denied(
        code="too_many_attempts",
        reason="Too many wrong passwords. Wait a little, or use another way to sign in.",
        retry_after=pause.total_seconds(),
    )
