"""The plugins of apprise that are used, each loaded alone and at its first use.

Asking apprise for a plugin loads all of its two hundred: two seconds and 25 MB. This way the
others, which also run programs and speak to the machine itself, are never even loaded.
"""

import importlib
from typing import Any
from urllib.parse import urlsplit

from services.notifier.domain.services import scheme_refused

PLUGINS: dict[str, tuple[str, str]] = {
    "json": ("custom_json", "NotifyJSON"),
    "jsons": ("custom_json", "NotifyJSON"),
    "discord": ("discord", "NotifyDiscord"),
    "slack": ("slack", "NotifySlack"),
    "workflow": ("workflows", "NotifyWorkflows"),
    "workflows": ("workflows", "NotifyWorkflows"),
    "gchat": ("google_chat", "NotifyGoogleChat"),
    "mmost": ("mattermost", "NotifyMattermost"),
    "mmosts": ("mattermost", "NotifyMattermost"),
    "rocket": ("rocketchat", "NotifyRocketChat"),
    "rockets": ("rocketchat", "NotifyRocketChat"),
    "zulip": ("zulip", "NotifyZulip"),
    "webex": ("webexteams", "NotifyWebexTeams"),
    "wxteams": ("webexteams", "NotifyWebexTeams"),
    "ntfy": ("ntfy", "NotifyNtfy"),
    "ntfys": ("ntfy", "NotifyNtfy"),
    "gotify": ("gotify", "NotifyGotify"),
    "gotifys": ("gotify", "NotifyGotify"),
    "tgram": ("telegram", "NotifyTelegram"),
    "pover": ("pushover", "NotifyPushover"),
    "signal": ("signal_api", "NotifySignalAPI"),
    "signals": ("signal_api", "NotifySignalAPI"),
}

# Seconds for a connection, and for its answer: as long as a text or a mail is given.
TIMEOUT = 10.0


def plugin_for(url: str) -> Any:
    """The object that sends to this address; None when the address is not complete.

    Slow at a plugin's first use: call it in a thread.
    """
    if scheme_refused(url) is not None:
        return None
    module, name = PLUGINS[urlsplit(url).scheme.lower()]
    kind = getattr(importlib.import_module(f"apprise.plugins.{module}"), name)
    asset = importlib.import_module("apprise").AppriseAsset(async_mode=False, http_redirects=False)
    try:
        parsed = kind.parse_url(url)
        made = kind(**parsed, asset=asset) if parsed else None
    except (TypeError, ValueError):
        return None
    if made is not None:
        # Our own queue bounds the calls; a plugin would sleep for seconds between two.
        made.request_rate_per_sec = 0
        # Its four seconds would tell a slow provider's yes as a no, and send the alert twice.
        made.socket_connect_timeout = made.socket_read_timeout = TIMEOUT
    return made
