"""Long work in a terminal: one line that moves, and nothing where nobody looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from schemas.roster_import import ImportProgress

WORDS = {
    "reading": "Reading and checking the files",
    "comparing": "Comparing",
    "applying": "Applying",
    "undoing": "Bringing back the roster before",
}


@contextmanager
def progress_line(
    *, shown: bool, stream: TextIO | None = None
) -> Iterator[Callable[[ImportProgress | None], None]]:
    """A function that is told how far an import is. shown: false for programs and files.

    stream: standard error.
    """
    stream = stream or sys.stderr
    if not (shown and stream.isatty()):
        yield lambda _progress: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("Waiting for its turn", total=None)

        def told(progress: ImportProgress | None) -> None:
            if progress is not None:
                bar.update(
                    task,
                    description=WORDS[progress.step],
                    total=progress.total or None,
                    completed=progress.done,
                )

        yield told
