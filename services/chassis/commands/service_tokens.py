"""The token that one service shows another: signed twice a minute, verified once each."""

from datetime import datetime

import msgspec

from services.chassis.clock import Clock
from services.chassis.commands.tokens import BadToken, Tokens

PURPOSE = "service"
LIFETIME = 90
RENEW_AFTER = 30
BEARER = "Bearer "
REMEMBERED = 256


class ServiceClaims(msgspec.Struct, frozen=True, kw_only=True):
    """caller: the service's name. iat, exp: Unix seconds."""

    caller: str
    iat: int
    exp: int


class Signer:
    """The Authorization header of one calling service."""

    def __init__(self, *, caller: str, tokens: Tokens, clock: Clock) -> None:
        self._caller = caller
        self._tokens = tokens
        self._clock = clock
        self._signed_at = float("-inf")
        self._header = ""

    def header(self) -> str:
        """The same one for half a minute, also when the clock was set back or forward."""
        now = self._clock.now().timestamp()
        if abs(now - self._signed_at) > RENEW_AFTER:
            claims = ServiceClaims(caller=self._caller, iat=int(now), exp=int(now) + LIFETIME)
            self._header = BEARER + self._tokens.sign(PURPOSE, claims)
            self._signed_at = now
        return self._header


class Gate:
    """Lets a service in: verifies a header once and remembers it until it ends."""

    def __init__(self, *, tokens: Tokens, clock: Clock) -> None:
        self._tokens = tokens
        self._clock = clock
        self._known: dict[str, ServiceClaims] = {}

    def caller(self, header: str) -> str:
        """The calling service's name. header: of Authorization. Raises BadToken."""
        now = self._clock.now()
        claims = self._known.get(header)
        if claims is None:
            claims = self._verify(header, now)
        elif claims.exp <= now.timestamp():
            del self._known[header]
            raise BadToken("token_expired")
        return claims.caller

    def _verify(self, header: str, now: datetime) -> ServiceClaims:
        token = header.removeprefix(BEARER) if header.startswith(BEARER) else ""
        claims = self._tokens.verify(PURPOSE, token, ServiceClaims, now)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[header] = claims
        return claims
