"""Positions of the durable lane in memory."""

from schemas.identifiers import SchoolId


class MemoryRelay:
    """Fulfils RelayPositions; survives as long as the test keeps it."""

    def __init__(self) -> None:
        self.positions: dict[SchoolId, int] = {}

    async def read(self, school: SchoolId) -> int:
        return self.positions.get(school, 0)

    async def write(self, school: SchoolId, pos: int) -> None:
        self.positions[school] = pos
