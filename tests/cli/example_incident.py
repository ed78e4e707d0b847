"""An example service on a free port."""

from tests.cli.example_service import main

main("incident")
