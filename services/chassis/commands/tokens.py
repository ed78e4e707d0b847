"""Signed tokens: compact JWS (RFC 7515) with HS256, a key of its own for each purpose.

A token of one purpose can never pass for another: the keys differ, and `typ` says which.
"""

from datetime import datetime
from typing import TypeVar

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from services.chassis.settings import derive

T = TypeVar("T", bound=msgspec.Struct)

ALGORITHM = "HS256"
SHORTEST_KEY = 32
LONGEST_TOKEN = 4096


class BadToken(Exception):
    """code: token_ and one of missing, malformed, wrong_purpose, invalid, expired."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Expiry(msgspec.Struct, frozen=True):
    exp: int


class Tokens:
    """Signs and verifies with the installation's key. Raises ValueError when it is too short."""

    def __init__(self, key: str) -> None:
        if len(key) < SHORTEST_KEY:
            raise ValueError(f"the service key must have at least {SHORTEST_KEY} characters")
        self._key = key
        self._keys: dict[str, OctKey] = {}
        self._decoders: dict[type, msgspec.json.Decoder[object]] = {}
        self._expiry = msgspec.json.Decoder(_Expiry)

    def sign(self, purpose: str, claims: msgspec.Struct) -> str:
        """A compact token. claims: a struct with `exp` in Unix seconds."""
        header = {"alg": ALGORITHM, "typ": purpose}
        return jws.serialize_compact(header, msgspec.json.encode(claims), self._key_of(purpose))

    def verify(self, purpose: str, token: str, type: type[T], now: datetime) -> T:
        """The claims, lenient on unknown fields. Raises BadToken."""
        payload = self._payload(purpose, token)
        try:
            expires = self._expiry.decode(payload).exp
            claims = self._decoder(type).decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadToken("token_malformed") from error
        if expires <= now.timestamp():
            raise BadToken("token_expired")
        assert isinstance(claims, type)
        return claims

    def _payload(self, purpose: str, token: str) -> bytes:
        if not token:
            raise BadToken("token_missing")
        if len(token) > LONGEST_TOKEN:
            raise BadToken("token_malformed")
        try:
            typ = jws.extract_compact(token.encode()).headers().get("typ")
        except (JoseError, ValueError, TypeError) as error:
            raise BadToken("token_malformed") from error
        if typ != purpose:
            raise BadToken("token_wrong_purpose")
        try:
            signed = jws.deserialize_compact(token, self._key_of(purpose), algorithms=[ALGORITHM])
        except (JoseError, ValueError, TypeError) as error:
            raise BadToken("token_invalid") from error
        return signed.payload

    def _key_of(self, purpose: str) -> OctKey:
        key = self._keys.get(purpose)
        if key is None:
            key = self._keys[purpose] = OctKey.import_key(derive(self._key, purpose))
        return key

    def _decoder(self, type: type[T]) -> msgspec.json.Decoder[object]:
        decoder = self._decoders.get(type)
        if decoder is None:
            decoder = self._decoders[type] = msgspec.json.Decoder(type)
        return decoder


__all__ = ["BadToken", "Tokens", "derive"]
