"""OneRoster REST 1.1 and 1.2: which tables there are, and which JSON field is which CSV column.

Source: 1EdTech OneRoster 1.2 Rostering Service, REST binding, and 1.1, sections on the objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from schemas.roster_pull import RestVersion
from services.roster.domain.vocabulary import COLUMNS, LEAD

PATHS: Final[Mapping[RestVersion, str]] = {
    "1.1": "/ims/oneroster/v1p1",
    "1.2": "/ims/oneroster/rostering/v1p2",
}
TABLES: Final = ("orgs", "academicSessions", "courses", "classes", "users", "enrollments")
"""In the order in which they are read: what others refer to comes first."""

DEMOGRAPHICS: Final = "demographics"
"""Birth dates; asked for only when one of the source's scopes names them."""

WHOLE: Final = "orgs"
"""Always read in full: without it nobody knows which school a row belongs to."""

NOT_COUNTED: Final = 500
"""Characters of one value; a name is shorter."""

Row = Mapping[str, Any]


class Strange(Exception):
    """The value has another type than OneRoster gives it."""


def text(value: object) -> str:
    """Words, numbers and flags as one line of text. Raises Strange."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return " ".join(value.split())[:NOT_COUNTED]
    if isinstance(value, int | float):
        return str(value)
    raise Strange


def reference(value: object) -> str:
    """The sourcedId of {"href", "sourcedId", "type"}; some servers send the id alone."""
    if isinstance(value, Mapping):
        return text(value.get("sourcedId"))
    return text(value)


def listed(value: object, each: Callable[[object], str]) -> str:
    if value is None or value == "":
        return ""
    if not isinstance(value, list):
        raise Strange
    # A comma would be read as the end of a value.
    return ",".join(found for one in value if (found := each(one).replace(",", " ")))


def texts(value: object) -> str:
    return listed(value, text)


def references(value: object) -> str:
    return listed(value, reference)


def user_ids(value: object) -> str:
    def one(entry: object) -> str:
        if not isinstance(entry, Mapping):
            raise Strange
        kind, identifier = text(entry.get("type")), text(entry.get("identifier"))
        return f"{{{kind}:{identifier}}}" if identifier else ""

    return listed(value, one)


class Field(msgspec.Struct, frozen=True):
    """A JSON field and how it is written in a CSV cell."""

    name: str
    write: Callable[[object], str]


def _fields(written: Callable[[object], str], *names: str) -> dict[str, Field]:
    return {name: Field(name, written) for name in names}


def _references(**fields: str) -> dict[str, Field]:
    return {column: Field(name, reference) for column, name in fields.items()}


FIELDS: Final[Mapping[str, Mapping[str, Field]]] = {
    "orgs": _fields(text, "name", "type", "identifier") | _references(parentSourcedId="parent"),
    "academicSessions": _fields(text, "title", "type", "startDate", "endDate", "schoolYear")
    | _references(parentSourcedId="parent"),
    "courses": _fields(text, "title", "courseCode")
    | _fields(texts, "grades", "subjects", "subjectCodes")
    | _references(schoolYearSourcedId="schoolYear", orgSourcedId="org"),
    "classes": _fields(text, "title", "classCode", "classType", "location")
    | _fields(texts, "grades", "subjects", "subjectCodes", "periods")
    | _references(courseSourcedId="course", schoolSourcedId="school")
    | {"termSourcedIds": Field("terms", references)},
    "enrollments": _fields(text, "role", "primary", "beginDate", "endDate")
    | _references(classSourcedId="class", schoolSourcedId="school", userSourcedId="user"),
    "users": _fields(
        text, "enabledUser", "username", "givenName", "familyName", "middleName", "identifier",
        "email", "sms", "phone", "userMasterIdentifier", "pronouns",
    )
    | _fields(texts, "grades")
    | _references(primaryOrgSourcedId="primaryOrg")
    | {
        "userIds": Field("userIds", user_ids),
        "agentSourcedIds": Field("agents", references),
        "preferredGivenName": Field("preferredFirstName", text),
        "preferredMiddleName": Field("preferredMiddleName", text),
        "preferredFamilyName": Field("preferredLastName", text),
    },
    DEMOGRAPHICS: _fields(text, "birthDate"),
}  # fmt: skip
"""Only what a roster needs: passwords, race and metadata are never written down."""

USERS_11: Final = (
    "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName", "familyName",
    "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password",
)  # fmt: skip
ONLY_11: Final = frozenset({"orgSourcedIds", "role"})


def columns_of(table: str, version: RestVersion) -> tuple[str, ...]:
    """The header of a table's CSV file."""
    if table == DEMOGRAPHICS:
        return (*LEAD, "birthDate")
    if table != "users":
        return COLUMNS[table]
    if version == "1.1":
        return (*LEAD, *USERS_11)
    return tuple(
        column
        for column in COLUMNS["users"]
        if column not in ONLY_11 and not column.startswith("metadata.")
    )


def wants_demographics(scopes: tuple[str, ...]) -> bool:
    return any("demographics" in scope for scope in scopes)
