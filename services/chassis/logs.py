"""Logs without personal data: one JSON object a line, of allow-listed fields only.

A library's own record keeps its place and kind, never its text: a driver's error may quote a row.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import msgspec
import structlog

ALLOWED = frozenset(
    {
        *("action", "time", "level", "service", "part", "where", "error_type", "code", "status"),
        *("school", "incident", "event", "type", "pos", "seq", "mode", "owner", "head", "lineage"),
        *("epoch", "ms", "count", "attempt", "batch", "port", "route", "version", "stream"),
        *("logger", "signal", "purpose", "channel", "job", "state"),
    }
)
WORD = re.compile(r"[A-Za-z0-9_.:/{}<>,+-]{1,120}")
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}

Fields = MutableMapping[str, Any]

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
"""log.info("declared", school=…): the first word is the action."""


def configure(service: str, level: str = "info", stream: TextIO | None = None) -> None:
    """Send every line of this process, libraries' included, to stream (stderr) as JSON."""
    out = stream or sys.stderr
    threshold = LEVELS[level]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _ServiceName(service),
            keep_allowed,
            structlog.processors.JSONRenderer(serializer=_serialize),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(
        handlers=[LibraryRecords()], level=max(threshold, logging.WARNING), force=True
    )
    logging.captureWarnings(True)


def keep_allowed(_logger: Any, _method: str, fields: Fields) -> Fields:
    """Drop every key that is not on the list and every value that is no id, word or number."""
    said = fields.pop("event", None)
    if "action" not in fields:
        fields["action"] = said
    elif said is not None:
        fields["event"] = said
    kept = {key: value for key, value in fields.items() if key in ALLOWED and _is_plain(value)}
    kept.setdefault("action", "unnamed")
    return kept


def where(error: BaseException) -> str:
    """ "file:line" of the innermost frame: enough to find it, nothing of what it held."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    name = trace.tb_frame.f_code.co_filename.rsplit("/", 1)[-1]
    return f"{name}:{trace.tb_lineno}"


class LibraryRecords(logging.Handler):
    """Turns a library's record into our line without its text and arguments."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line: which logger, where, and the kind of error."""
        error = record.exc_info[1] if record.exc_info else None
        log.log(
            record.levelno,
            "library_record",
            logger=record.name,
            where=f"{record.filename}:{record.lineno}",
            error_type=type(error).__name__ if error else "none",
        )


class _ServiceName:
    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: Any, _method: str, fields: Fields) -> Fields:
        fields["service"] = self._service
        return fields


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return WORD.fullmatch(value) is not None
    return value is None or isinstance(value, bool | int | float)


def _serialize(fields: Any, **_options: Any) -> str:
    return msgspec.json.encode(fields).decode()
