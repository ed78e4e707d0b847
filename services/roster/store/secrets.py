"""Secrets of student systems at rest: JWE (RFC 7516), A256GCM, a key of their own."""

from __future__ import annotations

from typing import Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from services.roster.domain.pulling.failures import PullFailed

ALGORITHMS: Final = ["dir", "A256GCM"]


class Safe:
    """key: 64 hex digits, derived from the installation's."""

    def __init__(self, key: str) -> None:
        self._key = OctKey.import_key(bytes.fromhex(key))

    def close(self, owner: str, secret: str) -> str:
        """Encrypted for one owner: the text cannot be moved to another row."""
        header = {"alg": "dir", "enc": "A256GCM", "kid": owner}
        return jwe.encrypt_compact(header, secret, self._key)

    def open(self, owner: str, closed: str) -> str:
        """Raises PullFailed secret_unreadable: another key, another owner, or changed."""
        try:
            opened = jwe.decrypt_compact(closed, self._key, algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError):
            raise PullFailed("secret_unreadable") from None
        if opened.protected.get("kid") != owner or opened.plaintext is None:
            raise PullFailed("secret_unreadable")
        return opened.plaintext.decode()
