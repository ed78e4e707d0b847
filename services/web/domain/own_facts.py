"""The forms of a person's page: which act is which operation, and what its fields say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.vocabulary import Role
from services.web.domain.forms import Fields, needed, one

MAY_CHANGE: frozenset[Role] = frozenset({"office", "principal", "administrator"})
"""Who is shown the forms; the roster decides who may send them."""

Body = Callable[[Fields], Mapping[str, Any]]


@dataclass(frozen=True)
class FormAct:
    """path: part of the operation's path → field of the form. body: raises bad_form."""

    operation: str
    body: Body
    path: Mapping[str, str]


def _pair(fields: Fields) -> dict[str, Any]:
    return {"guardian": needed(fields, "guardian"), "student": needed(fields, "student")}


def _rights(fields: Fields) -> dict[str, Any]:
    held = set(fields.get("right", ()))
    place = one(fields, "priority")
    return {
        **_pair(fields),
        **{right: right in held for right in ("message", "information", "pick_up")},
        "priority": int(place) if place.isascii() and place.isdigit() else 0,
        "relationship": one(fields, "relationship"),
        "reason": one(fields, "reason"),
    }


def _consent(fields: Fields) -> dict[str, Any]:
    given = needed(fields, "given") == "yes"
    return {**_pair(fields), "given": given, "how": needed(fields, "how")}


def _apart(fields: Fields) -> dict[str, Any]:
    return {
        **_pair(fields),
        "reference": needed(fields, "reference"),
        "begins": one(fields, "begins") or None,
        "ends": one(fields, "ends") or None,
    }


def _lift(fields: Fields) -> dict[str, Any]:
    return {**_pair(fields), "reason": needed(fields, "reason")}


def _guardian(fields: Fields) -> dict[str, Any]:
    lines = ("name", "caseworker", "badge", "call_back")
    return {
        "guardian": one(fields, "guardian") or None,
        "type": needed(fields, "type"),
        "students": tuple(student for student in fields.get("students", ()) if student),
        **{line: one(fields, line) for line in lines},
    }


def _plan(fields: Fields) -> dict[str, Any]:
    texts = ("equipment", "medication_place", "refuge_area", "communication")
    return {
        "helper": one(fields, "helper") or None,
        "backup": one(fields, "backup") or None,
        **{text: one(fields, text) for text in texts},
    }


def _said(*names: str) -> Body:
    return lambda fields: {name: needed(fields, name) for name in names}


def _approval(fields: Fields) -> dict[str, Any]:
    version = needed(fields, "version")
    return {"version": int(version) if version.isascii() and version.isdigit() else 0}


ACTS: Mapping[str, FormAct] = {
    "rights": FormAct("setRights", _rights, {}),
    "consent": FormAct("recordConsent", _consent, {}),
    "apart": FormAct("setApart", _apart, {}),
    "lift": FormAct("proposeLift", _lift, {}),
    "approve-lift": FormAct("approveLift", _approval, {"proposal": "proposal"}),
    "speaks": FormAct(
        "setSpeaks",
        lambda fields: {
            "speaks": one(fields, "speaks"),
            "interpreter": needed(fields, "interpreter"),
        },
        {"person": "of"},
    ),
    "language": FormAct("setLanguage", _said("language"), {"person": "of"}),
    "guardian": FormAct("setGuardian", _guardian, {}),
    "end-guardian": FormAct("endGuardian", _said("reason"), {"guardian": "guardian"}),
    "plan": FormAct("setPlan", _plan, {"person": "of"}),
    "device": FormAct("addDevice", _said("label", "channel", "address"), {"person": "of"}),
    "remove-device": FormAct("removeDevice", _said(), {"device": "device"}),
    "code": FormAct(
        "issueFamilyCode",
        lambda fields: {"students": tuple(one for one in fields.get("students", ()) if one)},
        {"person": "of"},
    ),
    "revoke-code": FormAct("revokeFamilyCode", _said("reason"), {"code": "code"}),
}
