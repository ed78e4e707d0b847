"""Names as people misspell, shorten and turn them; and names that only look alike."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import PersonId
from services.roster.domain.desk import KnownStaff, decide_wait, folded, host_of, tidy
from services.roster.domain.resemblance import FlaggedName, resemblances

TODAY = dt.date(2026, 9, 15)
ENTRY = FlaggedName("entry-1", ("Robert Alan Fernmoor", "Bobby Quillfeather"))


def how(typed: str, *entries: FlaggedName) -> list[str]:
    return [one.how for one in resemblances(typed, entries or (ENTRY,), TODAY)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Robert Alan Fernmoor", "same_name"),
        ("ROBERT ALAN FERNMOOR", "same_name"),
        ("Róbert Alan Fërnmoor", "same_name"),
        ("Fernmoor, Robert Alan", "other_order"),
        ("Fernmoor Robert", "part_of_name"),
        ("Robert Fernmoor", "part_of_name"),
        ("Fernmoor", "part_of_name"),
        ("Robrt Fernmor", "similar_spelling"),
        ("Robert Fernmooor", "similar_spelling"),
        ("RobertFernmoor", "similar_spelling"),
        ("Bob Fernmoor", "short_name"),
        ("Roberto Fernmoor", "short_name"),
        ("Bobby Quilfeather", "similar_spelling"),
        ("quillfeather bobby", "other_order"),
    ],
)
def test_a_name_as_people_write_it_is_found(typed: str, said: str) -> None:
    """Typos, accents, short names, aliases and turned names reach the office with the reason."""
    assert how(typed) == [said]


@pytest.mark.parametrize(
    "typed",
    ["Robert", "Bob", "Alice Fernmoor", "Rob Ferndale", "Roger Fernmoor", "Li Wu", "Ana", "", "—"],
)
def test_a_name_that_only_looks_alike_is_not(typed: str) -> None:
    """Half the town shares a given name: an alert for everybody is read by nobody."""
    assert how(typed) == []


def test_short_names_must_be_equal() -> None:
    """One letter more or less makes another person of a short name."""
    entry = FlaggedName("e", ("Li Wu",))
    assert how("Li Wu", entry) == ["same_name"]
    assert how("Wu Li", entry) == ["other_order"]
    assert how("Lin Wu", entry) == []
    assert how("Li Xu", entry) == []


def test_two_spanish_family_names_or_one() -> None:
    """Someone who is kept with both family names also signs in with one."""
    entry = FlaggedName("e", ("María Guadalupe López García",))
    assert how("Maria Lopez", entry) == ["part_of_name"]
    assert how("Lupita López García", entry) == ["short_name"]


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + dt.timedelta(days=1), None, False),
        (None, TODAY - dt.timedelta(days=1), False),
    ],
)
def test_an_entry_holds_on_its_days_only(
    starts: dt.date | None, ends: dt.date | None, holds: bool
) -> None:
    """An order that ended, or has not begun, stops nobody."""
    entry = FlaggedName("e", ("Rowan Quillfeather",), starts, ends)
    assert bool(how("Rowan Quillfeather", entry)) is holds


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(typed: str, kept: str) -> None:
    """Whatever someone types, the kiosk answers; a score is never outside 0 to 100."""
    for one in resemblances(typed, [FlaggedName("e", (kept,))], TODAY):
        assert 0 < one.score <= 100
        assert one.entry == "e"
        assert one.matched == kept


@given(
    st.lists(
        st.sampled_from(["Ash", "Rowan", "Fernmoor", "Quill", "Oakes"]), min_size=2, unique=True
    )
)
def test_order_never_hides_a_name(words: list[str]) -> None:
    """Turning the words of a name around does not lead past the list."""
    entry = FlaggedName("e", (" ".join(words),))
    assert resemblances(" ".join(reversed(words)), [entry], TODAY)


STAFF = [
    KnownStaff(PersonId("m"), "Morgan Oakes"),
    KnownStaff(PersonId("w"), "Wren Oakes"),
    KnownStaff(PersonId("n"), "Núria d'Arbó"),
]


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("Morgan Oakes", "m"),
        ("mr. morgan", "m"),
        ("oakes, wren", "w"),
        ("Oakes", None),
        ("nuria darbo", "n"),
        ("Ms", None),
        ("", None),
        ("Nobody", None),
    ],
)
def test_a_host_is_one_member_of_staff_or_nobody(said: str, person: str | None) -> None:
    """Of two who could be meant none is guessed."""
    assert host_of(said, STAFF) == person


def test_the_kiosk_waits_for_a_resemblance_first_and_never_guesses() -> None:
    """The gravest reason is the one the office reads; the office's own desk waits for no other."""
    none = {"host_named": True, "host_found": True, "resembles": False, "checked": False}
    assert decide_wait(at_kiosk=True, **none) is None
    unfound = none | {"host_found": False}
    assert decide_wait(at_kiosk=True, **unfound) == "host_not_found"
    assert decide_wait(at_kiosk=False, **unfound) is None
    assert decide_wait(at_kiosk=True, **(none | {"checked": True})) == "random_check"
    everything = {"host_named": True, "host_found": False, "resembles": True, "checked": True}
    assert decide_wait(at_kiosk=True, **everything) == "flagged"
    assert decide_wait(at_kiosk=False, **everything) == "flagged"


def test_unseen_marks_are_dropped_and_scripts_kept() -> None:
    """A name cannot turn the direction of a page, and names of every script stay as they are."""
    assert tidy("  Ash\u202e\t Fern\x00moor\u2066 ") == "Ash Fern moor"
    assert tidy("نور الدين") == "نور الدين"
    assert tidy("क्\u200dष") == "क्\u200dष"
    assert folded("Łukasz O’Brien-Ćwik") == "lukasz obrien cwik"
