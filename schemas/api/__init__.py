"""The HTTP API that outsiders use, one row an operation: the source of openapi.json.

Bodies are what a client sends; web fills in op_id (from Idempotency-Key), school and actor.
"""

from schemas.api import imports, school
from schemas.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = (*school.OPERATIONS, *imports.OPERATIONS)
"""Every operation, area by area."""
