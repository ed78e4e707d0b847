"""The roster's pages as a program reads them: search and data quality."""

from schemas import roster_pages
from schemas.api.operation import SCHOOL, Operation

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "findPeople",
        "GET",
        SCHOOL + "/people",
        "Students, staff and guardians by name or number, best first",
        reply=roster_pages.FoundPeople,
        query=("text", "kinds", "grade", "homeroom", "offset", "limit"),
    ),
    Operation(
        "quality",
        "GET",
        SCHOOL + "/quality",
        "What in the roster would fail in an emergency",
        reply=roster_pages.QualityReport,
        query=("code", "limit"),
    ),
)
