"""Log lines hold ids, words and numbers of an allow-list; everything else is dropped."""

import io
import json
import logging

import pytest

from services.chassis.logs import configure, log, where

CANARY = "Wilhelmina Tester"


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    configure("bell", "info", stream)
    return stream


def last(lines: io.StringIO) -> dict[str, object]:
    line: dict[str, object] = json.loads(lines.getvalue().splitlines()[-1])
    return line


def test_the_first_word_is_the_action(lines: io.StringIO) -> None:
    """Every line says what happened in one stable word, when and in which service."""
    log.info("declared", school="s1", pos=7)
    said = last(lines)
    assert (said["action"], said["service"], said["school"], said["pos"]) == (
        "declared",
        "bell",
        "s1",
        7,
    )
    assert str(said["time"]).endswith("Z")


def test_an_event_may_be_named_beside_the_action(lines: io.StringIO) -> None:
    """action= and event= together keep both."""
    log.info(action="applied", event="0b5f")
    assert (last(lines)["action"], last(lines)["event"]) == ("applied", "0b5f")


def test_keys_off_the_list_are_dropped(lines: io.StringIO) -> None:
    """A body, a name or a phone has no key that it could stand under."""
    log.warning("refused", body="{}", name=CANARY, phone="+15550100", code="unknown_student")
    assert set(last(lines)) == {"action", "time", "level", "service", "code"}


def test_values_that_are_no_ids_are_dropped(lines: io.StringIO) -> None:
    """A sentence, a list or a struct under an allowed key does not get through either."""
    log.info(action="refused", code=CANARY, school=["s1"], event=CANARY)
    log.info(f"refused {CANARY}")
    assert CANARY not in lines.getvalue()
    assert last(lines)["action"] == "unnamed"


def test_an_exception_is_named_by_kind_and_place(lines: io.StringIO) -> None:
    """exc_info must not bring the text of a driver's error, which may quote a row."""
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        log.exception("failed", where=where(error), exc_info=error)
    assert CANARY not in lines.getvalue()
    assert str(last(lines)["where"]).startswith("test_logs.py:")


def test_libraries_say_where_and_no_more(lines: io.StringIO) -> None:
    """A library's record keeps its logger and line; its text and arguments are dropped."""
    try:
        raise KeyError(CANARY)
    except KeyError:
        logging.getLogger("asyncpg").exception("row %s", CANARY)
    assert CANARY not in lines.getvalue()
    assert (last(lines)["logger"], last(lines)["error_type"]) == ("asyncpg", "KeyError")


def test_the_level_is_honoured(lines: io.StringIO) -> None:
    """Debug lines cost nothing where the level is info."""
    log.debug("noise")
    assert lines.getvalue() == ""
