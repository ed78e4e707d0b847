"""Argon2id in threads of its own: nothing else waits for a password."""

import asyncio
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.identity.ports import Busy

MEMORY_KIB, PASSES = 19_456, 2
"""OWASP's parameters for small machines: 19 MiB, 2 passes, about 25 ms."""

THREADS = 2
WAITING = 64


class Argon2Passwords:
    """At most THREADS at once and WAITING in line; more are refused as Busy."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """With a fresh salt. Raises Busy."""
        with self._place():
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._hasher.hash, password)

    async def matches(self, hash: str, password: str) -> bool:
        """As long for an unknown person as for a known one. Raises Busy."""
        with self._place():
            loop = asyncio.get_running_loop()
            same = await loop.run_in_executor(
                self._threads, self._verify, hash or self._nobody, password
            )
        return same and bool(hash)

    def _verify(self, hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(hash, password)
        except (VerificationError, InvalidHashError):
            return False

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._waiting >= THREADS + WAITING:
            raise Busy
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Without waiting for what runs."""
        self._threads.shutdown(wait=False, cancel_futures=True)
