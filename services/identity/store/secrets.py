"""Codes, session ids and signatures from the installation's key."""

import base64
import hashlib
import hmac
import secrets

from schemas.commands import Command
from schemas.identity import Session
from services.chassis.commands import Tokens, derive


class KeyedSecrets:
    """See ports.Secrets."""

    def __init__(self, *, service_key: str, tokens: Tokens) -> None:
        self._key = derive(service_key, "identity").encode()
        self._tokens = tokens

    def sid(self) -> str:
        """128 bits."""
        return secrets.token_urlsafe(16)

    def derived_sid(self, command: Command) -> str:
        """128 bits that only the key can foretell."""
        return _text(self._of_op("sid", command)[:16])

    def link_code(self, command: Command) -> str:
        """192 bits that only the key can foretell."""
        return _text(self._of_op("link", command)[:24])

    def fingerprint(self, code: str) -> bytes:
        """A plain hash suffices: the code is no password, it cannot be guessed."""
        return hashlib.sha256(code.encode()).digest()

    def password_digest(self, password: str) -> str:
        """Keyed: without the key a stolen database gives nothing to try passwords against."""
        return self._keyed("password", password).hex()

    def sign(self, session: Session) -> str:
        """A token for the purpose "session"."""
        return self._tokens.sign("session", session)

    def _of_op(self, purpose: str, command: Command) -> bytes:
        return self._keyed(purpose, command.school, command.actor.person, command.op_id)

    def _keyed(self, *parts: str) -> bytes:
        return hmac.new(self._key, "\x1f".join(parts).encode(), hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
