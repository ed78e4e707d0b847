"""COPY and merge of the same rows, and nothing else: no schools, no rights, no difference.

The limit of an import's database part: one transaction over plain tables, fsync as it is.
"""

from pathlib import Path

import asyncpg

from services.roster.store.spool import TABLES

# Table → columns that make a row's key; what else there is, is compared and updated.
MERGED = {
    "people": ("in_people", ("person",)),
    "memberships": ("in_memberships", ("person", "org", "role", "source_id")),
    "agents": ("in_agents", ("person", "agent")),
    "links": ("in_links", ("guardian", "student")),
    "classes": ("in_classes", ("class_id",)),
    "enrollments": ("in_enrollments", ("class_id", "person", "role")),
}


async def prepare(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    for table, (source, keys) in MERGED.items():
        columns = ", ".join(f"{column} text NOT NULL" for column in TABLES[source])
        await connection.execute(
            f"CREATE TABLE {table} ({columns}, PRIMARY KEY ({', '.join(keys)}))"
        )


async def merge(connection: "asyncpg.Connection[asyncpg.Record]", rows: Path) -> None:
    """Whole and in one transaction. rows: the folder of the package's rows."""
    async with connection.transaction():
        for table, (source, keys) in MERGED.items():
            await connection.execute(
                f"CREATE TEMPORARY TABLE {source} (LIKE {table}) ON COMMIT DROP"
            )
            await connection.copy_to_table(
                source,
                source=rows / f"{source}.csv",
                columns=TABLES[source],
                format="csv",
                null="\\N",
                timeout=300,
            )
            rest = [column for column in TABLES[source] if column not in keys]
            same = " AND ".join(f"t.{key} = s.{key}" for key in keys)
            update = ", ".join(f"{column} = excluded.{column}" for column in rest)
            ours = ", ".join(f"{table}.{column}" for column in rest)
            theirs = ", ".join(f"excluded.{column}" for column in rest)
            conflict = (
                f"DO UPDATE SET {update} WHERE ({ours}) IS DISTINCT FROM ({theirs})"
                if rest
                else "DO NOTHING"
            )
            await connection.execute(
                f"INSERT INTO {table} SELECT DISTINCT ON ({', '.join(keys)}) * FROM {source}"
                f" ON CONFLICT ({', '.join(keys)}) {conflict}",
                timeout=300,
            )
            await connection.execute(
                f"DELETE FROM {table} t WHERE NOT EXISTS (SELECT FROM {source} s WHERE {same})",
                timeout=300,
            )
