"""Migrating every service's schema, for `muster up` and `muster migrate`."""

from collections.abc import Sequence

import asyncpg

from services.chassis.database import MigrationChanged, migrate
from services.cli.errors import CommandError


async def bring_up_to_date(admin_url: str, services: Sequence[str], key: str) -> list[str]:
    """Apply what is missing; returns "service:file" of each.

    Raises CommandError `migration_failed`; the file that failed left nothing of itself.
    """
    try:
        return await migrate(admin_url, services, service_key=key)
    except (OSError, TimeoutError, asyncpg.PostgresError, MigrationChanged) as error:
        raise CommandError(
            "migration_failed", f"The database could not be brought up to date: {error}"
        ) from error
