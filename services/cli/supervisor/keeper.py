"""Keeps one program running until it is told to stop."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.cli.child import Child, Command
from services.cli.supervisor.backoff import BackOff
from services.cli.supervisor.journal import Journal

HOPELESS_AFTER = 5


def nothing() -> None:
    """Most programs need no preparation."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run and how to know that it serves.

    `ready` gets the pid. `before_start` runs before every start, restarts too. `grace`: seconds
    from the request to stop until SIGKILL.
    """

    command: Command
    ready: Callable[[int], Awaitable[bool]]
    before_start: Callable[[], None] = nothing
    grace: float = 5.0


class StartFailed(Exception):
    """A program did not become ready in time; the message says where its log is."""


class Keeper:
    """Starts a program, starts it again whenever it ends, and stops it in the end.

    Everything happens on the event loop's own thread, which must be the main thread: the kernel
    ties each child to the thread that forked it.
    """

    def __init__(self, program: Program, journal: Journal) -> None:
        self.program = program
        self.name = program.command.name
        self._journal = journal
        self._child: Child | None = None
        self._watch: asyncio.Task[None] | None = None
        self._back_off = BackOff()

    @property
    def pid(self) -> int | None:
        """The running process, None between two runs."""
        return self._child.pid if self._child and self._child.running else None

    def start(self) -> None:
        """Fork now; watch from now on."""
        self._launch()
        self._watch = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    async def wait_ready(self, deadline: float) -> None:
        """Return when the program serves.

        Raises StartFailed after `deadline` seconds, or when it ended five times without ever
        being ready: such a program would only crash on.
        """
        try:
            async with asyncio.timeout(deadline):
                # Another program's readiness: there is no event to wait for.
                while not await self._is_ready():  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise StartFailed(
                f"{self.name} was not ready within {deadline:g} s; see {self.program.command.log}"
            ) from None

    async def stop(self) -> None:
        """Ask, wait for `grace` seconds, kill. No process of this program is left afterwards."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        child = self._child
        if child is None:
            return
        child.ask_to_stop()
        try:
            async with asyncio.timeout(self.program.grace):
                await ended(child)
        except TimeoutError:
            self._journal.write("program_killed", program=self.name)
            child.kill()

    async def _is_ready(self) -> bool:
        pid = self.pid
        if self._back_off.failures >= HOPELESS_AFTER:
            raise StartFailed(
                f"{self.name} ended {HOPELESS_AFTER} times; see {self.program.command.log}"
            )
        return pid is not None and await self.program.ready(pid)

    def _launch(self) -> None:
        self.program.before_start()
        self._child = Child.start(self.program.command)
        self._journal.write("program_started", program=self.name, pid=self._child.pid)

    async def _keep(self) -> None:
        while self._child is not None:
            since = time.monotonic()
            code = await ended(self._child)
            self._back_off = self._back_off.ended(time.monotonic() - since)
            delay = self._back_off.delay
            self._journal.write("program_ended", program=self.name, exit_code=code, delay=delay)
            await asyncio.sleep(delay)
            self._launch_again()

    def _launch_again(self) -> None:
        # Out of processes or memory for a moment: the ended child is found again, and delayed.
        try:
            self._launch()
        except OSError as error:
            self._journal.write("program_not_started", program=self.name, error=error.strerror)


async def ended(child: Child) -> int:
    """The child's exit code, as soon as it has one."""
    # Whoever asked whether it runs has reaped it, if it had ended: then its pid means nothing.
    if sys.platform == "linux" and child.running:
        await _pid_descriptor_readable(child.pid)
    # Elsewhere than on Linux nothing tells us.
    while child.running:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    return child.wait()


async def _pid_descriptor_readable(pid: int) -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    descriptor = os.pidfd_open(pid)
    loop.add_reader(descriptor, over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
