"""Schools of many, to lose some of."""

from tests.roster.packages import ENROLLMENTS, USERS_11, package_11, user


def crowd(students: int) -> dict[str, str]:
    """A school of so many students, each with a guardian of their own."""
    files = package_11()
    numbers = range(students)
    files["users.csv"] = (
        USERS_11
        + user("t1", "teacher")
        + "".join(user(f"k{at}", "student", agents=f"g{at}") for at in numbers)
        + "".join(user(f"g{at}", "parent") for at in range(students))
    )
    files["enrollments.csv"] = ENROLLMENTS + "".join(
        f"e{at},,,c1,s,k{at},student,,,\n" for at in numbers
    )
    return files


def without(files: dict[str, str], *people: str) -> dict[str, str]:
    """The package after these people left."""
    kept = [
        line
        for line in files["users.csv"].splitlines(keepends=True)
        if line.split(",", 1)[0] not in people
    ]
    return files | {"users.csv": "".join(kept)}
