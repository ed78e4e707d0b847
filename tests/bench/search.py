"""Search over 50,000 people: the product's index beside a naive scan of the same people.

Both answer the same questions in the same run: a part of a name, whole names in either order, a
nickname, a misspelling, a number, and names that nobody has.
"""

import time
from collections.abc import Callable, Sequence
from random import Random

import psutil
from rapidfuzz.distance import OSA

from schemas.identifiers import PersonId, SchoolId
from services.roster.domain.demo.names import draw_culture
from services.roster.domain.search.entries import Entry, Question
from services.roster.domain.search.folding import words_of
from services.roster.domain.search.index import SearchIndex
from services.roster.domain.search.nicknames import Nicknames
from tests.bench.figures import Figure, against, quantile

PEOPLE = 50_000
LIMIT = 50.0
"""Milliseconds until someone who types has an answer."""

SYLLABLES = ("bra", "kel", "mon", "ti", "ra", "vel", "os", "han", "du", "lin", "gre", "pa",
             "shi", "tor", "ne", "quin", "zan", "ab")  # fmt: skip


def measure_search(rounds: int) -> list[Figure]:
    """rounds: questions of each sort; the scan, which is slow, gets a tenth of them."""
    draw = Random(7)
    people = crowd(draw)
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    index = SearchIndex(SchoolId("bench"), 1, people, Nicknames())
    built = time.perf_counter() - began
    memory = psutil.Process().memory_info().rss - before
    questions = asked(people, draw, rounds)

    def product(text: str) -> object:
        return [index.person(hit) for hit in index.ask(Question(text=text))[0]]

    quick = timed(product, questions)
    slow = timed(lambda text: scan(people, text), questions[:: max(1, len(questions) // 24)])
    return [
        *(
            against(f"search_50k_p{round(share * 100)}", "ms", quantile(quick, share), LIMIT)
            for share in (0.50, 0.99)
        ),
        *(
            Figure(
                name=f"search_50k_naive_scan_p{round(share * 100)}",
                unit="ms",
                value=round(quantile(slow, share), 1),
            )
            for share in (0.50, 0.99)
        ),
        Figure(name="search_50k_index_memory", unit="MB", value=round(memory / 1e6, 1)),
        Figure(name="search_50k_index_built_in", unit="s", value=round(built, 2)),
    ]


def crowd(draw: Random) -> list[Entry]:
    """Half of the families are composed from syllables: more different words than a real city."""
    people = []
    for number in range(PEOPLE):
        culture = draw_culture(draw)
        family = culture.family(draw)
        if draw.random() < 0.5:
            family = "".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))).capitalize()
        people.append(
            Entry(
                PersonId(f"person-{number}"), ("student",), draw.choice(culture.given), family,
                "", "03", None, f"number-{number}", "",
            )
        )  # fmt: skip
    return people


def asked(people: Sequence[Entry], draw: Random, rounds: int) -> list[str]:
    texts = []
    for _ in range(rounds):
        one = draw.choice(people)
        at = draw.randrange(len(one.family))
        texts += [
            one.family[:1],
            one.family[:3],
            f"{one.given} {one.family}",
            f"{one.family} {one.given}",
            one.family[:at] + one.family[at + 1 :],
            f"{one.given} {one.family[:at]}{one.family[at:][::-1]}",
            draw.choice(("bill", "pepe", "peggy", "sam")),
            one.source_id,
            "zzyzx qwrtp",
        ]
    return [text for text in texts if text.strip()]


def scan(people: Sequence[Entry], text: str) -> list[Entry]:
    """What one would write first: fold every name, compare every word, keep the best."""
    wanted = words_of(text)
    hits = []
    for one in people:
        names = words_of(f"{one.given} {one.family}")
        worst = max((distance(word, names) for word in wanted), default=9)
        if worst <= 2:
            hits.append((worst, one.family, one.given, one))
    hits.sort(key=lambda hit: hit[:3])
    return [hit[3] for hit in hits[:20]]


def distance(word: str, names: Sequence[str]) -> int:
    if any(name.startswith(word) for name in names):
        return 0
    return min((OSA.distance(word, name, score_cutoff=2) for name in names), default=9)


def timed(answer: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Milliseconds of each question."""
    took = []
    for text in questions:
        began = time.perf_counter()
        answer(text)
        took.append((time.perf_counter() - began) * 1000)
    return took
