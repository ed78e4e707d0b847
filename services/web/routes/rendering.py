"""Templates: one environment a language, autoescape on."""

import datetime as dt
import gettext
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jinja2
from aiohttp import web
from babel.dates import format_date, format_time

from schemas.vocabulary import Language
from services.web.domain.findings import grouped
from services.web.routes.speech import Speech

LINK = re.compile(r"\s*https?://\S+")
RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur"})


class Templates:
    """zone: the school's, IANA; times of a page are the school's."""

    def __init__(
        self, folder: Path, translations: Mapping[Language, gettext.NullTranslations]
    ) -> None:
        self.speech = {
            language: Speech(language, catalogue) for language, catalogue in translations.items()
        }
        self._environments = {
            language: _environment(folder, self.speech[language], catalogue)
            for language, catalogue in translations.items()
        }

    def page(
        self,
        name: str,
        language: Language,
        context: Mapping[str, Any],
        *,
        status: int = 200,
        zone: str = "UTC",
    ) -> web.Response:
        """A whole page as HTML."""
        template = self._environments[language].get_template(name)
        direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
        text = template.render(
            {"language": language, "direction": direction, "zone": _zone(zone), **context}
        )
        return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def _environment(
    folder: Path, speech: Speech, catalogue: gettext.NullTranslations
) -> jinja2.Environment:
    language = speech.language
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install = getattr(environment, "install_gettext_translations")  # noqa: B009
    install(catalogue, newstyle=True)
    environment.globals["static"] = static
    environment.filters["without_link"] = without_link
    environment.filters["alike"] = grouped
    environment.filters["grade"] = grade
    environment.filters["on_day"] = _on_day(language)
    environment.filters["finding_words"] = speech.finding
    environment.filters["pull_words"] = speech.pulled
    environment.filters["refusal_words"] = speech.refusal
    environment.filters["hm"] = _timed(language, "HH:mm")
    environment.filters["hms"] = _timed(language, "HH:mm:ss")
    environment.filters["clock"] = _timed(language, "short")
    environment.filters["day_and_time"] = _day_and_time(language)
    return environment


def static(name: str) -> str:
    """URL of a file under static/."""
    return f"/static/{name}"


def without_link(text: str) -> str:
    """A text message's words; on the page that its link leads to, the link says nothing."""
    return LINK.sub("", text).strip()


def grade(code: str) -> str:
    """A OneRoster grade as a school says it: "01" is 1, "KG" is K; others as they came."""
    return "K" if code == "KG" else code.lstrip("0") or code


def _on_day(language: Language) -> Any:
    def shown(day: dt.date | str) -> str:
        on = dt.date.fromisoformat(day) if isinstance(day, str) else day
        return format_date(on, "d MMM y", locale=language)

    return shown


def _timed(language: Language, form: str) -> Any:
    @jinja2.pass_context
    def shown(context: jinja2.runtime.Context, at: dt.datetime) -> str:
        zone = context.get("zone")
        return format_time(at, form, tzinfo=zone, locale=language)

    return shown


def _day_and_time(language: Language) -> Any:
    @jinja2.pass_context
    def shown(context: jinja2.runtime.Context, at: dt.datetime) -> str:
        there = at.astimezone(context.get("zone"))
        pattern = "EEEE d MMMM" if language == "en" else "EEEE d 'de' MMMM"
        day = format_date(there.date(), pattern, locale=language)
        return f"{day}, {there:%H:%M}"

    return shown


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
