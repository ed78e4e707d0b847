"""What is published for outsiders is what the structs say, and is valid by its own standard."""

import json
from pathlib import Path

import msgspec
from openapi_spec_validator import validate

from schemas import publish
from schemas.registry import ROWS


def test_published_documents_have_not_drifted() -> None:
    """A struct cannot change without the published documents changing in the same commit."""
    assert publish.drifted(publish.PUBLISHED) == []


def test_drift_is_found(tmp_path: Path) -> None:
    """The drift check can fail: a changed and a missing document are both named."""
    for name, content in publish.documents().items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "openapi.json").write_bytes(b"{}")
    (tmp_path / "asyncapi.json").unlink()
    assert sorted(publish.drifted(tmp_path)) == ["asyncapi.json", "openapi.json"]


def test_openapi_is_valid_3_1() -> None:
    """A client generator can read the HTTP description."""
    validate(json.loads(publish.documents()["openapi.json"]))


def test_asyncapi_names_every_event_on_both_lanes() -> None:
    """A subscriber finds every event, its lane, its mode and its school in the description."""
    document = publish.asyncapi()
    for row in ROWS:
        for lane in ("now", "log"):
            assert document["channels"][f"{lane}.{row.type}"]["address"].startswith(lane)
        assert document["components"]["messages"][row.type]["x-followers"] == list(row.followers)
    assert msgspec.json.encode(document)


def test_every_reference_in_asyncapi_resolves() -> None:
    """No reference of the event description points at nothing."""
    document = publish.asyncapi()
    missing = []
    stack: list[object] = [document]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            reference = item.get("$ref")
            if isinstance(reference, str) and not _resolves(document, reference):
                missing.append(reference)
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    assert missing == []


def _resolves(document: object, reference: str) -> bool:
    found = document
    for part in reference.removeprefix("#/").split("/"):
        if not isinstance(found, dict) or part not in found:
            return False
        found = found[part]
    return True
