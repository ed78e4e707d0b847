"""The SMTP side: a real mail server whose deliveries end in the outbox."""

import asyncio
import email
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from aiosmtpd.smtp import SMTP

from services.sinks.handlers import Sinks

LARGEST = 256 * 1024


class Mailroom:
    """aiosmtpd calls handle_DATA for each message."""

    def __init__(self, sinks: Sinks) -> None:
        self._sinks = sinks

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """One message; the reply is what the client reads."""
        # The modern policy parses each header three times as long; a sink must not be the limit.
        message = email.message_from_bytes(envelope.content)
        fate = await self._sinks.receive(
            "email",
            to=", ".join(envelope.rcpt_tos),
            subject=_words(str(message.get("Subject", ""))),
            body=_text_of(message),
            key=str(message.get("Message-ID", "")),
        )
        match fate:
            case "take":
                return "250 OK"
            case "fail":
                return "451 Local error, try again"
            case "busy":
                return "452 Too many messages, try again"
            case "drop":
                server.transport.abort()
                return "421 Gone"


@asynccontextmanager
async def run_smtp(sinks: Sinks, host: str, port: int) -> AsyncIterator[int]:
    """Serve mail; yields the port (of the system's choice when 0)."""
    room = Mailroom(sinks)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            room,
            data_size_limit=LARGEST,
            hostname="sinks.invalid",
            ident="Muster sinks",
            enable_SMTPUTF8=True,
            loop=loop,
        ),
        host,
        port,
        backlog=256,
    )
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


def _words(header: str) -> str:
    return str(make_header(decode_header(header)))


def _text_of(message: Message) -> str:
    for part in message.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return payload.decode(part.get_content_charset("utf-8"), errors="replace")
    return ""
