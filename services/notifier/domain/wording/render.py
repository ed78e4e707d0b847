"""A template and its facts become words. A practice says so first and last; nothing else does."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import msgspec

from schemas.actions import ActionKind, Hazard, Strategy
from schemas.notifier import AudienceKind, MessageText
from schemas.vocabulary import IncidentMode, Language
from services.notifier.domain.occasions import Template
from services.notifier.domain.sms import measure, plain_typography
from services.notifier.domain.wording.english import ENGLISH
from services.notifier.domain.wording.phrases import Line, Phrases
from services.notifier.domain.wording.spanish import SPANISH

CADENCE = dt.timedelta(minutes=15)
"""When parents hear next, unless the school says otherwise."""

PHRASES: dict[Language, Phrases] = {"en": ENGLISH, "es": SPANISH}

_PRACTICE = re.compile(r"\b(drills?|simulacros?|exercises?|ejercicios?)\b", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a message may name. zone "": the whole school. next_at: school's local time."""

    school: str
    kind: ActionKind
    zone: str = ""
    location: str = ""
    hazard: Hazard | None = None
    strategy: Strategy | None = None
    next_at: dt.datetime | None = None
    link: str = ""


def says_practice(text: str) -> bool:
    """Whether a text holds a word that only a practice may hold, in any language."""
    return _PRACTICE.search(text) is not None


def next_word_at(now: dt.datetime, zone: str) -> dt.datetime:
    """When the next message is promised: the cadence on, to the next five minutes, local."""
    due = (now + CADENCE).astimezone(ZoneInfo(zone))
    late = dt.timedelta(minutes=due.minute % 5, seconds=due.second, microseconds=due.microsecond)
    return due if not late else due + dt.timedelta(minutes=5) - late


def render(template: Template, mode: IncidentMode, language: Language, words: Words) -> MessageText:
    """The text of one message in one language, with its SMS encoding and parts."""
    phrases = PHRASES[language]
    line = line_of(phrases, template, mode)
    fields = _fields(phrases, words)
    body = _sentence(line.body.format_map(fields))
    if template.audience == "parents" and mode == "live" and template.occasion != "corrected":
        body = _with_next_word(phrases, body, words)
    if words.link and mode == "live":
        body = f"{body} {words.link}"
    subject = _sentence(line.subject.format_map(fields))
    if mode != "live":
        word = phrases.practice[mode]
        subject, body = f"{word}: {subject} - {word}", f"{word}. {body} {word}"
    size = measure(body)
    return MessageText(
        language=language,
        subject=subject,
        body=body,
        segments=size.segments,
        encoding=size.encoding,
    )


def action_line(template: Template, mode: IncidentMode, language: Language, words: Words) -> str:
    """What happened, where and what to do: the part that is held to 27 words."""
    phrases = PHRASES[language]
    return _sentence(line_of(phrases, template, mode).body.format_map(_fields(phrases, words)))


def line_of(phrases: Phrases, template: Template, mode: IncidentMode) -> Line:
    """The line of a template; the most exact key wins, an added action reads like a new one."""
    lines = lines_for(phrases, template.audience, mode)
    occasion = template.occasion
    alike = {"added": "declared", "changed": "declared", "led": "declared"}
    for key in (f"{occasion}.{template.kind}", occasion):
        if key in lines:
            return lines[key]
    fallback = alike.get(occasion, occasion)
    return lines.get(f"{fallback}.{template.kind}") or lines[fallback]


def lines_for(phrases: Phrases, audience: AudienceKind, mode: IncidentMode) -> dict[str, Line]:
    if audience == "staff":
        return phrases.staff
    return phrases.parents if mode == "live" else phrases.rehearsal


def _fields(phrases: Phrases, words: Words) -> dict[str, str]:
    location = _plain(words.location, phrases.announced_place)
    hazard = phrases.hazards[words.hazard] if words.hazard else ""
    strategy = phrases.strategies[words.strategy] if words.strategy else ""
    zone = _plain(words.zone, "")
    return {
        "school": _plain(words.school, phrases.your_school),
        "term": phrases.terms[words.kind],
        "location": location,
        "hazard": hazard,
        "where": phrases.where.format(zone=zone) if zone else "",
        "directive": phrases.directives[words.kind].format(
            location=location, hazard=hazard, strategy=strategy
        ),
    }


def _plain(text: str, fallback: str) -> str:
    """A name as it may stand in a message: one line, and no word that belongs to a practice.

    A live text that sends people to a "Drill Field" must not read like a practice, and no name
    may turn a practice into "not a drill".
    """
    printable = " ".join(plain_typography(_UNPRINTABLE.sub(" ", text)).split())
    return fallback if not printable or says_practice(printable) else printable


def _sentence(text: str) -> str:
    return " ".join(text.split()).replace("..", ".").replace(" .", ".")


def _with_next_word(phrases: Phrases, body: str, words: Words) -> str:
    if words.next_at is None:
        return body
    half = phrases.morning if words.next_at.hour < 12 else phrases.afternoon
    time = f"{words.next_at.hour % 12 or 12}:{words.next_at.minute:02d} {half}"
    return _sentence(f"{body} {phrases.next_word.format(time=time)}")
