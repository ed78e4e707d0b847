"""An example service on the public port."""

from tests.cli.example_service import main

main("web")
