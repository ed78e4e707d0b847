"""A snapshot patched with a delta is the snapshot that all the school's rows make."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import ClassId, PersonId
from services.roster.domain.patching import patched
from services.roster.domain.snapshot import (
    KnownClass,
    KnownEnrollment,
    KnownPerson,
    snapshot_of,
)

# Given, family, grade, student, roles.
Roster = dict[PersonId, tuple[str, str, str, bool, tuple[str, ...]]]
CLASSES = [
    KnownClass(ClassId("c0"), "B", "homeroom", "1"),
    KnownClass(ClassId("c1"), "A", "homeroom", ""),
    KnownClass(ClassId("c2"), "A", "scheduled", "2"),
    KnownClass(ClassId("c3"), "", "scheduled", "3"),
]
PERSONS = [PersonId(f"p{number}") for number in range(8)]

names = st.sampled_from(["", "Ash", "Bay", "Élan", "ash"])
# Someone who is no student and has no role, such as a guardian, is none whom a snapshot holds.
kinds = st.sampled_from([(True, ()), (False, ("teacher",)), (True, ("aide", "teacher"))])
rosters = st.dictionaries(
    st.sampled_from(PERSONS),
    st.builds(
        lambda given, family, grade, kind: (given, family, grade, *kind),
        names,
        names,
        st.sampled_from(["", "03"]),
        kinds,
    ),
)
seatings = st.sets(
    st.builds(
        KnownEnrollment,
        st.sampled_from([*(one.class_id for one in CLASSES), ClassId("gone")]),
        st.sampled_from(PERSONS),
        st.sampled_from(["student", "teacher", "aide"]),
    )
)


def people_of(roster: Roster) -> list[KnownPerson]:
    return [
        KnownPerson(person, f"s-{person}", given, family, grade, "", student, roles)
        for person, (given, family, grade, student, roles) in roster.items()
    ]


@given(rosters, rosters, seatings, seatings, st.sets(st.sampled_from(PERSONS)))
def test_patched_is_made_anew(
    before: Roster,
    after: Roster,
    sat: set[KnownEnrollment],
    sit: set[KnownEnrollment],
    besides: set[PersonId],
) -> None:
    """People come, leave, are renamed and change classes; sorting and homerooms are the same."""
    last = snapshot_of(people_of(before), CLASSES, sat)
    touched = {
        person
        for person in PERSONS
        if before.get(person) != after.get(person)
        or {one for one in sat if one.person == person}
        != {one for one in sit if one.person == person}
    } | besides
    found = patched(
        last,
        touched,
        [one for one in people_of(after) if one.person in touched],
        [one for one in sit if one.person in touched],
    )
    assert found == snapshot_of(people_of(after), CLASSES, sit)
