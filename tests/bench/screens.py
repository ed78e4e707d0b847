"""Many screens in one cheap process: raw sockets and one epoll loop, no parsing of frames.

Run as `python -m tests.bench.screens HOST PORT`. Reads one JSON command a line on stdin:
    {"join": ["first message or ''", …]}   opens one screen each       → {"joined": n}
    {"watch": "needle"}                    from now on, look for it     → {"watching": true}
    {"seen": seconds}                      wait until all saw it
                                           → {"screens": n, "first": t, "last": t, "bytes": b}
Times are CLOCK_MONOTONIC seconds, which every process of the machine shares.
"""

import base64
import json
import os
import select
import socket
import struct
import sys
import time
from dataclasses import dataclass, field

READ = 1 << 20
PING = b"\x89\x04"
KEEP = 256
"""Bytes of a screen's last read that are kept: a needle may lie across two reads."""


@dataclass
class Screens:
    """Open sockets, and when each first saw the needle."""

    host: str
    port: int
    sockets: dict[int, socket.socket] = field(default_factory=dict)
    tails: dict[int, bytes] = field(default_factory=dict)
    seen: dict[int, float] = field(default_factory=dict)
    needle: bytes = b"\0nothing\0"
    received: int = 0

    def __post_init__(self) -> None:
        self.epoll = select.epoll()

    def join(self, first: str) -> None:
        """Upgrade, send the first message, and go into the loop."""
        sock = socket.create_connection((self.host, self.port), timeout=10)
        key = base64.b64encode(os.urandom(16)).decode()
        sock.sendall(
            f"GET /live HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += sock.recv(4096)
        if b" 101 " not in answer.split(b"\r\n", 1)[0]:
            raise ConnectionError(answer.split(b"\r\n", 1)[0].decode())
        if first:
            sock.sendall(masked(first.encode()))
        sock.setblocking(False)
        self.sockets[sock.fileno()] = sock
        self.epoll.register(sock.fileno(), select.EPOLLIN)

    def watch(self, needle: str) -> None:
        """Forget what was seen and look for another needle."""
        self.needle = needle.encode()
        self.seen.clear()
        self.tails.clear()
        self.received = 0

    def read(self, fd: int) -> None:
        """Take what came; note the time when the needle is in it."""
        try:
            data = self.sockets[fd].recv(READ)
        except BlockingIOError:
            return
        if not data:
            self.epoll.unregister(fd)
            self.sockets.pop(fd).close()
            return
        self.received += len(data)
        self.answer_ping(fd, data)
        if fd not in self.seen:
            if self.needle in self.tails.get(fd, b"") + data:
                self.seen[fd] = time.monotonic()
            else:
                self.tails[fd] = data[-KEEP:]

    def answer_ping(self, fd: int, data: bytes) -> None:
        """A pong for the server's ping of four bytes, without which it hangs up after 40 s.

        Its first two bytes are in no text frame: JSON holds no control character.
        """
        at = data.find(PING)
        if at >= 0:
            payload = data[at + len(PING) : at + len(PING) + 4]
            self.sockets[fd].send(b"\x8a\x84\0\0\0\0" + payload)

    def report(self) -> dict[str, float]:
        """Who saw it, when the first and when the last."""
        times = list(self.seen.values()) or [0.0]
        return {
            "screens": len(self.seen),
            "first": min(times),
            "last": max(times),
            "bytes": self.received,
        }


def masked(payload: bytes) -> bytes:
    """A client's text frame (RFC 6455); the mask is all zero, which is a mask too."""
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", 0x81, 0x80 | length)
    else:
        head = struct.pack("!BBH", 0x81, 0x80 | 126, length)
    return head + b"\0\0\0\0" + payload


def say(answer: dict[str, object]) -> None:
    """One JSON line."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve commands until stdin ends."""
    screens = Screens(sys.argv[1], int(sys.argv[2]))
    stdin = sys.stdin.fileno()
    screens.epoll.register(stdin, select.EPOLLIN)
    pending, until = b"", 0.0
    while True:
        for fd, _event in screens.epoll.poll(0.05):
            if fd != stdin:
                screens.read(fd)
                continue
            chunk = os.read(stdin, 1 << 20)
            if not chunk:
                return
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                until = obey(screens, json.loads(line), until)
        done = len(screens.seen) >= len(screens.sockets)
        if until and (done or time.monotonic() > until):
            until = 0.0
            say(dict(screens.report()))


def obey(screens: Screens, command: dict[str, object], until: float) -> float:
    """Carry a command out; returns until when to wait for the needle."""
    match command:
        case {"join": list(firsts)}:
            for first in firsts:
                screens.join(str(first))
            say({"joined": len(screens.sockets)})
        case {"watch": needle}:
            screens.watch(str(needle))
            say({"watching": True})
        case {"seen": int() | float() as seconds}:
            return time.monotonic() + seconds
    return until


if __name__ == "__main__":
    main()
