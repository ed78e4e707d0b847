"""Fixtures of the whole suite live in plugin modules; add yours to the list."""

pytest_plugins = [
    "tests.servers_fixtures",
    "tests.chassis_fixtures",
    "tests.random_histories",
    "tests.scheduling",
]
