"""Writes schemas/published/: JSON Schema, AsyncAPI 3 and OpenAPI 3.1, from the structs alone.

`python -m schemas.publish` writes; `--check` compares and exits 1 on drift, naming the files.
"""

import inspect
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from schemas import board
from schemas.api import OPERATIONS
from schemas.api.operation import Operation
from schemas.envelope import Envelope
from schemas.registry import ROWS, EventRow
from schemas.replies import Problem

PUBLISHED = Path(__file__).parent / "published"
VERSION = "0.1.0"
Json = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _components(
    types: Iterable[Any], ref_template: str = "#/components/schemas/{name}"
) -> tuple[list[Json], Json]:
    schemas, components = msgspec.json.schema_components(list(types), ref_template=ref_template)
    # From Python 3.13 on docstrings come without their indentation: publish the same on each.
    for schema in components.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    return list(schemas), dict(components)


def json_schema() -> Json:
    """Every event's data and the envelope, as one JSON Schema document with $defs."""
    types: list[Any] = [Envelope, *(row.struct for row in ROWS)]
    schemas, components = _components(types, "#/$defs/{name}")
    return {
        "$schema": _DIALECT,
        "title": "Muster events",
        "$defs": components,
        "oneOf": schemas[1:],
    }


def _message(row: EventRow, data: Json) -> Json:
    owner, event, _version = row.type.split(".")
    return {
        "name": row.type,
        "title": f"{owner}: {event.replace('_', ' ')}",
        "summary": inspect.cleandoc(row.struct.__doc__ or "").split("\n\n")[0].replace("\n", " "),
        "contentType": "application/cloudevents+json",
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {"type": "object", "properties": {"type": {"const": row.type}, "data": data}},
            ]
        },
        "x-followers": list(row.followers),
        "x-retention": row.retention,
        "x-personal-data": row.personal_data,
    }


def _channel(row: EventRow, lane: str) -> Json:
    owner, event, _version = row.type.split(".")
    return {
        "address": f"{lane}.{{mode}}.{{school}}.{owner}.{event}",
        "parameters": {
            "mode": {"enum": ["live", "drill", "exercise", "admin"]},
            "school": {"description": "the school's id"},
        },
        "messages": {row.type: {"$ref": f"#/components/messages/{row.type}"}},
    }


def asyncapi() -> Json:
    """The two lanes of events and the live socket's frames."""
    frames: list[Any] = [board.Join, board.Resync, board.Snapshot, board.Delta, board.Beat,
                         board.Bye]  # fmt: skip
    schemas, components = _components([Envelope, *(row.struct for row in ROWS), *frames])
    data = dict(zip([row.type for row in ROWS], schemas[1:], strict=False))
    sockets = dict(zip([f.__name__ for f in frames], schemas[1 + len(ROWS) :], strict=True))
    channels = {
        f"{lane}.{row.type}": _channel(row, lane) for lane in ("now", "log") for row in ROWS
    }
    channels["live"] = {
        "address": "/live",
        "description": "The live socket: a screen sends Join first; frames are contiguous by n.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in sockets},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Muster events",
            "version": VERSION,
            "description": "`now.` tells screens at once and may lose; `log.` (JetStream stream "
            "LOG) is complete and in pos order. Ids, never names, travel in events.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {
            f"follow.{name}": {"action": "receive", "channel": {"$ref": f"#/channels/{name}"}}
            for name in channels
        },
        "components": {
            "schemas": components,
            "messages": {row.type: _message(row, data[row.type]) for row in ROWS}
            | {name: {"name": name, "payload": schema} for name, schema in sockets.items()},
        },
    }


def _responses(operation: Operation, reply: Json | None) -> Json:
    problem = {
        "description": "A problem with a stable code",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    fine: Json = {"description": operation.summary}
    if reply is not None:
        fine["content"] = {"application/json": {"schema": reply}}
    if operation.raw_reply:
        picture = {"type": "string", "format": "binary"}
        fine["content"] = {operation.raw_reply: {"schema": picture}}
    return {str(operation.status): fine, "default": problem}


def _parameters(operation: Operation) -> list[Json]:
    path = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    found: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in path
    ]
    found += [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
        for name in operation.query
    ]
    if operation.idempotent_by_key:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"},
            }
        )
    return found


def openapi() -> Json:
    """The HTTP API that web offers, from the table in schemas/api/."""
    bodies = [op.body for op in OPERATIONS if op.body is not None]
    replies = [op.reply for op in OPERATIONS if op.reply is not None]
    schemas, components = _components([Problem, *bodies, *replies])
    by_type = dict(zip([Problem, *bodies, *replies], schemas, strict=True))
    paths: Json = {}
    for op in OPERATIONS:
        entry: Json = {
            "operationId": op.name,
            "summary": op.summary,
            "parameters": _parameters(op),
            "responses": _responses(op, by_type.get(op.reply)),
            "security": [] if op.open else [{"bearer": []}, {"session": []}],
        }
        if op.body is not None or op.raw_body:
            kind = op.raw_body or "application/json"
            schema = {"type": "string", "format": "binary"} if op.raw_body else by_type[op.body]
            entry["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
        paths.setdefault(op.path, {})[op.method.lower()] = entry
    return {
        "openapi": "3.1.0",
        "info": {"title": "Muster", "version": VERSION, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-muster"},
            },
        },
    }


def documents() -> dict[str, bytes]:
    """File name → content of everything published."""
    built = {
        "events.schema.json": json_schema(),
        "asyncapi.json": asyncapi(),
        "openapi.json": openapi(),
    }
    return {
        name: msgspec.json.format(msgspec.json.encode(doc, order="sorted"), indent=2) + b"\n"
        for name, doc in built.items()
    }


def drifted(folder: Path) -> list[str]:
    """Names of the published files that are not what the structs say."""
    return [
        name
        for name, content in documents().items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != content
    ]


def main(arguments: list[str]) -> int:
    """0: written, or no drift. 1: drift, the files named on standard error."""
    if "--check" in arguments:
        stale = drifted(PUBLISHED)
        for name in stale:
            print(f"schemas/published/{name} is not what the structs say", file=sys.stderr)
        return 1 if stale else 0
    PUBLISHED.mkdir(exist_ok=True)
    for name, content in documents().items():
        (PUBLISHED / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
