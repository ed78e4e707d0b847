"""Which file of a zip is whose photo: by the file's name, never by what it shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from posixpath import basename, splitext
from typing import Final, NamedTuple

import msgspec

from schemas.identifiers import PersonId
from schemas.roster_pull import PhotoFinding
from services.roster.domain.archive import MIB, Limits
from services.roster.domain.layout import is_litter
from services.roster.domain.problems import PackageRefused

LIMITS: Final = Limits(files=6_000)
FILE_BYTES: Final = 12 * MIB
ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png"})
SHOWN: Final = 200

WORDS: Final[Mapping[str, str]] = {
    "photo_unknown": "No student of this school has this id.",
    "photo_two_files": "There are two files for this student: neither is taken.",
    "photo_two_students": "Two students of this school have this id: nobody gets the photo.",
    "photo_unreadable": "This cannot be read as a JPEG or PNG picture.",
    "photo_too_large": "The picture is too large: 12 MB, or 30 million pixels.",
    "photo_not_a_picture": "Neither .jpg, .jpeg nor .png: not read.",
}


class Pupil(NamedTuple):
    """An active student. identifier: as the school's card shows it; source_id: OneRoster's."""

    person: PersonId
    identifier: str
    source_id: str


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """files: member of the zip → whose photo it is."""

    files: dict[str, PersonId]
    findings: tuple[PhotoFinding, ...]


def finding(file: str, code: str) -> PhotoFinding:
    return PhotoFinding(file=file[-120:], code=code, message=WORDS[code])


def refused(error: PackageRefused) -> PhotoFinding:
    """Why the whole zip is refused, in the words of archives."""
    said = error.finding
    return PhotoFinding(
        file=said.file[-120:], code=said.code, message=said.message, value=said.value
    )


def match(names: Iterable[str], pupils: Iterable[Pupil]) -> Matched:
    """Files by the student's identifier, else by sourcedId; upper and lower case are the same.

    An id that fits two students, and two files that fit one, give nobody a photo: a wrong face
    is worse than none.
    """
    owners = owners_of(pupils)
    wanted: dict[PersonId, list[str]] = defaultdict(list)
    findings: list[PhotoFinding] = []
    for name in sorted(names):
        if is_litter(name):
            continue
        stem, ending = splitext(basename(name))
        found = owners.get(key_of(stem), frozenset())
        if ending.lower() not in ENDINGS:
            findings.append(finding(name, "photo_not_a_picture"))
        elif not found:
            findings.append(finding(name, "photo_unknown"))
        elif len(found) > 1:
            findings.append(finding(name, "photo_two_students"))
        else:
            wanted[next(iter(found))].append(name)
    files = {files[0]: person for person, files in wanted.items() if len(files) == 1}
    findings += [
        finding(name, "photo_two_files")
        for files_of_one in wanted.values()
        if len(files_of_one) > 1
        for name in files_of_one
    ]
    return Matched(files=files, findings=tuple(findings))


def owners_of(pupils: Iterable[Pupil]) -> dict[str, frozenset[PersonId]]:
    """Who has an id, under either of the two."""
    owners: dict[str, set[PersonId]] = defaultdict(set)
    for pupil in pupils:
        for written in (pupil.identifier, pupil.source_id):
            if key := key_of(written):
                owners[key].add(pupil.person)
    return {key: frozenset(people) for key, people in owners.items()}


def key_of(written: str) -> str:
    return written.strip().casefold()
