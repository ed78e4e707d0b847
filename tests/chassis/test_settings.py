"""Settings: where a value comes from, and what a mistake says."""

from pathlib import Path

import pytest

from services.chassis.settings import ServiceSettings, SettingsError, derive, load

KEY = "k" * 32


class BoardSettings(ServiceSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    socket_port: int = 0
    origins: tuple[str, ...] = ()


def test_the_service_s_own_variable_wins_over_the_shared_one() -> None:
    """One service can be told something else than the rest."""
    environ = {"MUSTER_SERVICE_KEY": KEY, "MUSTER_HOST": "a", "MUSTER_BOARD_HOST": "b"}
    assert load(BoardSettings, "board", environ).host == "b"
    assert load(ServiceSettings, "roster", environ).host == "a"


def test_the_port_of_the_whole_is_not_the_port_of_a_service() -> None:
    """MUSTER_PORT names the web page's port; a service that took it would collide with it."""
    environ = {"MUSTER_SERVICE_KEY": KEY, "MUSTER_PORT": "8000", "MUSTER_ROSTER_PORT": "9001"}
    assert load(ServiceSettings, "roster", environ).port == 9001
    assert load(ServiceSettings, "incident", environ).port == 0


def test_text_becomes_numbers_flags_and_lists() -> None:
    """The environment holds text only; the settings hold what the field says."""
    environ = {
        "MUSTER_SERVICE_KEY": KEY,
        "MUSTER_DEMO": "1",
        "MUSTER_CLOCK": "-3600.5",
        "MUSTER_BOARD_SOCKET_PORT": "8001",
        "MUSTER_BOARD_ORIGINS": "http://a, http://b",
        "MUSTER_BOARD_URL": "http://127.0.0.1:1",
    }
    settings = load(BoardSettings, "board", environ)
    assert (settings.demo, settings.clock, settings.socket_port) == (True, -3600.5, 8001)
    assert settings.origins == ("http://a", "http://b")
    assert settings.board_url == "http://127.0.0.1:1"


def test_a_typo_is_named() -> None:
    """A misspelt variable stops the service instead of being ignored."""
    environ = {"MUSTER_SERVICE_KEY": KEY, "MUSTER_BOARD_SOKET_PORT": "8001"}
    with pytest.raises(SettingsError, match="MUSTER_BOARD_SOKET_PORT"):
        load(BoardSettings, "board", environ)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "MUSTER_SERVICE_KEY"),
        ({"MUSTER_SERVICE_KEY": "short-secret"}, "MUSTER_SERVICE_KEY"),
        ({"MUSTER_SERVICE_KEY": KEY, "MUSTER_BOARD_PORT": "hello"}, "MUSTER_BOARD_PORT"),
        ({"MUSTER_SERVICE_KEY": KEY, "MUSTER_CLOCK": "noon"}, "MUSTER_CLOCK"),
        ({"MUSTER_SERVICE_KEY_FILE": "/nowhere/key"}, "MUSTER_SERVICE_KEY_FILE"),
    ],
)
def test_a_bad_value_is_blamed_on_its_variable(environ: dict[str, str], named: str) -> None:
    """The error says which variable to correct, and never repeats a secret."""
    with pytest.raises(SettingsError, match=named) as caught:
        load(BoardSettings, "board", environ)
    assert "short-secret" not in str(caught.value)


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    """A secret need not stand in the environment, where other processes could read it."""
    (tmp_path / "key").write_text(KEY + "\n")
    environ = {"MUSTER_SERVICE_KEY_FILE": str(tmp_path / "key")}
    assert load(ServiceSettings, "web", environ).service_key == KEY
    with pytest.raises(SettingsError, match="both"):
        load(ServiceSettings, "web", {**environ, "MUSTER_SERVICE_KEY": KEY})


def test_a_toml_file_fills_what_the_environment_leaves_open(tmp_path: Path) -> None:
    """Table [board] wins over [shared]; the environment wins over both; a typo is named."""
    config = tmp_path / "muster.toml"
    config.write_text('[shared]\nhost = "s"\nlog_level = "debug"\n[board]\nlog_level = "error"\n')
    environ = {"MUSTER_CONFIG": str(config), "MUSTER_SERVICE_KEY": KEY}
    settings = load(BoardSettings, "board", {**environ, "MUSTER_HOST": "e"})
    assert (settings.host, settings.log_level) == ("e", "error")
    config.write_text("[board]\nsoket_port = 1\n")
    with pytest.raises(SettingsError, match="soket_port"):
        load(BoardSettings, "board", environ)


def test_derived_secrets_differ_by_purpose() -> None:
    """A service that knows its database password knows no other secret."""
    assert derive(KEY, "db:roster") == derive(KEY, "db:roster")
    assert len({derive(KEY, "db:roster"), derive(KEY, "db:web"), derive("K" * 32, "db:web")}) == 3
