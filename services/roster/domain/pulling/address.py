"""Addresses that a source may name, before anything is resolved."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from services.roster.domain.imports import Refused
from services.roster.domain.pulling.failures import WORDS


def is_loopback(host: str) -> bool:
    """Whether the name itself says loopback: no look-up is asked."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def decide_url(url: str, allowed: Collection[str]) -> Refused | None:
    """https:// anywhere, http:// on loopback; an inner address only when settings name its host.

    A name is looked up and checked again at every connection (senders/reach.py).
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return bad_url("The address cannot be read.")
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        return bad_url("Write the address as in https://sis.example.org.")
    if parts.username is not None or parts.password is not None:
        return bad_url("The address holds a user name: the client id has a field of its own.")
    if parts.fragment or parts.query:
        return bad_url("The address ends before any ? or #.")
    if parts.scheme == "http" and not is_loopback(host):
        return bad_url("The address must begin with https://, or the secret could be read.")
    if is_inner(host) and host not in allowed:
        return Refused("address_forbidden", WORDS["address_forbidden"])
    return None


def is_inner(host: str) -> bool:
    """Whether a numeric address, or localhost, is none of the open internet."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def bad_url(reason: str) -> Refused:
    return Refused("bad_url", reason)


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: who hears what is sent there."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port
