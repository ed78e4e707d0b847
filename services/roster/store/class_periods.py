"""Period codes of classes: the part of the school day that comes with an import."""

from __future__ import annotations

from schemas.identifiers import SchoolId
from services.chassis.database import Connection


async def merge_periods(connection: Connection, school: SchoolId) -> int:
    """Codes follow the package for its classes; returns how many classes changed."""
    changed = await connection.fetchval(
        """
        WITH now_periods AS (
            SELECT c.class_id,
                array_agg(DISTINCT p.code) FILTER (WHERE p.code IS NOT NULL) AS codes
            FROM now_classes c LEFT JOIN in_periods p USING (class_id)
            WHERE c.school = $1 GROUP BY c.class_id
        ), merged AS (
            INSERT INTO class_periods AS k (school, class_id, codes)
            SELECT $1, class_id, codes FROM now_periods WHERE codes IS NOT NULL
            ON CONFLICT (school, class_id) DO UPDATE SET codes = excluded.codes
            WHERE k.codes <> excluded.codes
            RETURNING 1
        ), gone AS (
            DELETE FROM class_periods k USING now_periods n
            WHERE k.school = $1 AND k.class_id = n.class_id AND n.codes IS NULL
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM merged) + (SELECT count(*) FROM gone)
        """,
        school,
    )
    return int(changed)
