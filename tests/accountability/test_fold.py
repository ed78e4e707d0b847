"""What shows for a student follows from what was said, whatever order it arrived in."""

import datetime as dt
import time
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from schemas.accountability import Observation
from schemas.identifiers import PersonId
from schemas.vocabulary import GRAVITY, PersonState
from services.accountability.domain.fold import outcome, standing

AT = dt.datetime(2026, 9, 15, 14, 5, tzinfo=dt.UTC)
STATES: tuple[PersonState, ...] = (
    "injured", "missing", "left", "elsewhere", "with", "off_site", "absent"
)  # fmt: skip
LOG = "log"
"""The device of what is inferred: it has seen nobody's screen."""


def said(
    state: PersonState, device: str, n: int, *, seen: int, seq: int, bulk: bool = False
) -> Observation:
    return Observation(
        state=state,
        observer=PersonId(f"owner of {device}"),
        device=device,
        n=n,
        seen=seen,
        seq=seq,
        at=AT,
        bulk=bulk,
    )


def test_nothing_said_is_unknown() -> None:
    """A student nobody spoke of is never shown as accounted for."""
    assert outcome([]) == ("unknown", False)


def test_a_later_mark_of_the_same_phone_counts() -> None:
    """A teacher corrects a mark by marking again."""
    first, second = said("missing", "a", 1, seen=1, seq=2), said("with", "a", 2, seen=1, seq=3)
    assert outcome([second, first]) == ("with", False)


def test_a_mark_that_had_seen_the_other_counts() -> None:
    """An office that saw "missing" and says where the student is settles it."""
    missing, found = said("missing", "a", 1, seen=1, seq=2), said("with", "b", 1, seen=2, seq=3)
    assert outcome([missing, found]) == ("with", False)


def test_marks_unaware_of_each_other_conflict_and_the_graver_shows() -> None:
    """Two who did not know of each other: the graver state shows, and it is said so."""
    missing, with_ = said("missing", "a", 1, seen=1, seq=3), said("with", "b", 1, seen=1, seq=2)
    assert outcome([missing, with_]) == ("missing", True)


def test_a_student_claimed_by_two_adults_is_a_contradiction() -> None:
    """Two teachers who both say "with me" are shown, not resolved silently."""
    one, other = said("with", "a", 1, seen=1, seq=2), said("with", "b", 1, seen=1, seq=3)
    assert outcome([one, other]) == ("with", True)


def test_the_rest_of_my_class_never_beats_an_explicit_mark() -> None:
    """Bulk stays behind an explicit mark, even from the same phone and having seen it."""
    for state in STATES:
        explicit = said(state, "a", 1, seen=1, seq=2)
        bulk = said("with", "a", 2, seen=2, seq=3, bulk=True)
        for order in permutations([explicit, bulk]):
            assert outcome(order)[0] == state


def test_a_persons_word_replaces_what_was_inferred_when_their_screen_had_shown_it() -> None:
    """A teacher who sees "left" and says "with me" is right; the log only knows who signed."""
    left, with_ = said("left", LOG, 1, seen=0, seq=1), said("with", "a", 1, seen=1, seq=2)
    assert outcome([with_, left]) == ("with", False)


def test_a_word_that_had_not_seen_the_log_contradicts_it() -> None:
    """Signed out at 10:12 and with a teacher at 10:12: never accounted for, and said so."""
    with_, left = said("with", "a", 1, seen=1, seq=2), said("left", LOG, 1, seen=0, seq=3)
    assert outcome([left, with_]) == ("left", True)


def test_a_later_fact_replaces_an_earlier_one() -> None:
    """Absent at 8:31, then signed out: the log holds one thing at a time."""
    first, second = said("absent", LOG, 1, seen=0, seq=1), said("left", LOG, 2, seen=0, seq=4)
    assert outcome([second, first]) == ("left", False)


@st.composite
def histories(draw: st.DrawFn) -> list[Observation]:
    """Observations of one student by up to three phones and a log, each with its own counter."""
    counters = {"a": 0, "b": 0, "c": 0, LOG: 0}
    made = []
    for seq in range(2, draw(st.integers(2, 8))):
        device = draw(st.sampled_from(["a", "b", "c", LOG]))
        counters[device] += 1
        made.append(
            said(
                draw(st.sampled_from(STATES)),
                device,
                counters[device],
                seen=0 if device == LOG else draw(st.integers(1, seq - 1)),
                seq=seq,
                bulk=device != LOG and draw(st.booleans()),
            )
        )
    return made


@given(histories())
def test_what_is_inferred_never_silences_a_person(history: list[Observation]) -> None:
    """Whatever a log says, every word of a person that stood without it still stands."""
    people = [one for one in history if one.device != LOG]
    kept = [one for one in standing(history) if one.device != LOG]
    explicit = [one for one in standing(people) if not one.bulk]
    assert [one for one in kept if not one.bulk] == explicit


@given(histories(), st.randoms(use_true_random=False))
def test_order_of_arrival_changes_nothing(history: list[Observation], random: object) -> None:
    """The same observations in any order fold to the same state."""
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert outcome(shuffled) == outcome(history)


def supersedes(a: Observation, b: Observation) -> bool:
    """The rule in its own words, one pair at a time."""
    if a.bulk and not b.bulk:
        return False
    return a.n > b.n if a.device == b.device else a.seen >= b.seq


@given(histories())
def test_what_stands_is_what_no_other_supersedes(history: list[Observation]) -> None:
    """The one pass over all observations finds what comparing each with each would."""
    assert list(standing(history)) == [
        one for one in history if not any(supersedes(other, one) for other in history)
    ]


def test_a_phone_that_repeats_itself_holds_nobody_up() -> None:
    """Ten thousand marks of one student fold at once; pair by pair they took a minute."""
    history = [said("with", f"phone-{n % 7}", n, seen=1, seq=n + 2) for n in range(1, 10_001)]
    began = time.process_time()
    assert outcome(history) == ("with", True)
    assert time.process_time() - began < 1


@given(histories())
def test_something_said_always_stands(history: list[Observation]) -> None:
    """Observations never cancel each other out into silence."""
    assert not history or standing(history)


@given(histories())
def test_explicit_marks_decide_what_shows(history: list[Observation]) -> None:
    """Taking every bulk observation away never makes what shows graver or milder,
    while an explicit one stands."""
    explicit = [one for one in history if not one.bulk]
    if explicit:
        assert outcome(explicit)[0] == outcome(history)[0]


@given(histories())
def test_the_graver_of_standing_explicit_states_shows(history: list[Observation]) -> None:
    """A conflict is never shown as its milder side."""
    left = [one for one in standing(history) if not one.bulk]
    if left:
        assert GRAVITY[outcome(history)[0]] == max(GRAVITY[one.state] for one in left)
