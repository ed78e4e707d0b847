"""How hypothesis searches: the same examples in every run, or new ones when asked."""

import pytest
from hypothesis import settings

STEADY, SEARCH = "steady", "search"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """`steady` unless `--hypothesis-profile` says `search`, which looks further each time.

    A change is judged by the same examples wherever and whenever it is tested; a search prints
    how to repeat what it found. No example has a deadline: a busy machine is no fault.
    """
    settings.register_profile(STEADY, derandomize=True, deadline=None, database=None)
    settings.register_profile(
        SEARCH, derandomize=False, deadline=None, database=None, max_examples=2000, print_blob=True
    )
    settings.load_profile(config.getoption("--hypothesis-profile") or STEADY)
