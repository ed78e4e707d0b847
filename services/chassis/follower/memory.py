"""Positions of a sink that lives in memory."""

from schemas.identifiers import SchoolId


class MemoryPositions:
    """Mixin: a sink's apply, rebuild and dead_letter call `moved` last, without an await after
    the effect, so that both are seen together or not at all."""

    def __init__(self) -> None:
        self._positions: dict[tuple[str, SchoolId], int] = {}

    async def position(self, owner: str, school: SchoolId) -> int:
        """0 until something was applied."""
        return self._positions.get((owner, school), 0)

    async def skip(self, owner: str, school: SchoolId, pos: int) -> None:
        """Move over events that concern nobody here."""
        self.moved(owner, school, max(pos, await self.position(owner, school)))

    async def dead_letter(
        self, owner: str, school: SchoolId, wire: bytes, pos: int, reason: str
    ) -> None:
        """In memory only the log line of the follower remains of it."""
        self.moved(owner, school, pos)

    def moved(self, owner: str, school: SchoolId, pos: int) -> None:
        """The effects up to pos are kept."""
        self._positions[(owner, school)] = pos
