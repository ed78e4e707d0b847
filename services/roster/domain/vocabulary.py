"""OneRoster's words: tables, columns, roles, and the ways real files misspell them.

Sources: 1EdTech OneRoster CSV Binding 1.1 and 1.2, sections "CSV data tables"; the variants
are those found in public exports.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STUDENT: Final = 1
GUARDIAN: Final = 2
STAFF: Final = 4

ROLES: Final[Mapping[str, int]] = {
    "student": STUDENT,
    "parent": GUARDIAN,
    "guardian": GUARDIAN,
    "relative": GUARDIAN,
    "teacher": STAFF,
    "aide": STAFF,
    "administrator": STAFF,
    "proctor": STAFF,
    "counselor": STAFF,
    "districtAdministrator": STAFF,
    "principal": STAFF,
    "siteAdministrator": STAFF,
    "systemAdministrator": STAFF,
}
ENROLLMENT_ROLES: Final = frozenset({"student", "teacher", "administrator", "proctor", "aide"})
ORG_TYPES: Final = frozenset({"department", "school", "district", "local", "state", "national"})
ROLE_TYPES: Final = frozenset({"primary", "secondary"})
TERM_TYPES: Final = frozenset({"gradingPeriod", "semester", "schoolYear", "term"})
CLASS_TYPES: Final = frozenset({"homeroom", "scheduled"})

# Our own trailing columns: a guardian's first language and consent to routine texts. They
# count when the person is first seen; later the school's own tables hold.
LANGUAGE: Final = "metadata.muster.language"
ROUTINE: Final = "metadata.muster.routineTexts"

LEAD: Final = ("sourcedId", "status", "dateLastModified")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "orgs": (*LEAD, "name", "type", "identifier", "parentSourcedId"),
    "academicSessions": (
        *LEAD, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear",
    ),
    "courses": (
        *LEAD, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId",
        "subjects", "subjectCodes",
    ),
    "classes": (
        *LEAD, "title", "grades", "courseSourcedId", "classCode", "classType", "location",
        "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods",
    ),
    "enrollments": (
        *LEAD, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary",
        "beginDate", "endDate",
    ),
    "users": (
        *LEAD, "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName",
        "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds",
        "grades", "password", "userMasterIdentifier", "resourceSourcedIds",
        "preferredGivenName", "preferredMiddleName", "preferredFamilyName",
        "primaryOrgSourcedId", "pronouns", "metadata.muster.language",
        "metadata.muster.routineTexts",
    ),
    "roles": (
        *LEAD, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId",
        "userProfileSourcedId",
    ),
    "demographics": (*LEAD, "birthDate"),
}  # fmt: skip
# Known and left in the file: nothing of it is needed, and some of it is nobody's business.
SKIPPED: Final[Mapping[str, frozenset[str]]] = {
    "demographics": frozenset(
        {
            "sex", "americanIndianOrAlaskaNative", "asian",
            "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander", "white",
            "demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity", "countryOfBirthCode",
            "stateOfBirthAbbreviation", "cityOfBirth", "publicSchoolResidenceStatus",
        }
    ),
}  # fmt: skip
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "orgs": ("name", "type"),
    "academicSessions": ("title", "type"),
    "courses": ("title",),
    "classes": ("title", "classType", "schoolSourcedId"),
    "enrollments": ("schoolSourcedId", "role"),
    "users": ("username", "givenName", "familyName"),
    "roles": ("orgSourcedId",),
    "demographics": (),
}
# Without these a table says nothing.
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "orgs": ("sourcedId",),
    "academicSessions": ("sourcedId",),
    "courses": ("sourcedId",),
    "classes": ("sourcedId",),
    "enrollments": ("classSourcedId", "userSourcedId"),
    "users": ("sourcedId",),
    "roles": ("userSourcedId", "role"),
    "demographics": ("sourcedId",),
}
# Part of OneRoster, of no use in an emergency.
UNREAD: Final = frozenset(
    {
        "categories", "classResources", "courseResources", "lineItems",
        "lineItemLearningObjectiveIds", "lineItemScoreScales", "resources",
        "resultLearningObjectiveIds", "results", "resultScoreScales", "scoreScales",
        "userProfiles", "userResources",
    }
)  # fmt: skip
SPELLINGS: Final[Mapping[str, str]] = {
    "agents": "agentSourcedIds",
    "grade": "grades",
    "termSourcedId": "termSourcedIds",
    "userId": "userIds",
}

MICROSOFT_V1: Final = frozenset({"school", "section", "student", "teacher"})
MICROSOFT_V2_COLUMNS: Final = frozenset(
    {"activeDirectoryMatchId", "isPrimary", "sessionSourcedId", "relationshipUserSourcedId"}
)
