"""The supervisor's own log: one JSON object a line, no personal data by construction."""

import json
import os
from pathlib import Path

from services.chassis.clock import Clock

LARGEST_LOG = 20 * 2**20


class Journal:
    """Appends to `logs/supervisor.log` in the data folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock

    def write(self, action: str, **facts: str | float | None) -> None:
        """One line: when, what, and facts about processes."""
        now = self._clock.now().isoformat(timespec="milliseconds")
        line = json.dumps({"at": now, "action": action, **facts}) + "\n"
        handle = os.open(self.path("supervisor"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a") as file:
            file.write(line)

    def path(self, name: str) -> Path:
        """Where the program called `name` logs."""
        return self.folder / f"{name}.log"

    def rotate(self) -> None:
        """Set aside logs over 20 MiB as `.1`, replacing the ones before; at each start."""
        for log in self.folder.glob("*.log"):
            if log.stat().st_size > LARGEST_LOG:
                log.replace(log.with_suffix(".log.1"))
