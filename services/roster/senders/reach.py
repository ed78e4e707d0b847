"""Which addresses a pull may open a connection to, judged by the number really connected to.

A name that resolves to an inner address, one that changes between two look-ups, and a redirect
all end here.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

import aiohttp

# They carry an IPv4 address that a check of the outer one would not see.
TUNNELS = tuple(
    ipaddress.ip_network(each)
    for each in (
        "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96",
    )
)  # fmt: skip
# Not of the open internet, though some releases of Python call them global.
INNER = tuple(
    ipaddress.ip_network(each) for each in ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10")
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(PermissionError):
    """The address rule forbids this connection. The text names no address."""


class Reach:
    """The rule for one URL. allowed: hosts that settings name, whatever their address.

    demo: those hosts and no others, as nothing of a demo leaves its computer.
    """

    def __init__(self, url: str, allowed: Collection[str], *, demo: bool = False) -> None:
        parts = urlsplit(url)
        self._named = (parts.hostname or "") in allowed
        self._demo = demo
        self._plain = parts.scheme == "http"
        # Whether a connection was forbidden: its error may be told as one of several.
        self.forbade = False

    def check(self, address: str) -> None:
        """Raises Forbidden. address: numeric; anything else is refused too."""
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            raise Forbidden("not a numeric address") from None
        if self._plain and not found.is_loopback:
            raise Forbidden("without encryption only to this machine itself")
        if not self._named and (self._demo or not is_open(found)):
            raise Forbidden("not an address of the open internet")

    @property
    def code(self) -> str:
        """Why a connection was forbidden."""
        return "demo_stays_inside" if self._demo else "address_forbidden"

    def connector(self) -> aiohttp.TCPConnector:
        """Connections that obey the rule; names are looked up for each new one."""
        return aiohttp.TCPConnector(limit=2, use_dns_cache=False, socket_factory=self._socket)

    def _socket(self, info: Any) -> socket.socket:
        """aiohttp's socket factory: called with the numeric address just before it connects."""
        family, kind, protocol, _name, address = info
        try:
            self.check(str(address[0]))
        except Forbidden:
            self.forbade = True
            raise
        opened = socket.socket(family, kind, protocol)
        opened.setblocking(False)
        return opened


def is_open(found: Address) -> bool:
    """Whether the address is one of the open internet."""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_open(found.ipv4_mapped)
        if any(found in network for network in TUNNELS):
            return False
    if any(found in network for network in INNER):
        return False
    return found.is_global and not found.is_multicast
