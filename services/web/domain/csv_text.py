"""Tables as CSV that a spreadsheet opens, and that cannot make it calculate."""

import csv
import io
from collections.abc import Iterable, Sequence

# A cell that begins so is a formula to spreadsheets: a name must never become one.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Without it Excel reads UTF-8 as Windows-1252.
MARK = "\ufeff"


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """RFC 4180 with a byte order mark; an apostrophe keeps a cell from being a formula."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([cell(one) for one in header])
    writer.writerows([cell(one) for one in row] for row in rows)
    return MARK + written.getvalue()


def cell(value: object) -> str:
    text = str(value)
    # A space in front does not stop a spreadsheet.
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
