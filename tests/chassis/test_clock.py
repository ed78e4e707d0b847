"""The clock: aware, offset, settable."""

import datetime as dt

import pytest

from services.chassis.clock import Clock, SystemClock
from tests.fakes.clock import SettableClock


@pytest.mark.parametrize("clock", [SystemClock(), SystemClock(3600.0), SettableClock()])
def test_every_clock_tells_utc(clock: Clock) -> None:
    """A naive time would be read in another zone by someone else."""
    assert clock.now().utcoffset() == dt.timedelta(0)


def test_the_offset_moves_the_system_clock() -> None:
    """The demo opens on a school morning whatever the time is."""
    ahead = SystemClock(7200.0).now() - SystemClock().now()
    assert dt.timedelta(seconds=7199) < ahead < dt.timedelta(seconds=7201)


def test_the_settable_clock_stands_until_moved() -> None:
    """Tests decide when time passes."""
    clock = SettableClock()
    before = clock.now()
    assert clock.now() == before
    clock.advance(dt.timedelta(days=1))
    assert clock.now() - before == dt.timedelta(days=1)
