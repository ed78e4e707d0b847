"""The "what was sent" page: plain HTML, every value escaped, practice visibly apart."""

import base64
import hashlib
from html import escape

from schemas.vocabulary import Language
from services.sinks.domain.knobs import Knobs
from services.sinks.domain.sent import Listing, Sent
from services.sinks.domain.words import WORDS, Word

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


def page(listing: Listing, knobs: Knobs, language: Language) -> str:
    """The whole page. What was sent stays in the language that it was sent in."""
    words = WORDS[language]
    counts = "".join(
        f"<div><dt>{escape(_channel(name, words))}</dt><dd>{count}</dd></div>"
        for name, count in [
            *sorted(listing.counts.items()),
            (words["practice"], listing.practice),
            (words["repeated"], listing.repeated),
        ]
    )
    rows = "".join(_row(sent, words) for sent in listing.messages)
    sent = f"<ol>{rows}</ol>" if rows else f"<p>{words['nothing']}</p>"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{words['title']}</title><style>{STYLE}</style></head><body>"
        f"<h1>{words['title']}</h1><p>{words['nobody']} "
        f'{words["same_as"]} <a href="sent.json">JSON</a>.</p>'
        f"<dl>{counts}</dl><p>{escape(_behaviour(knobs, words))}</p>{sent}</body></html>"
    )


def _row(sent: Sent, words: dict[Word, str]) -> str:
    kind = "practice" if sent.practice else "real"
    shown = words["kind_practice" if sent.practice else "kind_real"]
    subject = f'<p class="tag">{escape(sent.subject)}</p>' if sent.subject else ""
    return (
        f'<li class="{kind}"><span class="tag">{shown}</span> '
        f"{escape(_channel(sent.channel, words))} {words['to']} {escape(sent.to)}, "
        f'<time datetime="{sent.at.isoformat()}">{sent.at:%H:%M:%S} UTC</time>'
        f'{subject}<p dir="auto">{escape(sent.body)}</p></li>'
    )


def _channel(name: str, words: dict[Word, str]) -> str:
    match name:
        case "email" | "sms" | "service":
            return words[name]
        case _:
            return name


def _behaviour(knobs: Knobs, words: dict[Word, str]) -> str:
    return words["behaviour"].format(
        latency=knobs.latency_ms,
        failed=knobs.failure_share,
        busy=knobs.busy_share,
        dropped=knobs.drop_share,
    )
