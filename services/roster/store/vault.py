"""What must not be readable in a copy of the database: sealed with the school's own key."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec
from joserfc import jwe
from joserfc.jwk import OctKey

from schemas.identifiers import SchoolId
from services.chassis.settings import derive

T = TypeVar("T")

HEADER: Final[dict[str, Any]] = {"alg": "dir", "enc": "A256GCM"}


class Vault:
    """AES-256-GCM with a key for each school; secret: what its codes are drawn from."""

    def __init__(self, service_key: str) -> None:
        self._service_key = service_key
        self._keys: dict[SchoolId, OctKey] = {}
        self.secret = derive(service_key, "desk codes").encode()

    def seal(self, school: SchoolId, plain: bytes) -> bytes:
        return jwe.encrypt_compact(dict(HEADER), plain, self._key(school)).encode()

    def open(self, school: SchoolId, sealed: bytes) -> bytes:
        """Raises joserfc's JoseError when another key sealed it."""
        plain = jwe.decrypt_compact(sealed.decode(), self._key(school)).plaintext
        assert plain is not None
        return plain

    def seal_struct(self, school: SchoolId, value: object) -> bytes:
        return self.seal(school, msgspec.json.encode(value))

    def open_struct(self, school: SchoolId, sealed: bytes, kind: type[T]) -> T:
        return msgspec.json.decode(self.open(school, sealed), type=kind)

    def _key(self, school: SchoolId) -> OctKey:
        key = self._keys.get(school)
        if key is None:
            raw = bytes.fromhex(derive(self._service_key, f"desk of {school}"))
            key = self._keys[school] = OctKey.import_key(raw)
        return key
