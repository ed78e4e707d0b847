"""Free TCP ports on the loopback address."""

import random
import socket
from pathlib import Path

LOWEST = 15000
EPHEMERAL_DEFAULT = 32768
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_ports(count: int) -> list[int]:
    """`count` different ports that were free a moment ago; another program may still win one.

    They lie below the range that the kernel gives to outgoing connections. While a server is
    down, a client that reconnects in a loop could otherwise be given the server's own port,
    connect to itself, and keep the server from ever binding again.
    """
    chooser = random.SystemRandom()
    chosen: list[int] = []
    while len(chosen) < count:
        port = chooser.randrange(LOWEST, _first_ephemeral())
        if port not in chosen and is_free(port):
            chosen.append(port)
    return chosen


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        # As servers do: connections of the last run that linger in TIME_WAIT do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _first_ephemeral() -> int:
    try:
        first = int(EPHEMERAL.read_text().split()[0])
    except (OSError, ValueError):
        return EPHEMERAL_DEFAULT
    return first if first > LOWEST + 1000 else EPHEMERAL_DEFAULT
