"""How soon a program that ended is started again."""

from services.cli.supervisor.backoff import BackOff


def delays(runs: list[float]) -> list[float]:
    """The delay after each run of so many seconds."""
    state, found = BackOff(), []
    for ran_for in runs:
        state = state.ended(ran_for)
        found.append(state.delay)
    return found


def test_the_first_restart_is_immediate() -> None:
    """A service that ran for long and was killed is back without any delay."""
    assert delays([3600.0]) == [0.0]


def test_a_crash_loop_slows_down_to_ten_seconds() -> None:
    """A program that crashes at each start does not take the machine with it."""
    assert delays([0.1] * 10) == [0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


def test_a_steady_run_forgets_the_crashes() -> None:
    """After half a minute of service the next end is treated like the first."""
    assert delays([0.1, 0.1, 0.1, 31.0]) == [0.0, 0.1, 0.2, 0.0]
