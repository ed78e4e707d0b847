"""Every event and command ever published still decodes, and says the same when encoded."""

import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

import schemas
from schemas import envelope, publish
from schemas.commands import Command
from schemas.registry import BY_TYPE, UnknownEvent, data_of, subject

EXAMPLES = Path(publish.__file__).parent / "examples"
EVENTS = sorted((EXAMPLES / "events").glob("*.json"))
COMMANDS = sorted((EXAMPLES / "commands").glob("*.json"))
COMMAND_STRUCTS: dict[str, type[Command]] = {
    str(struct.__struct_config__.tag): struct
    for found in pkgutil.iter_modules(schemas.__path__)
    for struct in vars(importlib.import_module(f"schemas.{found.name}")).values()
    if isinstance(struct, type) and issubclass(struct, Command) and struct is not Command
}


def _canonical(path: Path) -> bytes:
    return msgspec.json.format(path.read_bytes(), indent=0)


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_event_example_survives_both_directions(path: Path) -> None:
    """An event on disk decodes into its struct, and the struct encodes to the same bytes."""
    event = envelope.decode(path.read_bytes())
    data = data_of(event)
    again = msgspec.structs.replace(event, data=msgspec.Raw(msgspec.json.encode(data)))
    assert msgspec.json.format(envelope.encode(again), indent=0) == _canonical(path)
    assert event.type == path.stem


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.stem)
def test_command_example_survives_both_directions(path: Path) -> None:
    """A command on disk decodes strictly, and encodes to the same bytes."""
    command = msgspec.json.decode(path.read_bytes(), type=COMMAND_STRUCTS[path.stem])
    assert msgspec.json.format(msgspec.json.encode(command), indent=0) == _canonical(path)


def test_every_event_and_command_has_an_example() -> None:
    """Nothing enters the language without an example that later versions must still read."""
    assert {path.stem for path in EVENTS} == set(BY_TYPE)
    assert {path.stem for path in COMMANDS} == set(COMMAND_STRUCTS)


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_event_example_is_valid_by_the_published_schema(path: Path) -> None:
    """A client that validates by the published JSON Schema accepts what is published."""
    published = publish.json_schema()
    wire: dict[str, Any] = json.loads(path.read_bytes())
    for name, value in (("Envelope", wire), (BY_TYPE[path.stem].struct.__name__, wire["data"])):
        Draft202012Validator({**published, "oneOf": [{"$ref": f"#/$defs/{name}"}]}).validate(value)


def test_unknown_field_passes_and_unknown_type_is_named() -> None:
    """An event of a newer version with more fields decodes; an unknown type is told apart."""
    wire = json.loads(EVENTS[0].read_bytes())
    wire["data"]["brand_new"] = 1
    wire["extension"] = "x"
    event = envelope.decode(json.dumps(wire).encode())
    assert data_of(event) is not None
    unknown = msgspec.structs.replace(event, type="incident.vanished.v9")
    with pytest.raises(UnknownEvent):
        data_of(unknown)


def test_command_with_an_unknown_field_is_refused() -> None:
    """A command is read strictly: a misspelt field never silently changes its meaning."""
    wire = json.loads(COMMANDS[0].read_bytes())
    wire["alow_removals"] = True
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(wire), type=COMMAND_STRUCTS[COMMANDS[0].stem])


def test_subject_carries_lane_mode_school_owner_and_event() -> None:
    """A drill's event can be told from a live one by its subject alone."""
    event = envelope.decode((EXAMPLES / "events" / "incident.declared.v1.json").read_bytes())
    assert subject("now", event) == f"now.drill.{event.school}.incident.declared"
