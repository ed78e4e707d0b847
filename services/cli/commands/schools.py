"""Which school a command means."""

from schemas.roster import School
from services.cli.connection import EXIT_REFUSED
from services.cli.errors import CommandError


def choose_school(schools: list[School], wanted: str | None) -> School:
    """By id or OneRoster sourcedId; without one, the only school there is.

    Raises CommandError `unknown_school` or `school_needed`, naming the schools that exist.
    """
    known = ", ".join(f"{school.id} ({school.name})" for school in schools) or "none yet"
    if wanted is None:
        if len(schools) == 1:
            return schools[0]
        raise CommandError(
            "school_needed", f"Say which school with --school: {known}.", exit_code=EXIT_REFUSED
        )
    for school in schools:
        if wanted in (school.id, school.source_id):
            return school
    raise CommandError(
        "unknown_school", f"There is no such school. Known: {known}.", exit_code=EXIT_REFUSED
    )
