"""Which service addresses may be used at all: by their scheme and what they ask for."""

from urllib.parse import parse_qsl, urlsplit

SCHEMES = frozenset(
    {
        *("json", "jsons", "discord", "slack", "workflows", "workflow", "gchat", "mmost", "mmosts"),
        *("rocket", "rockets", "zulip", "webex", "wxteams", "ntfy", "ntfys", "gotify", "gotifys"),
        *("tgram", "pover", "signal", "signals"),
    }
)
"""Chat and push services over HTTP(S). Nothing that runs programs, writes files, talks to the
machine itself or sends mail and texts, which have senders of their own."""

HOSTED = frozenset(
    {
        *("json", "jsons", "mmost", "mmosts", "rocket", "rockets", "gotify", "gotifys"),
        *("signal", "signals"),
    }
)
"""Schemes whose address names the host; the others have one fixed host of their own."""

_OVERRIDES = frozenset({"redirect", "verify", "cto", "rto"})


def scheme_refused(url: str) -> str | None:
    """Why this address may not be used, as a sentence; None: its form is allowed."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return "An address has no spaces or line breaks."
    try:
        parts = urlsplit(url)
        named = {name.lower() for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    except ValueError:
        return "This is not a service address."
    if parts.scheme.lower() not in SCHEMES:
        return "This kind of service is not allowed. Use a chat or push service over HTTP."
    if not _OVERRIDES.isdisjoint(named):
        return "The address may not change redirects, certificates or time limits."
    return None
