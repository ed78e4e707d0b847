"""A channel that nobody set up: its jobs fail at once and are seen to."""

from schemas.notifier import Channel
from services.notifier.domain.jobs import Lane, QueuedJob, Result


class AbsentSender:
    """Stands where a relay or a gateway is missing in the settings."""

    def __init__(self, *, lane: Lane, channel: Channel) -> None:
        self.lane = lane
        self.channel = channel

    async def send(self, job: QueuedJob) -> Result:
        return Result("refused", "channel_not_set_up")

    async def close(self) -> None:
        """Nothing is open."""
