"""PostgreSQL: pool, one school at a time, migrations, a role per service."""

from services.chassis.database.migrations import (
    MigrationChanged,
    SchemaTooOld,
    check_schema,
    migrate,
)
from services.chassis.database.pool import Connection, Pool, open_pool
from services.chassis.database.school import in_school, set_school

__all__ = [
    "Connection",
    "MigrationChanged",
    "Pool",
    "SchemaTooOld",
    "check_schema",
    "in_school",
    "migrate",
    "open_pool",
    "set_school",
]
