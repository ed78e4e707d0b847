"""The one choke point: which addresses this process may open a connection to.

Every sender's connection is checked here by the numeric address that is really connected to,
after names are resolved: a name that resolves to a loopback address, an address that changes
between two look-ups and a redirect all end here. In a demo nothing but the sinks' exact
addresses can be reached, whatever the settings say.
"""

import asyncio
import ipaddress
import socket
from typing import Any, Literal

import aiohttp

Address = tuple[str, int]
AddrInfo = tuple[int, int, int, str, tuple[Any, ...]]
Rule = Literal["public", "operator"]
"""public: addresses of the open internet. operator: also the private network, for the relay and
gateway that the operator's own settings name."""

# They carry an IPv4 address that a check of the outer one would not see.
_TUNNELS = tuple(
    ipaddress.ip_network(each) for each in ("64:ff9b::/96", "2002::/16", "2001::/32", "::/96")
)


class Unreachable(PermissionError):
    """The address rule forbids this connection. The text names no address."""


class Reach:
    """only: the exact (numeric address, port) pairs of a demo; None: the rule decides."""

    def __init__(self, *, rule: Rule, only: frozenset[Address] | None = None) -> None:
        self._rule = rule
        self._only = only

    def check(self, address: str, port: int) -> None:
        """Raises Unreachable. address: numeric; anything else is refused too."""
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            raise Unreachable("not a numeric address") from None
        if self._only is not None:
            if (address, port) not in self._only:
                raise Unreachable("the demo reaches its own sinks only")
            return
        if not self._allowed(found):
            raise Unreachable("not an address that messages may go to")

    def _allowed(self, found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        if isinstance(found, ipaddress.IPv6Address):
            if found.ipv4_mapped is not None:
                return self._allowed(found.ipv4_mapped)
            if any(found in network for network in _TUNNELS) and not found.is_loopback:
                return False
        if found.is_multicast or found.is_link_local or found.is_unspecified:
            return False
        if self._rule == "operator":
            return found.is_global or found.is_private
        return found.is_global

    async def resolve(self, host: str, port: int) -> list[AddrInfo]:
        """Every address of a name, each checked. Raises Unreachable, OSError."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for _family, _kind, _protocol, _name, address in found:
            self.check(str(address[0]), int(address[1]))
        return found  # type: ignore[return-value]

    async def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        """A connected socket. Raises Unreachable, OSError, TimeoutError."""
        async with asyncio.timeout(timeout):
            infos = await self.resolve(host, port)
            failed: OSError | None = None
            for info in infos:
                try:
                    return await self._open(info)
                except OSError as error:
                    failed = error
            raise failed or OSError("no address")

    def socket_for(self, info: Any) -> socket.socket:
        """aiohttp's socket factory: called with the numeric address just before it connects."""
        family, kind, protocol, _name, address = info
        self.check(str(address[0]), int(address[1]))
        opened = socket.socket(family, kind, protocol)
        opened.setblocking(False)
        return opened

    def connector(self, *, limit: int) -> aiohttp.TCPConnector:
        """Pooled HTTP connections that obey the rule; names are looked up for each new one."""
        return aiohttp.TCPConnector(
            limit=limit,
            # Shorter than any provider's: a connection that they closed cuts a call.
            keepalive_timeout=15,
            use_dns_cache=False,
            socket_factory=self.socket_for,
        )

    async def _open(self, info: AddrInfo) -> socket.socket:
        opened = self.socket_for(info)
        try:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.get_running_loop().sock_connect(opened, info[4])
        except BaseException:
            opened.close()
            raise
        return opened
