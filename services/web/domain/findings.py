"""Findings as a page shows them: one line for each kind, however many rows have it."""

from collections.abc import Sequence

import msgspec

from schemas.roster import Finding

LINES_SHOWN = 5


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """The same fault in one column of one file. lines: of the first rows that have it; more: rows
    beyond these."""

    first: Finding
    lines: tuple[int, ...]
    more: int = 0


def grouped(findings: Sequence[Finding]) -> list[Alike]:
    """In the order in which each kind is found first: a fault of every row hides no other."""
    kinds: dict[tuple[str, str, str, str], list[Finding]] = {}
    for one in findings:
        kinds.setdefault((one.file, one.column, one.code, one.value), []).append(one)
    return [
        Alike(
            first=alike[0],
            lines=tuple(one.line for one in alike[:LINES_SHOWN]),
            more=max(0, len(alike) - LINES_SHOWN),
        )
        for alike in kinds.values()
    ]
