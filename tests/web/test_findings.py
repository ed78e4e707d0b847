"""What is wrong with a package, one line a kind."""

from schemas.roster import Finding
from services.web.domain.findings import grouped


def found(code: str, line: int, value: str = "") -> Finding:
    return Finding(
        file="users.csv", line=line, column="status", code=code, message=code, value=value
    )


def test_a_fault_of_every_row_hides_no_other() -> None:
    """A student system that fills a column in every row leaves the one broken link in sight."""
    rows = [*(found("status_in_bulk", line) for line in range(2, 102)), found("unknown_user", 7)]
    kinds = grouped(rows)
    assert [one.first.code for one in kinds] == ["status_in_bulk", "unknown_user"]
    assert (kinds[0].lines, kinds[0].more) == ((2, 3, 4, 5, 6), 95)
    assert (kinds[1].lines, kinds[1].more) == ((7,), 0)


def test_what_was_read_differently_stays_apart() -> None:
    """Two values that were corrected are two things to look at."""
    kinds = grouped([found("value_case", 2, "TRUE"), found("value_case", 3, "False")])
    assert [one.first.value for one in kinds] == ["TRUE", "False"]
