"""The words of messages: practice first and last, plain, short, never what must not be said."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.actions import ActionKind, Hazard, Strategy
from schemas.vocabulary import IncidentMode, Language
from services.notifier.domain.occasions import Occasion, Template, template_named
from services.notifier.domain.wording.render import (
    PHRASES,
    Words,
    action_line,
    next_word_at,
    render,
    says_practice,
)
from tests.notifier.samples import NOW

KINDS: tuple[ActionKind, ...] = get_args(ActionKind)
LANGUAGES: tuple[Language, ...] = get_args(Language)
PARENTS: tuple[Occasion, ...] = ("declared", "added", "changed", "led", "corrected", "closed")
STAFF: tuple[Occasion, ...] = ("declared", "added", "changed", "corrected", "closed")
TEMPLATES = tuple(
    [Template("parents", occasion, kind) for occasion in PARENTS for kind in KINDS]
    + [Template("staff", occasion, kind) for occasion in STAFF for kind in KINDS]
)
WORD = {
    ("drill", "en"): "DRILL",
    ("drill", "es"): "SIMULACRO",
    ("exercise", "en"): "EXERCISE",
    ("exercise", "es"): "EJERCICIO",
}

names = st.text(max_size=40) | st.sampled_from(
    ["Drill Field", "this is not a drill", "Área de simulacros", "EXERCISE hall", "a\r\nBcc: b"]
)


@st.composite
def words(draw: st.DrawFn, kind: ActionKind) -> Words:
    return Words(
        school=draw(names),
        kind=kind,
        zone=draw(names),
        location=draw(names),
        hazard=draw(st.sampled_from(get_args(Hazard))) if kind == "shelter" else None,
        strategy=draw(st.sampled_from(get_args(Strategy))) if kind == "shelter" else None,
        next_at=NOW,
        link="https://muster.example/statement/1",
    )


def plain_words(kind: ActionKind) -> Words:
    return Words(
        school="Lincoln Elementary School",
        kind=kind,
        location="the football field",
        hazard="severe_weather",
        strategy="drop_cover_hold",
        next_at=NOW,
        link="https://muster.example/s/1",
    )


@given(data=st.data())
def test_practice_words_stand_first_and_last_and_only_in_a_practice(data: st.DataObject) -> None:
    """No name that a school enters makes a practice look real, or the real thing a practice."""
    template = data.draw(st.sampled_from(TEMPLATES))
    mode: IncidentMode = data.draw(st.sampled_from(get_args(IncidentMode)))
    language = data.draw(st.sampled_from(LANGUAGES))
    text = render(template, mode, language, data.draw(words(template.kind)))
    for part in (text.subject, text.body):
        if mode == "live":
            assert not says_practice(part)
        else:
            word = WORD[mode, language]
            assert part.startswith(word)
            assert part.endswith(word)
            assert not says_practice(part.removeprefix(word).removesuffix(word))


@given(data=st.data())
def test_no_name_breaks_a_line(data: st.DataObject) -> None:
    """A subject or a text with a line break could forge a header."""
    template = data.draw(st.sampled_from(TEMPLATES))
    text = render(template, "live", "en", data.draw(words(template.kind)))
    assert not re.search(r"[\x00-\x1f\x7f\u2028\u2029]", text.subject + text.body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
def test_every_template_has_short_plain_words(template: Template, language: Language) -> None:
    """What happened, where and what to do stay within 27 words in every language and mode."""
    for mode in get_args(IncidentMode):
        line = action_line(template, mode, language, plain_words(template.kind))
        assert len(line.split()) <= 27, line
        assert "{" not in line


@pytest.mark.parametrize("kind", KINDS)
def test_spanish_parents_texts_stay_in_the_cheap_alphabet(kind: ActionKind) -> None:
    """An accent in an approved wording would double what every text costs."""
    for occasion in PARENTS:
        for mode in get_args(IncidentMode):
            text = render(Template("parents", occasion, kind), mode, "es", plain_words(kind))
            assert text.encoding == "gsm7", text.body


@pytest.mark.parametrize(
    ("language", "forbidding"),
    [
        ("en", "Do not come. Do not call your child."),
        ("es", "No venga. No llame a su hijo o hija."),
    ],
)
def test_lockdown_keeps_parents_away(language: Language, forbidding: str) -> None:
    """The first text of a Lockdown says so, and names no place inside the school."""
    words_ = Words(school="Lincoln", kind="lockdown", zone="Library", location="Gym", link="l")
    text = render(Template("parents", "declared", "lockdown"), "live", language, words_)
    assert forbidding in text.body
    assert "Library" not in text.body
    assert "Gym" not in text.body


def test_lockdown_does_not_ask_staff_to_account() -> None:
    """A roll call is never the first thing that a teacher's phone asks for in a Lockdown."""
    text = render(Template("staff", "declared", "lockdown"), "live", "en", plain_words("lockdown"))
    assert "Account" not in text.body
    assert "Locks, Lights, Out of Sight." in text.body


def test_led_evacuation_keeps_the_place_unsaid() -> None:
    """While police lead people out of a Lockdown parents are not told where to."""
    text = render(Template("parents", "led", "evacuate"), "live", "en", plain_words("evacuate"))
    assert "football" not in text.body


def test_parents_read_who_what_and_the_next_word_in_order() -> None:
    """Who says it comes first; the next word and the link come last."""
    body = render(
        Template("parents", "declared", "evacuate"), "live", "en", plain_words("evacuate")
    ).body
    order = ["Lincoln", "Evacuate", "football field", "do not come", "Next message by", "https://"]
    places = [body.lower().index(part.lower()) for part in order]
    assert places == sorted(places)


def test_the_next_word_is_promised_in_the_schools_time() -> None:
    """Parents read their own clock: 15 minutes on, at the next five minutes."""
    assert next_word_at(NOW, "America/New_York").strftime("%H:%M") == "10:25"
    assert next_word_at(NOW.replace(minute=0, second=0), "UTC").strftime("%H:%M") == "14:15"


def test_every_language_knows_the_same_lines() -> None:
    """A template that one language lacks would go out in another one unseen."""
    english = PHRASES["en"]
    for phrases in PHRASES.values():
        assert phrases.staff.keys() == english.staff.keys()
        assert phrases.parents.keys() == english.parents.keys()
        assert phrases.rehearsal.keys() == english.rehearsal.keys()


def test_template_names_are_read_back() -> None:
    """A stored name finds the template that was approved."""
    for template in TEMPLATES:
        assert template_named(template.name) == template
    with pytest.raises(ValueError):
        template_named("parents.declared.barricade")
