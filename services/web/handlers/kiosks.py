"""Sessions of kiosks: a cookie of their own that opens the kiosk's rows and nothing else."""

import datetime as dt

from services.web.domain.access import allows
from services.web.domain.kiosk import KioskClaims, opened_by
from services.web.domain.problems import session_over
from services.web.domain.revocation import RevocationBook
from services.web.ports import BadSignature, Signatures


class KioskSessions:
    """A kiosk ends with the rights of whoever opened it."""

    def __init__(self, signatures: Signatures, revocations: RevocationBook) -> None:
        self._signatures = signatures
        self._revocations = revocations

    def sign(self, claims: KioskClaims) -> str:
        return self._signatures.kiosk(claims)

    def read(self, token: str, now: dt.datetime) -> KioskClaims:
        """Raises WebProblem session_invalid, session_revoked."""
        try:
            claims = self._signatures.kiosk_claims(token, now)
        except BadSignature as bad:
            raise session_over("session_invalid") from bad
        opener = opened_by(claims)
        held = self._revocations.roles(opener, claims.school)
        if not self._revocations.holds(opener) or not allows("desk", held):
            raise session_over("session_revoked")
        return claims
