"""One document, set in a process of its own: `python -m services.roster.store.paper.setting`.

The typesetter keeps what it set for its next ten documents. In the roster's process a district's
sheets would stay in memory for days; here they go with the process. Standard input: a Job as JSON;
standard output: the PDF. Exit code 3: the document cannot be set so.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Final

import msgspec

HERE: Final = Path(__file__).parent
CANNOT: Final = 3
PR_SET_PDEATHSIG: Final = 1


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """parent: the process that waits. data: the document as JSON, given to the template as text."""

    parent: int
    template: str
    data: str
    timestamp: int
    tagged: bool


def main() -> int:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    tie_to(job.parent)
    # Read only here: the roster itself need not load it.
    import typst  # noqa: PLC0415

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[HERE / "fonts"]
    )
    try:
        made = typst.compile(
            HERE / job.template,
            root=HERE,
            font_paths=fonts,
            format="pdf",
            sys_inputs={"data": job.data},
            pdf_standards=["ua-1"] if job.tagged else [],
            timestamp=job.timestamp,
        )
    except typst.TypstError:
        return CANNOT
    assert isinstance(made, bytes)
    sys.stdout.buffer.write(made)
    return 0


def tie_to(parent: int) -> None:
    """Nobody waits for a document of a roster that is gone."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(CANNOT)


if __name__ == "__main__":
    sys.exit(main())
