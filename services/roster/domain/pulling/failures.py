"""Why a pull ends without a roster, in words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# The pages say the same in the reader's language (web: domain/finding_words/pulls.py).
WORDS: Final[Mapping[str, str]] = {
    "address_forbidden": (
        "The address lies inside a private network. Whoever runs Muster allows it by "
        "naming the host in MUSTER_ROSTER_PULL_HOSTS."
    ),
    "demo_stays_inside": (
        "This is a demo: nothing of it leaves this computer. It reads only hosts that "
        "MUSTER_ROSTER_PULL_HOSTS names."
    ),
    "unreachable": ("The student system cannot be reached. Check the address; it is tried again."),
    "tls_failed": (
        "The student system’s certificate is not valid, so nothing was sent to it. Tell "
        "whoever runs it."
    ),
    "too_slow": ("The student system did not answer in time. It is tried again."),
    "server_failed": ("The student system failed. It is tried again."),
    "busy": ("The student system asks to be left alone for a while. It is tried again."),
    "redirected": ("The student system answers from another address. Enter that address here."),
    "credentials_refused": (
        "The student system refuses the client id and secret. Enter them anew."
    ),
    "no_token": ("The token address does not answer as OAuth 2 does. Check the token address."),
    "not_authorised": ("The student system does not accept its own token. Check the scopes."),
    "scope_missing": (
        "The student system does not let this client read rosters. Ask its administrator "
        "for the roster scopes."
    ),
    "no_such_path": ("There is no OneRoster at this address. Check the address and the version."),
    "server_refused": (
        "The student system refuses the question. Check the address and the version."
    ),
    "filter_refused": (
        "The student system does not say what changed. Everything was read instead."
    ),
    "encoded": (
        "The student system packs its answers though it was asked not to. Tell whoever runs it."
    ),
    "page_too_large": (
        "A page of the student system is larger than Muster reads. Tell whoever runs it."
    ),
    "page_not_json": ("The student system sent a page that is not JSON. It is tried again."),
    "page_not_oneroster": (
        "The student system sent a page that is not OneRoster. Check the address."
    ),
    "too_many_pages": (
        "The student system sends page after page without an end. Tell whoever runs it."
    ),
    "too_many_rows": (
        "The student system sends more rows than a roster can have. Tell whoever runs it."
    ),
    "changed_underneath": ("The roster changed while it was read, twice. It is tried again."),
    "schools_not_listed": (
        "The student system lists none of these schools. Check the schools’ ids there."
    ),
    "cut_off": ("The pull broke off in the middle. Nothing was changed; it is tried again."),
    "secret_unreadable": ("The stored secret cannot be read. Enter it anew."),
    "took_too_long": ("The pull was not done after two hours. It is tried again."),
}
AGAIN: Final = frozenset(
    {
        "unreachable", "too_slow", "server_failed", "busy", "changed_underneath", "cut_off",
        "took_too_long", "page_not_json",
    }
)  # fmt: skip
"""What may be better in a while; anything else waits for the regular time or a person."""


class PullFailed(Exception):
    """The pull ends here; nothing was changed. code: one of WORDS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = WORDS[code]
        self.again = code in AGAIN


class ChangedUnderneath(Exception):
    """What was read so far does not fit together: read it all again, once."""
