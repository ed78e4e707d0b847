"""What a first alert needs, in memory: the contacts of each school and its service addresses."""

import asyncio
from collections import defaultdict

from schemas.identifiers import SchoolId
from schemas.roster import Audience
from services.notifier.domain.audience import ServiceAddress
from services.notifier.ports import Contacts, Kept

FRESH = 1.0
"""Seconds that messages wait for what the roster says now; a first alert once after a start."""


class AudienceUnknown(Exception):
    """No contacts of this school were ever heard of: the event is tried again later."""


class SchoolMemory:
    """Filled from the roster; the notifier's own copy serves while the roster does not answer."""

    def __init__(self, *, contacts: Contacts, kept: Kept, fresh: float = FRESH) -> None:
        self._contacts = contacts
        self._kept = kept
        self._audiences: dict[SchoolId, Audience] = {}
        self._services: dict[SchoolId, tuple[ServiceAddress, ...]] = {}
        self._fresh = fresh
        self._turns: defaultdict[SchoolId, asyncio.Lock] = defaultdict(asyncio.Lock)

    def audience(self, school: SchoolId) -> Audience:
        """Raises AudienceUnknown."""
        found = self._audiences.get(school)
        if found is None:
            raise AudienceUnknown
        return found

    def services(self, school: SchoolId) -> tuple[ServiceAddress, ...]:
        return self._services.get(school, ())

    def knows(self, school: SchoolId) -> bool:
        return school in self._audiences

    async def ensure(self, school: SchoolId) -> None:
        """Have contacts of the school. Raises what the roster's silence raises.

        Our own copy may be of before this process: an order that came since keeps someone apart
        from a child. So the roster is asked first; its silence holds up no alert.
        """
        if school not in self._audiences:
            await self.freshen(school)

    async def freshen(self, school: SchoolId) -> None:
        """As ensure, and asked anew: before anything goes to guardians.

        News of an order may still be on its way here; the roster itself knows it already.
        """
        try:
            async with asyncio.timeout(self._fresh):
                await self.refetch(school)
        except Exception:
            if school not in self._audiences:
                await self.warm(school)
        if school not in self._audiences:
            await self.refetch(school)

    async def warm(self, school: SchoolId) -> None:
        """Load what was kept, unless something newer is here."""
        self._services[school] = await self._kept.services(school)
        kept = await self._kept.audience(school)
        if kept is not None and school not in self._audiences:
            self._audiences[school] = kept

    async def refetch(self, school: SchoolId) -> None:
        """Ask the roster; an older answer never replaces a newer one. Raises when it is silent.

        One question at a time: rights change within a version, and of two answers that cross
        nobody could say which is the newer.
        """
        async with self._turns[school]:
            await self._refetch(school)

    async def _refetch(self, school: SchoolId) -> None:
        audience = await self._contacts.fetch(school)
        if school not in self._services:
            # Before the audience: a school whose audience is known is ready to be alerted.
            self._services[school] = await self._kept.services(school)
        known = self._audiences.get(school)
        if known is None or audience.version >= known.version:
            self._audiences[school] = audience
            await self._kept.keep(audience)

    def add_service(self, school: SchoolId, address: ServiceAddress) -> None:
        known = {each.id: each for each in self.services(school)}
        self._services[school] = tuple({**known, address.id: address}.values())
