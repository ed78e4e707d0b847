"""From the fields of a page's form to the words of the language."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from schemas.incident import ActionCall, Zone
from services.web.domain.problems import bad_form

T = TypeVar("T")

Fields = Mapping[str, Sequence[str]]

NAMED_ZONE = "zone:"
"""Begins a choice that carries a zone's name and rooms, apart by tabs."""


class FormClaims(msgspec.Struct, frozen=True, kw_only=True):
    """Signed into each form: the session it was drawn for. exp: Unix seconds."""

    sid: str
    exp: int


def one(fields: Fields, name: str) -> str:
    """The field's first value without outer space; "" when it is not there."""
    values = fields.get(name) or ("",)
    return values[0].strip()


def needed(fields: Fields, name: str) -> str:
    """The field's value. Raises WebProblem bad_form when it is empty."""
    if value := one(fields, name):
        return value
    raise bad_form(name)


def checked(kind: type[T], values: Mapping[str, Any], field: str) -> T:
    """The values as a struct. Raises WebProblem bad_form, which names `field` only."""
    try:
        return msgspec.convert(dict(values), kind, strict=False)
    except msgspec.ValidationError as error:
        raise bad_form(field) from error


def action_call(fields: Fields) -> ActionCall:
    """kind, zone, room…, zone_name, location, hazard, strategy. Raises WebProblem bad_form."""
    kind = needed(fields, "kind")
    asked: dict[str, Any] = {"kind": kind, "zone": _zone(fields)}
    if kind == "evacuate":
        asked["location"] = needed(fields, "location")
    if kind == "shelter":
        asked["hazard"] = needed(fields, "hazard")
        asked["strategy"] = needed(fields, "strategy")
    return checked(ActionCall, asked, "kind")


def _zone(fields: Fields) -> Zone:
    said = one(fields, "zone")
    if said.startswith(NAMED_ZONE):
        # The page wrote the zone's rooms into the choice: starting asks nobody.
        name, *within = said.removeprefix(NAMED_ZONE).split("\t")
        return checked(Zone, {"name": name[:200], "rooms": within[:500]}, "zone")
    if said != "rooms":
        return Zone()
    rooms = [room for room in fields.get("room", ()) if room]
    if not rooms:
        raise bad_form("room")
    name = one(fields, "zone_name") or ", ".join(rooms)
    return checked(Zone, {"name": name[:200], "rooms": rooms}, "zone")
