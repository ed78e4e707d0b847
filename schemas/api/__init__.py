"""The HTTP API that outsiders use, one row an operation: the source of openapi.json.

Bodies are what a client sends; web fills in op_id (from Idempotency-Key), school and actor.
"""

from schemas.api import day, held, imports, pulls, rights, roster_pages, school, site
from schemas.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    *school.OPERATIONS,
    *held.OPERATIONS,
    *imports.OPERATIONS,
    *pulls.OPERATIONS,
    *rights.OPERATIONS,
    *day.OPERATIONS,
    *site.OPERATIONS,
    *roster_pages.OPERATIONS,
)
"""Every operation, area by area."""
