"""demographics.csv: birth dates, for checking who someone is; nothing else of it is read."""

from __future__ import annotations

import datetime as dt

from services.roster.domain.archive import Source
from services.roster.domain.people import People
from services.roster.domain.problems import Warnings
from services.roster.domain.records import BirthRow, GoneRow, Sink
from services.roster.domain.table import Cells, Table, records
from services.roster.domain.values import Place, date_of


def read_demographics(
    source: Source,
    table: Table,
    people: People,
    *,
    sink: Sink,
    warnings: Warnings,
    changes: bool,
) -> None:
    """Writes the birth dates; sex, race and origin are never taken out of the file.

    changes: the package is a delta; a row may be about someone known already.
    """
    place = Place(table.member, warnings)
    seen: set[str] = set()

    def gone(line: int, cells: Cells) -> None:
        sink.gone(GoneRow("demographics", cells[0], line))

    for place.line, cells in records(source, table, ("birthDate",), warnings, gone=gone):
        person, birth = cells
        if person in seen:
            place.warn("id_repeated", "sourcedId")
            continue
        seen.add(person)
        if not people.knows(person) and not changes:
            place.warn("unknown_user", "sourcedId")
            continue
        born = date_of(birth, "birthDate", place)
        if born and not is_date(born):
            place.warn("date_impossible", "birthDate")
            born = ""
        if born:
            sink.birth(BirthRow(person, born, place.line))


def is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
