"""The table that people read and the registry that programs read say the same."""

from pathlib import Path

from schemas.registry import ROWS

TABLE = Path(__file__).parents[2] / "services" / "README.md"


def test_the_table_names_every_follower() -> None:
    """Whoever asks the table what a service follows is told every owner that the registry knows."""
    follows = {}
    for line in TABLE.read_text().splitlines():
        if line.startswith("| `"):
            service, _commands, _publishes, owners, _dies = line.strip("| ").split(" | ")
            follows[service.strip("`")] = set(owners.split(", "))
    missing = {
        (follower, row.owner)
        for row in ROWS
        for follower in row.followers
        if row.owner not in follows[follower]
    }
    assert missing == set()
