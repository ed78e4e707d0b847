"""One service process: start, serve, stop within 3 s, and never outlive its supervisor."""

import asyncio
import ctypes
import gc
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import uvloop
from aiohttp import web

from services.chassis.commands.deadlines import HEAD_DEADLINE, connection_factory
from services.chassis.logs import configure, log, where
from services.chassis.settings import ServiceSettings, SettingsError, load

S = TypeVar("S", bound=ServiceSettings)
Wire = Callable[[S], AbstractAsyncContextManager[None]]

PR_SET_PDEATHSIG = 1
EXIT_SETTINGS = 2
EXIT_FAILED = 1
# Under the 3 s after which a supervisor kills: what hangs at the end must not look like a crash.
STOP_DEADLINE = 2.7
BACKLOG = 1024


def serve(service: str, spec: type[S], wire: Wire[S]) -> None:
    """Run one service until SIGTERM or SIGINT; exits the process with an honest code.

    0: stopped cleanly. 1: failed, the last line says what and where. 2: a setting is wrong.
    """
    die_with_parent()
    try:
        settings = load(spec, service, os.environ)
    except SettingsError as error:
        print(f"muster {service}: {error}", file=sys.stderr)
        sys.exit(EXIT_SETTINGS)
    configure(service, settings.log_level)
    os.nice(settings.nice)
    sys.excepthook = _say_only_the_kind
    sys.exit(uvloop.run(run(settings, wire)))


async def run(settings: S, wire: Wire[S]) -> int:
    """Wire, wait for a signal, unwire. Returns the exit code."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.set_exception_handler(_task_failed)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, stop, number)
    started = asyncio.Event()
    serving = asyncio.create_task(_hold(wire(settings), started, stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not started.is_set():
        serving.cancel()
    try:
        await serving
    except asyncio.CancelledError:
        log.info("stopped_while_starting")
    except Exception as error:
        log.error("failed", error_type=type(error).__name__, where=where(error))
        return EXIT_FAILED
    log.info("stopped")
    return 0


async def _hold(
    wired: AbstractAsyncContextManager[None], started: asyncio.Event, stop: asyncio.Event
) -> None:
    async with wired:
        started.set()
        log.info("started")
        gc.collect()
        # What lives as long as the process is never looked at by the collector again.
        gc.freeze()
        await stop.wait()


def _stop(stop: asyncio.Event, number: signal.Signals) -> None:
    log.info("stopping", signal=number.name)
    if stop.is_set():
        os._exit(EXIT_FAILED)
    stop.set()
    # A thread, because what hangs may be the loop itself.
    watchdog = threading.Timer(STOP_DEADLINE, _give_up)
    watchdog.daemon = True
    watchdog.start()


def _give_up() -> None:
    log.error("stop_took_too_long", ms=int(STOP_DEADLINE * 1000))
    os._exit(EXIT_FAILED)


def die_with_parent() -> None:
    """Ask the kernel for SIGKILL when our parent ends (Linux; elsewhere nothing)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def _say_only_the_kind(kind: type[BaseException], error: BaseException, _trace: object) -> None:
    log.error("failed", error_type=kind.__name__, where=where(error))


def _task_failed(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        log.error("task_failed", error_type=type(error).__name__, where=where(error))
    else:
        log.error("task_failed", error_type="none")


@asynccontextmanager
async def run_http(
    app: web.Application, host: str, port: int, *, head_deadline: float = HEAD_DEADLINE
) -> AsyncIterator[int]:
    """Serve the application; yields the port (of the system's choice when 0).

    Connections are kept alive for 75 s; a head that takes longer than `head_deadline` seconds
    is cut, a body by its handler. Raises OSError when the port is taken.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    assert runner.server is not None
    server = await asyncio.get_running_loop().create_server(
        connection_factory(runner.server, head_deadline), host, port, backlog=BACKLOG
    )
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await runner.cleanup()
        await server.wait_closed()
