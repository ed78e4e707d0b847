"""Which tests share a worker: those that share an installation, so that it starts once."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

# Beginnings of test ids. Not marks: since pytest 9.2 `xdist_group` reaches no scheduler.
TOGETHER = (
    "tests/journeys/",
    "tests/browser/",
    "tests/cli/test_demo_installation.py",
    "tests/cli/test_supervisor.py",
    "tests/web/test_in_browser.py",
)


class SharedStarts(LoadGroupScheduling):  # type: ignore[misc]  # xdist has no types
    """As `--dist loadgroup`, with one group for each of these places; the largest goes first."""

    def _split_scope(self, nodeid: str) -> str:
        for place in TOGETHER:
            if nodeid.startswith(place):
                return place
        return str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedStarts | None:
    """Ours for `loadgroup`, xdist's own for everything else."""
    return SharedStarts(config, log) if config.getoption("dist") == "loadgroup" else None
