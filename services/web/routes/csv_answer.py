"""A table to download."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from aiohttp import web

from services.web.domain.csv_text import csv_text


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> web.Response:
    """name: of the file, without .csv; header: stable words for programs, not translated."""
    return download(f"{name}.csv", "text/csv", csv_text(header, rows).encode())


def download(name: str, kind: str, body: bytes, *, inline: bool = False) -> web.Response:
    """A file with a name of its own; it is never kept by a cache."""
    plain = "".join(mark if mark.isalnum() and mark.isascii() else "-" for mark in name[:-4])
    how = "inline" if inline else "attachment"
    answer = web.Response(body=body, content_type=kind)
    answer.headers["Content-Disposition"] = (
        f"{how}; filename=\"{plain}{name[-4:]}\"; filename*=UTF-8''{quote(name)}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
