"""Families: students who share guardians, however many steps apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemas.identifiers import PersonId

Links = Iterable[tuple[PersonId, PersonId]]


def grouped(
    students: Iterable[PersonId], links: Links
) -> list[tuple[list[PersonId], list[PersonId]]]:
    """(students, guardians) of each family. links: (guardian, student).

    A student without any guardian is a family of one.
    """
    parent: dict[str, str] = {}

    def root(of: str) -> str:
        while parent.setdefault(of, of) != of:
            parent[of] = parent[parent[of]]
            of = parent[of]
        return of

    children = list(dict.fromkeys(students))
    for student in children:
        root(f"s{student}")
    known = set(children)
    adults: dict[PersonId, str] = {}
    for guardian, student in links:
        if student in known:
            parent[root(f"g{guardian}")] = root(f"s{student}")
            adults[guardian] = f"g{guardian}"
    families: dict[str, tuple[list[PersonId], list[PersonId]]] = {}
    for student in children:
        families.setdefault(root(f"s{student}"), ([], []))[0].append(student)
    for guardian, node in adults.items():
        families[root(node)][1].append(guardian)
    return list(families.values())


def without(students: Iterable[PersonId], having: Mapping[PersonId, bool]) -> tuple[PersonId, ...]:
    """Students of whom no guardian has the right."""
    return tuple(student for student in students if not having.get(student))
