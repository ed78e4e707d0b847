"""The window of one log: what has arrived, what is missing."""

from services.chassis.follower.window import EARLY_CAP, Window


def window(position: int, *heard: int) -> Window:
    made = Window()
    made.reset(position)
    for pos in heard:
        made.offer(pos, b"%d" % pos)
    return made


def test_a_run_ends_at_the_first_gap() -> None:
    """Only events without a gap before them may be applied."""
    made = window(3, 6, 4, 5, 8)
    assert made.run() == [b"4", b"5", b"6"]
    made.moved(6)
    assert (made.run(), made.behind) == ([], True)


def test_repeats_take_no_memory() -> None:
    """Old messages are dropped, so a repeating lane cannot fill the memory or the window."""
    made = window(3, 1, 2, 3)
    assert not made.behind
    assert not made._early


def test_early_events_are_bounded() -> None:
    """What does not fit is fetched later: the head still says that it exists."""
    made = window(0, *range(2, 2 * EARLY_CAP))
    assert len(made._early) == EARLY_CAP
    assert made.head == 2 * EARLY_CAP - 1


def test_a_shorter_log_forgets_what_was_claimed() -> None:
    """The owner's word on where its log ends outweighs any message."""
    made = window(3, 9)
    made.shrink(3)
    assert (made.behind, made._early) == (False, {})
