"""Any other service address, through apprise: the long tail, in threads of its own.

apprise's plugins open their own connections. Its threads are watched by an audit hook, so that
the address rule holds for every connection they make: names that resolve inwards and redirects
included. One object an address.
"""

import asyncio
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from schemas.notifier import Channel
from services.notifier.domain.jobs import Lane, QueuedJob, Result, lane_of
from services.notifier.domain.services import HOSTED, scheme_refused
from services.notifier.senders.plugins import plugin_for
from services.notifier.senders.reach import Reach, Unreachable

# What a plugin that speaks HTTP has no business doing.
_FORBIDDEN = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"})
_DATAGRAMS = frozenset({"socket.sendto", "socket.sendmsg"})


class WatchedThreads:
    """A bounded pool whose threads can only connect where the rule allows."""

    def __init__(self, reach: Reach, threads: int) -> None:
        self._reach = reach
        self._here = threading.local()
        self.pool = ThreadPoolExecutor(threads, "services", initializer=self._enter)
        # A hook cannot be taken back; it costs one attribute look-up an event elsewhere.
        sys.addaudithook(self._hook)

    def start_call(self) -> None:
        self._here.refused = False

    @property
    def refused(self) -> bool:
        """Whether the rule stopped a connection of this thread since `start_call`."""
        return bool(getattr(self._here, "refused", False))

    def _enter(self) -> None:
        self._here.watched = True

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not getattr(self._here, "watched", False):
            return
        if event in _FORBIDDEN or event in _DATAGRAMS:
            self._refuse()
        if event == "socket.connect":
            address = arguments[1]
            if not isinstance(address, tuple):
                self._refuse()
            try:
                self._reach.check(str(address[0]), int(address[1]))
            except Unreachable:
                self._refuse()

    def _refuse(self) -> None:
        self._here.refused = True
        raise Unreachable("forbidden to service addresses")


class ServiceSender:
    """threads: calls at once. A True of apprise means that the provider took the call."""

    channel: Channel = "service"

    def __init__(self, *, lane: Lane, reach: Reach, threads: int = 6) -> None:
        self.lane = lane
        self.threads = WatchedThreads(reach, threads)
        self._objects: dict[str, Any] = {}

    async def send(self, job: QueuedJob) -> Result:
        """One alert to one address."""
        if lane_of(job.mode) != self.lane:
            return Result("refused", "other_mode")
        if scheme_refused(job.address) is not None:
            return Result("refused", "address_refused")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads.pool, self._notify, job)

    async def close(self) -> None:
        self.threads.pool.shutdown(wait=False, cancel_futures=True)

    def _notify(self, job: QueuedJob) -> Result:
        self.threads.start_call()
        service = self._object(job.address)
        if service is None:
            return Result("refused", "address_refused")
        try:
            taken = service.notify(body=job.body, title=job.subject)
        except Exception:
            taken = False
        if self.threads.refused:
            return Result("refused", "address_refused")
        return Result("accepted") if taken else Result("later", "service_refused")

    def _object(self, url: str) -> Any:
        if url not in self._objects:
            self._objects[url] = plugin_for(url)
        return self._objects[url]


async def address_refused(url: str, reach: Reach) -> str | None:
    """Why a service address cannot be added, as a sentence; None: it can.

    The host that stands in the address is resolved and checked now, and again at each send.
    """
    if (reason := scheme_refused(url)) is not None:
        return reason
    try:
        await _host_checked(url, reach)
    except Unreachable:
        return "The address leads into a private network. Use a public one."
    except (OSError, ValueError):
        return "The address cannot be found. Check its spelling."
    # Last, because a plugin takes a second to load when it is used for the first time.
    if await asyncio.to_thread(plugin_for, url) is None:
        return "This is not a complete service address."
    return None


async def _host_checked(url: str, reach: Reach) -> None:
    """Raises Unreachable, OSError, ValueError."""
    parts = urlsplit(url)
    if parts.scheme.lower() in HOSTED:
        await reach.resolve(parts.hostname or "", parts.port or 443)
