"""What of one log has arrived and what of it is missing. Pure: no waiting, no time."""

EARLY_CAP = 512


class Window:
    """One (owner, school): the position, the known head, and events that came early."""

    def __init__(self) -> None:
        self.position = 0
        self.head = 0
        self._early: dict[int, bytes] = {}

    @property
    def behind(self) -> bool:
        """Whether an event is known to exist that was not applied."""
        return self.position < self.head

    def offer(self, pos: int, wire: bytes) -> None:
        """An event heard on the now lane: kept when it is new; repeats are dropped."""
        if pos > self.position and len(self._early) < EARLY_CAP:
            self._early.setdefault(pos, wire)
        self.head = max(self.head, pos)

    def run(self) -> list[bytes]:
        """The heard events from position + 1 on, up to the first gap."""
        run = []
        pos = self.position + 1
        while (wire := self._early.get(pos)) is not None:
            run.append(wire)
            pos += 1
        return run

    def moved(self, pos: int) -> None:
        """Events up to pos are done."""
        self.position = pos
        if self._early:
            self._early = {early: wire for early, wire in self._early.items() if early > pos}

    def shrink(self, head: int) -> None:
        """The owner itself says where its log ends; what was heard beyond it is no event."""
        self.head = max(head, self.position)
        self._early = {pos: wire for pos, wire in self._early.items() if pos <= self.head}

    def reset(self, pos: int) -> None:
        """Start over at pos; nothing heard of an older log counts."""
        self.position = self.head = pos
        self._early.clear()
