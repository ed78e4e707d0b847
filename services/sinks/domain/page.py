"""The "what was sent" page: plain HTML, every value escaped, practice visibly apart."""

import base64
import hashlib
from html import escape

from services.sinks.domain.knobs import Knobs
from services.sinks.domain.sent import Listing, Sent

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.45 system-ui, sans-serif; max-inline-size: 60rem; margin: 0 auto;
  padding: 1rem; }
h1 { font-size: 1.4rem; } dl { display: flex; flex-wrap: wrap; gap: 1.5rem; }
dt { font-size: .85rem; } dd { margin: 0; font-size: 1.5rem; font-weight: 700; }
ol { list-style: none; padding: 0; display: grid; gap: .6rem; }
li { border: 2px solid; border-radius: 6px; padding: .5rem .8rem; overflow-wrap: anywhere; }
li.practice { border-style: dashed; background: repeating-linear-gradient(
  135deg, transparent 0 14px, #8883 14px 18px); }
li p { margin: .3rem 0; white-space: pre-wrap; } .tag { font-weight: 700; }
"""


def policy() -> str:
    """The page's Content-Security-Policy: its own style, by hash, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'"
    )


def page(listing: Listing, knobs: Knobs) -> str:
    """The whole page."""
    counts = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{count}</dd></div>"
        for name, count in [
            *sorted(listing.counts.items()),
            ("of them in practice", listing.practice),
            ("second copies", listing.repeated),
        ]
    )
    rows = "".join(_row(sent) for sent in listing.messages)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>What was sent</title><style>{STYLE}</style></head><body>"
        "<h1>What was sent</h1><p>This demo reaches nobody: mail and texts end here. "
        'The same as <a href="sent.json">JSON</a>.</p>'
        f"<dl>{counts}</dl><p>{escape(_behaviour(knobs))}</p>"
        f"{f'<ol>{rows}</ol>' if rows else '<p>Nothing yet. Start a drill.</p>'}"
        "</body></html>"
    )


def _row(sent: Sent) -> str:
    kind = "practice" if sent.practice else "real"
    subject = f'<p class="tag">{escape(sent.subject)}</p>' if sent.subject else ""
    return (
        f'<li class="{kind}"><span class="tag">{kind.upper()}</span> '
        f"{escape(sent.channel)} to {escape(sent.to)}, "
        f'<time datetime="{sent.at.isoformat()}">{sent.at:%H:%M:%S} UTC</time>'
        f'{subject}<p dir="auto">{escape(sent.body)}</p></li>'
    )


def _behaviour(knobs: Knobs) -> str:
    return (
        f"Answers after {knobs.latency_ms:g} ms; {knobs.failure_share:.0%} fail, "
        f"{knobs.busy_share:.0%} are too busy, {knobs.drop_share:.0%} end without an answer."
    )
