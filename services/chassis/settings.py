"""Settings of a service: environment over file, every typo named, secrets readable from files."""

import hashlib
import hmac
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

SHARED_TABLE = "shared"
OWN_ONLY = frozenset({"port", "database_url", "nice"})
"""MUSTER_PORT is the port of the whole of Muster, never that of one service."""


class SettingsError(Exception):
    """A setting is unknown, missing or unusable; the text names it and never shows its value."""


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every service is told; each service's Settings extend it.

    service_key: the installation's secret, at least 32 characters. port 0: a free one.
    nats_url "": no NATS, followers live on heads. clock: seconds added to the real clock.
    nice: how far this process steps back when processors are short; 0: not at all.
    """

    service_key: Annotated[str, Meta(min_length=32)]
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 0
    nice: Annotated[int, Meta(ge=0, le=19)] = 0
    database_url: str = ""
    nats_url: str = ""
    nats_monitor_url: str = ""
    clock: float = 0.0
    demo: bool = False
    data: str = ""
    log_level: str = "info"
    identity_url: str = ""
    roster_url: str = ""
    incident_url: str = ""
    accountability_url: str = ""
    notifier_url: str = ""
    board_url: str = ""
    web_url: str = ""


S = TypeVar("S", bound=ServiceSettings)


def load(spec: type[S], service: str, environ: Mapping[str, str]) -> S:
    """The settings of one service. Raises SettingsError.

    Field `x` of service `board` comes from the first of: MUSTER_BOARD_X, MUSTER_X, table
    [board] and table [shared] of the TOML file MUSTER_CONFIG. Each variable may instead be
    given as …_FILE, the path of a file that holds the value.
    """
    _refuse_unknown(spec, service, environ)
    values = _from_file(spec, service, environ)
    for field in spec.__struct_fields__:
        for name in _names(service, field):
            text = _read(environ, name)
            if text is not None:
                values[field] = _parse(spec, field, text)
                break
    try:
        return msgspec.convert(values, spec, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{_blame(spec, service, values)}: {error}") from error


def derive(key: str, purpose: str) -> str:
    """A secret of its own for one purpose, 64 hex digits; knowing it does not give the key."""
    return hmac.new(key.encode(), f"muster\x1f{purpose}".encode(), hashlib.sha256).hexdigest()


def _names(service: str, field: str) -> tuple[str, ...]:
    own = f"MUSTER_{service}_{field}".upper()
    return (own,) if field in OWN_ONLY else (own, f"MUSTER_{field}".upper())


def _refuse_unknown(spec: type[ServiceSettings], service: str, environ: Mapping[str, str]) -> None:
    prefix = f"MUSTER_{service}_".upper()
    known = {name for field in spec.__struct_fields__ for name in _names(service, field)}
    known |= {f"{name}_FILE" for name in known}
    for name in environ:
        if name.startswith(prefix) and name not in known:
            raise SettingsError(f"{name} is no setting of {service}. Correct or remove it.")


def _read(environ: Mapping[str, str], name: str) -> str | None:
    path = environ.get(f"{name}_FILE")
    if path is None:
        return environ.get(name)
    if name in environ:
        raise SettingsError(f"{name} and {name}_FILE are both set. Keep one.")
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}_FILE names a file that cannot be read: {path}") from error


def _parse(spec: type[ServiceSettings], field: str, text: str) -> object:
    """Several values in one variable are separated by commas."""
    kind = {f.name: f.type for f in msgspec.structs.fields(spec)}[field]
    many = msgspec.inspect.VarTupleType | msgspec.inspect.ListType
    if isinstance(msgspec.inspect.type_info(kind), many):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _from_file(
    spec: type[ServiceSettings], service: str, environ: Mapping[str, str]
) -> dict[str, object]:
    path = environ.get("MUSTER_CONFIG")
    if not path:
        return {}
    try:
        tables = tomllib.loads(Path(path).read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"MUSTER_CONFIG: {path} cannot be read as TOML: {error}") from error
    shared = set(spec.__struct_fields__) - OWN_ONLY
    values = {name: v for name, v in tables.get(SHARED_TABLE, {}).items() if name in shared}
    for name, value in tables.get(service, {}).items():
        if name not in spec.__struct_fields__:
            raise SettingsError(f"{os.fspath(path)}: [{service}] has no setting {name}.")
        values[name] = value
    return values


def _blame(spec: type[ServiceSettings], service: str, values: Mapping[str, object]) -> str:
    """The variable of the first field that is missing or has no usable value."""
    for field in msgspec.structs.fields(spec):
        name = " or ".join(reversed(_names(service, field.name)))
        if field.name not in values:
            if field.required:
                return name
            continue
        try:
            msgspec.convert(values[field.name], field.type, strict=False)
        except msgspec.ValidationError:
            return name
    return service
