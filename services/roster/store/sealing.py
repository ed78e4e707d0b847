"""What must not be readable in a copy of the database is encrypted where it is stored.

With a key for each school: custody, plans, history, the flagged list, photos of visitors; with
one of the installation's: secrets of student systems. A sealed value is bound to its place: moved
to another row, or to another school's, it does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from typing import Final, TypeAlias, TypeVar

import msgspec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from schemas.commands import Command
from schemas.identifiers import SchoolId
from services.chassis.commands import derive

T = TypeVar("T")
Fact: TypeAlias = msgspec.Struct | tuple[msgspec.Struct, ...] | bytes

INSTALLATION: Final = SchoolId("")
"""Whose key seals what belongs to no one school; no school has this id."""

ALGORITHMS: Final = ["dir", "A256GCM"]


class Registry(jwe.JWERegistry):
    """As the library's own, but for files of some megabytes."""

    max_ciphertext_length = 16 * 1024 * 1024


class CannotOpen(Exception):
    """A sealed value was changed, moved, or sealed with another installation's key."""


class Seals:
    """JWE, direct, AES-256-GCM. service_key: the installation's secret."""

    def __init__(self, service_key: str) -> None:
        self._service_key = service_key
        self._keys: dict[SchoolId, OctKey] = {}
        self._registry = Registry(algorithms=ALGORITHMS)

    def seal(self, school: SchoolId, place: str, fact: Fact) -> bytes:
        """place: names the row, such as "plan/<student>"; never what is in it."""
        said = fact if isinstance(fact, bytes) else msgspec.json.encode(fact)
        header = {"alg": "dir", "enc": "A256GCM", "kid": place}
        return jwe.encrypt_compact(
            header, said, self._key(school), algorithms=ALGORITHMS, registry=self._registry
        ).encode()

    def open_bytes(self, school: SchoolId, place: str, sealed: bytes) -> bytes:
        """Raises CannotOpen."""
        try:
            opened = jwe.decrypt_compact(
                sealed, self._key(school), algorithms=ALGORITHMS, registry=self._registry
            )
        except (JoseError, ValueError) as error:
            raise CannotOpen from error
        if opened.headers().get("kid") != place or opened.plaintext is None:
            raise CannotOpen
        return opened.plaintext

    def open(self, school: SchoolId, place: str, sealed: bytes, kind: type[T]) -> T:
        """Raises CannotOpen."""
        return msgspec.json.decode(self.open_bytes(school, place, sealed), type=kind)

    def _key(self, school: SchoolId) -> OctKey:
        if school not in self._keys:
            secret = bytes.fromhex(derive(self._service_key, f"roster facts\x1f{school}"))
            self._keys[school] = OctKey.import_key(secret)
        return self._keys[school]


class KeyedSecrets:
    """Fulfils ports.Secrets, and hashes family codes."""

    def __init__(self, service_key: str) -> None:
        self._key = bytes.fromhex(derive(service_key, "roster own facts"))

    def drawn(self, purpose: str, command: Command) -> bytes:
        return self._keyed(purpose, command.school, command.actor.person, command.op_id)

    def drawn_id(self, purpose: str, command: Command) -> str:
        return str(uuid.UUID(bytes=self.drawn(f"{purpose} id", command)[:16], version=4))

    def named_id(self, purpose: str, school: SchoolId, name: str) -> str:
        """The same name is the same id, which nobody can compute without the key."""
        return str(uuid.UUID(bytes=self._keyed(purpose, school, name)[:16], version=4))

    def digest(self, school: SchoolId, signs: str) -> bytes:
        """Keyed: a stolen database gives nothing to try codes against."""
        return self._keyed("family code", school, signs)

    def _keyed(self, *parts: str) -> bytes:
        return hmac.new(self._key, "\x1f".join(parts).encode(), hashlib.sha256).digest()
