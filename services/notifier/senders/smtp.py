"""Mail through a small pool of kept-open SMTP connections, one recipient a message."""

import asyncio
import ssl
from typing import Any

import aiosmtplib

from schemas.notifier import Channel
from services.notifier.domain.jobs import Lane, QueuedJob, Result, lane_of
from services.notifier.ports import Clock
from services.notifier.senders.mail import BadHeader, Envelopes, date_of
from services.notifier.senders.reach import Reach, Unreachable

_BROKEN = (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError, TimeoutError)


class SmtpSender:
    """connections: open at most; each carries one message at a time.

    security: none | starttls | tls. user "": no login. timeout: seconds for each answer.
    """

    channel: Channel = "email"

    def __init__(
        self,
        *,
        lane: Lane,
        host: str,
        port: int,
        reach: Reach,
        clock: Clock,
        envelopes: Envelopes,
        bounce: str,
        user: str = "",
        password: str = "",
        security: str = "starttls",
        connections: int = 64,
        timeout: float = 10.0,
    ) -> None:
        self.lane = lane
        self._server = (host, port)
        self._reach = reach
        self._clock = clock
        self._envelopes = envelopes
        self._bounce = bounce
        self._login = (user, password)
        self._security = security
        self._timeout = timeout
        self._slots = asyncio.Semaphore(connections)
        self._idle: list[aiosmtplib.SMTP] = []
        self.opened = 0
        # A context loads every root certificate: once, not once a connection.
        self._tls = ssl.create_default_context() if security != "none" else None

    async def send(self, job: QueuedJob) -> Result:
        """One mail to one person."""
        if lane_of(job.mode) != self.lane:
            return Result("refused", "other_mode")
        try:
            date = date_of(self._clock.now().timestamp())
            message = self._envelopes.bytes_of(job, date)
        except BadHeader:
            return Result("refused", "address_refused")
        async with self._slots:
            return await self._deliver(job.address, message)

    async def close(self) -> None:
        """Say goodbye, briefly."""
        idle, self._idle = self._idle, []
        for client in idle:
            client.close()

    async def _deliver(self, address: str, message: bytes) -> Result:
        try:
            client = await self._client()
        except Unreachable:
            return Result("refused", "address_refused")
        except (aiosmtplib.SMTPException, *_BROKEN):
            return Result("later", "no_connection")
        try:
            result = await self._transact(client, address, message)
        except BaseException:
            client.close()
            raise
        if client.is_connected:
            self._idle.append(client)
        return result

    async def _transact(self, client: aiosmtplib.SMTP, address: str, message: bytes) -> Result:
        try:
            await client.mail(self._bounce)
            await client.rcpt(address)
        except aiosmtplib.SMTPResponseException as error:
            await _forget(client)
            return _judged(error)
        except _BROKEN:
            client.close()
            return Result("later", "disconnected")
        try:
            await client.data(message)
        except aiosmtplib.SMTPResponseException as error:
            await _forget(client)
            return _judged(error)
        except _BROKEN:
            # The body may have left: the server may deliver what it did not confirm.
            client.close()
            return Result("cut", "disconnected")
        return Result("accepted", "smtp_250")

    async def _client(self) -> aiosmtplib.SMTP:
        while self._idle:
            client = self._idle.pop()
            if client.is_connected:
                return client
        return await self._open()

    async def _open(self) -> aiosmtplib.SMTP:
        host, port = self._server
        opened = await self._reach.connect(host, port, self._timeout)
        self.opened += 1
        client = aiosmtplib.SMTP(
            hostname=host,
            sock=opened,
            timeout=self._timeout,
            use_tls=self._security == "tls",
            start_tls=self._security == "starttls",
            tls_context=self._tls,
            local_hostname="muster.invalid",
        )
        try:
            await client.connect()
            if self._login[0]:
                await client.login(*self._login)
        except BaseException:
            opened.close()
            raise
        return client


def _judged(error: Any) -> Result:
    code = f"smtp_{error.code}"
    return Result("later" if 400 <= error.code < 500 or error.code < 0 else "refused", code)


async def _forget(client: aiosmtplib.SMTP) -> None:
    """Leave the connection ready for the next message, or closed."""
    try:
        await client.rset()
    except (aiosmtplib.SMTPException, *_BROKEN):
        client.close()
