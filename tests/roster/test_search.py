"""Search by name: what people type in a hurry, in any script, and what comes first."""

import unicodedata
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster_pages import Kind
from services.roster.domain.search.entries import Entry, Question
from services.roster.domain.search.folding import folded
from services.roster.domain.search.index import SearchIndex, merged
from services.roster.domain.search.nicknames import Nicknames

NICKNAMES = Nicknames()


def entry(given: str, family: str, *kinds: Kind, **more: str) -> Entry:
    return Entry(
        person=PersonId(more.get("person", f"id of {given} {family}")),
        kinds=kinds or ("student",),
        given=given,
        family=family,
        preferred=more.get("preferred", ""),
        grade=more.get("grade", "03"),
        homeroom=ClassId(more["home"]) if "home" in more else None,
        source_id=more.get("number", f"number of {given} {family}"),
        identifier=more.get("identifier", ""),
    )


def index(*entries: Entry, school: str = "lincoln") -> SearchIndex:
    return SearchIndex(SchoolId(school), 1, entries, NICKNAMES)


def asked(people: SearchIndex, text: str, **more: object) -> list[tuple[str, str]]:
    """(given family, why), best first."""
    question = Question(text=text, **more)  # type: ignore[arg-type]
    hits, _ = people.ask(question)
    found = [people.person(hit) for hit in hits]
    return [(f"{one.given} {one.family}".strip(), one.why) for one in found]


@pytest.mark.parametrize(
    ("given", "family", "text"),
    [
        ("Zoë", "Peñabrezal", "penabrezal zoe"),
        ("Łucja", "Brackøkvik", "LUCJA brackokvik"),
        ("Sinead", "O’Neilmoor", "oneilmoor"),
        ("Sinead", "O'Neilmoor", "O’Neilmoor"),
        ("Ana-Sofía", "De la Peñafontán", "sofia penafontan"),
        ("Ana", "De la Peñafontán", "delapena"),
        ("أمل", "النهرأفقي", "امل"),
        ("أمل", "النهرأفقي", "نهرافقي"),
        ("Алёна", "Ветродольский", "алена ветро"),
        ("Алёна", "Ветродольский", "alena vetrodol"),
        ("安琪", "云桥", "云桥安琪"),
        ("安琪", "云桥", "琪"),
        ("अनन्या", "पर्वततटकर", "अनन्या"),
        ("민준", "솔마루", "솔마루민준"),
    ],
)
def test_what_people_type_finds_the_child(given: str, family: str, text: str) -> None:
    """Case, accents, apostrophes, order, a part of the name and every script must not matter."""
    others = [entry("Bram", "Testling"), entry("Вера", "Тихогорник"), entry("小明", "松岭")]
    found = asked(index(entry(given, family), *others), text)
    assert [name for name, _ in found] == [f"{given} {family}"]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("bill", "William"),
        ("william", "Bill"),
        ("pepe testling", "José"),
        ("paco", "Francisco"),
        ("lupe", "Guadalupe"),
        ("peggy", "Margaret"),
        ("chuy", "Jesús"),
    ],
)
def test_a_nickname_finds_the_name_on_file(text: str, given: str) -> None:
    """A mother who asks for Pepe is asking for José, and the screen says why he was found."""
    assert asked(index(entry(given, "Testling"), entry("Ada", "Testling")), text) == [
        (f"{given} Testling", "nickname")
    ]


def test_a_nickname_reaches_one_name_and_no_further() -> None:
    """Memo is Guillermo and Bill is William; they are not each other."""
    assert asked(index(entry("Guillermo", "Testling")), "bill") == []


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("fernmor", "Fernmoor"),
        ("frenmoor", "Fernmoor"),
        ("fermoor", "Fernmoor"),
        ("sierramarizma", "Sierramarísma"),
        ("testeling", "Testling"),
    ],
)
def test_a_misspelling_finds_the_name(text: str, family: str) -> None:
    """A name heard over the telephone is found with a letter left out, added or exchanged."""
    found = asked(index(entry("Ada", family), entry("Quin", "Umbrawick")), text)
    assert [name for name, _ in found] == [f"Ada {family}"]


def test_two_short_names_are_two_people() -> None:
    """Ana is not Ada: with few letters a slip would find half the school."""
    people = index(entry("Ada", "Testling"), entry("Ana", "Testling"), entry("Zoe", "Testling"))
    assert asked(people, "ana") == [("Ana Testling", "exact")]
    assert asked(people, "zeo") == [("Zoe Testling", "similar")]


def test_exact_before_prefix_before_nickname_before_similar() -> None:
    """Whoever is called exactly what was typed comes first, a guess last."""
    people = index(
        entry("Willa", "Rober"), entry("Robbert", "Zed"), entry("Robert", "Ash"),
        entry("Roberta", "Bell"), entry("Bob", "Cole"),
    )  # fmt: skip
    assert asked(people, "robert") == [
        ("Robert Ash", "exact"),
        ("Roberta Bell", "prefix"),
        ("Bob Cole", "nickname"),
        ("Willa Rober", "similar"),
        ("Robbert Zed", "similar"),
    ]


def test_students_come_first_among_equals() -> None:
    """In an emergency one asks for children; an adult of the same name comes after."""
    people = index(
        entry("Sam", "Ashling", "guardian"), entry("Sam", "Bellow", "staff"), entry("Sam", "Zett"),
    )  # fmt: skip
    assert [name for name, _ in asked(people, "sam")] == ["Sam Zett", "Sam Bellow", "Sam Ashling"]


def test_the_whole_name_comes_before_a_longer_one() -> None:
    """Typed in full, María Testling is not below María José Testling."""
    people = index(entry("María José", "Testling"), entry("María", "Testling"))
    assert asked(people, "testling maria")[0] == ("María Testling", "exact")


def test_a_number_finds_its_person_alone() -> None:
    """The number on a card is exact: similar numbers belong to others."""
    people = index(
        entry("Ada", "Testling", number="S-100", identifier="4711"),
        entry("Ben", "Testling", number="S-1000"),
    )
    assert asked(people, "s-100") == [("Ada Testling", "identifier")]
    assert asked(people, "4711") == [("Ada Testling", "identifier")]


def test_a_preferred_name_finds_too() -> None:
    """A child is asked for by the name that the child uses."""
    people = index(entry("Alexandrina", "Testling", preferred="Wren"))
    assert asked(people, "wren") == [("Alexandrina Testling", "exact")]
    assert asked(people, "alexandrina") == [("Alexandrina Testling", "exact")]


def test_filters_hold_for_every_reason_of_a_match() -> None:
    """A list of guardians shows no student, however well the name fits."""
    people = index(
        entry("Sam", "Ash", grade="03", home="h1"), entry("Sam", "Bell", "guardian", grade=""),
        entry("Samuel", "Cole", grade="04", home="h2"),
    )  # fmt: skip
    assert asked(people, "sam", kinds=frozenset({"guardian"})) == [("Sam Bell", "exact")]
    assert asked(people, "sam", grade="04") == [("Samuel Cole", "prefix")]
    assert asked(people, "", homeroom="h1") == [("Sam Ash", "listed")]


def test_schools_are_merged_by_rank() -> None:
    """Whoever may see two schools gets the exact name first, whichever school it is at."""
    near = index(entry("Robbert", "Ash"), school="one")
    exact = index(entry("Robert", "Bell"), school="two")
    question = Question(text="robert")
    answers = [(people, people.ask(question)[0]) for people in (near, exact)]
    assert [one.school for one in merged(answers, question)] == ["two", "one"]


@pytest.mark.parametrize("text", ["'", " ", "…", "\u0000", "a" * 5000, "💥", "( ) *", "\ud800"])
def test_hostile_questions_find_nothing_and_break_nothing(text: str) -> None:
    """Whatever is typed or sent, search answers."""
    people = index(entry("Ada", "Testling"))
    assert [why for _, why in asked(people, text)] in ([], ["listed"])


NAMES = st.text(
    alphabet=st.characters(categories=("Lu", "Ll", "Lo"), exclude_characters="ʻʼ"), min_size=4
).filter(lambda name: len(folded(name)) > 3)


@given(given=NAMES, family=NAMES, draw=st.randoms(use_true_random=False))
def test_every_name_is_found_by_itself(given: str, family: str, draw: Random) -> None:
    """In any script, order, case and form of its accents a whole name finds its person."""
    words = [given, family]
    draw.shuffle(words)
    text = " ".join(words)
    typed = draw.choice([text, text.casefold(), unicodedata.normalize("NFD", text)])
    people = index(entry(given, family), entry("Bram", "Testling"))
    assert (f"{given} {family}", "exact") in asked(people, typed[:80]) or len(text) > 80


@given(
    text=st.sampled_from(["", "a", "an", "sam", "testling", "tesling a"]),
    size=st.integers(1, 7),
)
def test_pages_together_are_the_whole_list(text: str, size: int) -> None:
    """Nobody is lost between two pages, and nobody stands on both."""
    given_names = ("Ana", "Anna", "Sam", "Samuel", "Ada", "Ben", "Alan")
    families = ("Testling", "Tessling", "Ash")
    people = index(*(entry(one, other) for one in given_names for other in families))
    whole = merged_names(people, Question(text=text, limit=500))
    paged = [
        name
        for page in range(25)
        for name in merged_names(people, Question(text=text, offset=page * size, limit=size))
    ]
    assert paged == whole
    assert len(set(paged)) == len(paged)


def merged_names(people: SearchIndex, question: Question) -> list[str]:
    hits, _ = people.ask(question)
    return [one.id for one in merged([(people, hits)], question)]
