"""Words of the language that a refusal names by code: roles, modes, what a substitute covers."""

from collections.abc import Mapping

from schemas.vocabulary import IncidentMode, Role
from services.web.domain.language import marked as _

ROLES: Mapping[Role, str] = {
    "teacher": _("a teacher"),
    "staff": _("a member of staff"),
    "office": _("the office"),
    "principal": _("the principal"),
    "administrator": _("an administrator"),
    "sro": _("the school resource officer"),
    "responder": _("a responder"),
    "it": _("the IT desk"),
    "screen": _("a wall screen"),
}

MODES: Mapping[IncidentMode, str] = {
    "live": _("a live incident"),
    "drill": _("a drill"),
    "exercise": _("an exercise"),
}

COVERS: Mapping[str, str] = {
    "substitute": _("substitute"),
    "teacher": _("teacher"),
    "class": _("class"),
    "room": _("room"),
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "roles": {str(role): word for role, word in ROLES.items()},
    "mode": {str(mode): word for mode, word in MODES.items()},
    "cover": COVERS,
}
"""Placeholders whose values are words of the language, not of the school."""
