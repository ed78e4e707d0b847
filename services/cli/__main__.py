"""`muster`: see `muster --help`."""

import sys

from services.cli.application import run


def main() -> None:
    """The installed command."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
