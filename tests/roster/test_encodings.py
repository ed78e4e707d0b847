"""Files that are not plain UTF-8 keep their children and their names."""

from pathlib import Path

import pytest

from services.roster.domain.records import Discard, PersonRow
from services.roster.offline import read_package
from tests.roster.packages import COUNTS, codes, package_11, write_zip


class Names(Discard):
    """Keeps the given names that were read."""

    def __init__(self) -> None:
        self.given: set[str] = set()

    def person(self, row: PersonRow) -> None:
        self.given.add(row.given)


def users(given: str) -> str:
    return package_11()["users.csv"].replace("Ash", given)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (users("Zoë").encode("utf-8-sig"), "Zoë", None),
        (users("Zoë").encode("utf-16"), "Zoë", "encoding_not_utf8"),
        (users("Ян").encode("utf-16-le"), "Ян", "encoding_not_utf8"),
        (users("Ян").encode("utf-16-be"), "Ян", "encoding_not_utf8"),
        (users("Zoë").encode("cp1252"), "Zoë", "encoding_mixed"),
        (users("O’Dell").encode("cp1252"), "O’Dell", "encoding_mixed"),
        (users("Ash\0").encode(), "Ash", "unseen_characters"),
        (users("Ash").replace("\nk1,", "\n\u200bk1,").encode(), "Ash", "unseen_characters"),
        (users("Zoë").replace("\n", "\r").encode(), "Zoë", None),
        (users("Zoë").replace("\n", "\r").encode("cp1252"), "Zoë", "encoding_mixed"),
    ],
)
def test_encoding(tmp_path: Path, content: bytes, name: str, code: str | None) -> None:
    """The name arrives whole, the counts are exact, and the school is told."""
    path = write_zip(tmp_path / "z", package_11() | {"users.csv": content})
    sink = Names()
    result = read_package(path, sink=sink)
    assert result.counts == COUNTS
    assert sink.given == {name}
    assert codes(result) == ({code} if code else set())


def test_one_bad_line_spoils_no_other(tmp_path: Path) -> None:
    """A single Windows-1252 line does not turn every other name into nonsense."""
    text = users("अनन्या").encode() + "x1,,,true,s,aide,x1,,Zoë,Q,,,,,,,,\n".encode("cp1252")
    sink = Names()
    result = read_package(write_zip(tmp_path / "z", package_11() | {"users.csv": text}), sink=sink)
    assert sink.given == {"अनन्या", "Zoë"}
    assert [(w.code, w.line) for w in result.warnings] == [("encoding_mixed", 6)]
