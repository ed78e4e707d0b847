"""What a school says of its paper, and what was printed by itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from schemas.identifiers import SchoolId
from schemas.roster_pages import PaperFile, PaperState, SetPaper
from services.chassis.database import Pool, in_school
from services.roster.domain.paper.night import LastPrint
from services.roster.store.paper.folder import PrintedFolder

DEFAULT_AT = "05:00"


class StoredPaper:
    """Fulfils ports.PaperBook."""

    def __init__(self, pool: Pool, folder: PrintedFolder) -> None:
        self._pool = pool
        self._folder = folder

    async def state(self, school: SchoolId) -> PaperState:
        async with in_school(self._pool, school) as connection:
            settings = await connection.fetchrow(
                "SELECT made_at, office_phone FROM paper_settings WHERE school = $1", school
            )
            rows = await connection.fetch(
                """
                SELECT day, version, printed_at, file, sheets, unprintable FROM paper_prints
                WHERE school = $1 ORDER BY printed_at DESC, version DESC LIMIT 50
                """,
                school,
            )
        return PaperState(
            at=settings["made_at"] if settings else DEFAULT_AT,
            office_phone=settings["office_phone"] if settings else "",
            files=tuple(
                PaperFile(
                    date=row["day"].isoformat(),
                    version=row["version"],
                    printed_at=row["printed_at"],
                    path=str(self._folder.path(school, row["file"])),
                    sheets=row["sheets"],
                    unprintable=row["unprintable"],
                )
                for row in rows
                if self._folder.path(school, row["file"]).is_file()
            ),
        )

    async def last(self, school: SchoolId) -> LastPrint | None:
        async with in_school(self._pool, school) as connection:
            row = await connection.fetchrow(
                """
                SELECT day, version, file FROM paper_prints
                WHERE school = $1 ORDER BY day DESC, version DESC LIMIT 1
                """,
                school,
            )
        # A file that someone took away is printed again.
        if row is None or not self._folder.path(school, row["file"]).is_file():
            return None
        return LastPrint(row["day"], row["version"])

    async def write(self, command: SetPaper) -> None:
        async with in_school(self._pool, command.school) as connection:
            await connection.execute(
                """
                INSERT INTO paper_settings (school, made_at, office_phone) VALUES ($1, $2, $3)
                ON CONFLICT (school) DO UPDATE
                SET made_at = excluded.made_at, office_phone = excluded.office_phone
                """,
                command.school,
                command.at,
                command.office_phone,
            )

    async def keep(self, school: SchoolId, file: PaperFile) -> None:
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                """
                INSERT INTO paper_prints
                    (school, day, version, printed_at, file, sheets, unprintable)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
                """,
                school,
                dt.date.fromisoformat(file.date),
                file.version,
                file.printed_at,
                Path(file.path).name,
                file.sheets,
                file.unprintable,
            )

    async def forget(self, school: SchoolId, before: dt.date) -> None:
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                "DELETE FROM paper_prints WHERE school = $1 AND day < $2", school, before
            )
