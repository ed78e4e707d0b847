"""What each process is told."""

from services.cli.supervisor.services import (
    DEMO_SERVICES,
    SERVICES,
    Addresses,
    choose_addresses,
    environment,
)

SHARED = {"MUSTER_NATS_URL": "nats://x"}


def told(service: str, addresses: Addresses) -> dict[str, str]:
    """The environment of one service."""
    spec = next(spec for spec in (*SERVICES, *DEMO_SERVICES) if spec.name == service)
    return environment(spec, addresses, SHARED, lambda name: f"postgresql://muster_{name}@db/x")


def test_browsers_find_both_ports_by_rule() -> None:
    """Web takes MUSTER_PORT and the live socket the next one; the rest is inside, all different."""
    addresses = choose_addresses(SERVICES, 8080)
    assert addresses.ports["web"] == 8080
    board = told("board", addresses)
    assert board["MUSTER_BOARD_SOCKET_PORT"] == "8081"
    assert board["MUSTER_BOARD_ORIGINS"] == "http://127.0.0.1:8080,http://localhost:8080"
    assert len(set(addresses.ports.values())) == len(SERVICES)


def test_everyone_knows_where_everyone_is() -> None:
    """Each service gets every other service's address, and its own port in its own address."""
    addresses = choose_addresses(SERVICES, 8080)
    for spec in SERVICES:
        found = told(spec.name, addresses)
        urls = {other.name: found[f"MUSTER_{other.name.upper()}_URL"] for other in SERVICES}
        assert urls == addresses.urls
        assert urls[spec.name].endswith(":" + found[f"MUSTER_{spec.name.upper()}_PORT"])


def test_a_service_gets_the_database_of_its_own_role_only() -> None:
    """No process is handed another service's database address."""
    addresses = choose_addresses((*SERVICES, *DEMO_SERVICES), 8080)
    for spec in (*SERVICES, *DEMO_SERVICES):
        urls = {
            name: value
            for name, value in told(spec.name, addresses).items()
            if name.endswith("_DATABASE_URL")
        }
        own = {f"MUSTER_{spec.name.upper()}_DATABASE_URL": f"postgresql://muster_{spec.name}@db/x"}
        assert urls == (own if spec.database else {})


def test_only_what_browsers_need_can_be_opened_to_others() -> None:
    """MUSTER_HOST may open the pages; every inner service stays on the loopback address."""
    addresses = choose_addresses((*SERVICES, *DEMO_SERVICES), 8080)
    pinned = {
        spec.name
        for spec in (*SERVICES, *DEMO_SERVICES)
        if told(spec.name, addresses).get("MUSTER_HOST") == "127.0.0.1"
    }
    assert pinned == {spec.name for spec in (*SERVICES, *DEMO_SERVICES)} - {"web"}


def test_the_demos_sinks_exist_in_the_demo_only() -> None:
    """A real school is never told of a place that swallows its messages."""
    school = told("notifier", choose_addresses(SERVICES, 8080))
    demo = told("notifier", choose_addresses((*DEMO_SERVICES, *SERVICES), 8080))
    assert "MUSTER_SINKS_URL" not in school
    assert demo["MUSTER_SINKS_URL"].startswith("http://127.0.0.1:")
    assert demo["MUSTER_SINKS_SMTP_URL"].startswith("smtp://127.0.0.1:")


def test_screens_come_before_mail() -> None:
    """When processors are short the notifier and the demo's sinks step back, never the board."""
    addresses = choose_addresses((*SERVICES, *DEMO_SERVICES), 8080)
    nice = {
        spec.name: int(told(spec.name, addresses)[f"MUSTER_{spec.name.upper()}_NICE"])
        for spec in (*SERVICES, *DEMO_SERVICES)
    }
    assert all(nice[name] == 0 for name in ("web", "incident", "accountability", "board"))
    assert 0 < nice["notifier"] < nice["sinks"]
