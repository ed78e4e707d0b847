"""orgs.csv: the district and its schools."""

from __future__ import annotations

from services.roster.domain.archive import Source
from services.roster.domain.problems import Warnings
from services.roster.domain.records import GoneRow, OrgRow, Sink
from services.roster.domain.table import Cells, Table, records
from services.roster.domain.values import Place, word_of
from services.roster.domain.vocabulary import ORG_TYPES


class Orgs:
    """Organisations by sourcedId with their type, None when the file gives none."""

    def __init__(self) -> None:
        self._types: dict[str, str | None] = {}

    def __contains__(self, source_id: str) -> bool:
        return source_id in self._types

    def __len__(self) -> int:
        return len(self._types)

    def schools(self) -> list[str]:
        """An organisation of no known type may hold children: it counts as a school."""
        return [org for org, kind in self._types.items() if kind in ("school", None)]


def read_orgs(source: Source, table: Table, sink: Sink, warnings: Warnings) -> Orgs:
    orgs = Orgs()
    place = Place(table.member, warnings)
    parents: list[tuple[int, str]] = []
    columns = ("name", "type", "parentSourcedId")

    def gone(line: int, cells: Cells) -> None:
        sink.gone(GoneRow("orgs", cells[0], line))

    found = records(source, table, columns, warnings, gone=gone)
    for place.line, (org, name, type_cell, parent) in found:
        if org in orgs:
            place.warn("id_repeated", "sourcedId")
            continue
        if not name:
            place.warn("value_missing", "name")
        kind = word_of(type_cell, ORG_TYPES, "type", place)
        orgs._types[org] = kind
        if parent and not table.delta:
            parents.append((place.line, parent))
        sink.org(OrgRow(org, name or org, kind or "school", parent))
    for place.line, parent in parents:
        if parent not in orgs:
            place.warn("unknown_parent_org", "parentSourcedId")
    return orgs
