"""Small OneRoster packages to spoil: one district, one school, a class, a family."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from schemas.roster import Counts, DryRun
from services.roster.offline import read_package

USERS_11 = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
)
USERS_12 = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,"
    "resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,"
    "primaryOrgSourcedId,pronouns\n"
)
ROLES = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
    "orgSourcedId,userProfileSourcedId\n"
)
ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
CLASSES = (
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n"
)
ENROLLMENTS = (
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate\n"
)
COURSES = (
    "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,"
    "subjects,subjectCodes\n"
)

COUNTS = Counts(
    orgs=2, staff=1, students=2, guardians=1, classes=1, enrollments=3, guardian_links=2
)


def manifest(version: str = "1.1", **files: str) -> str:
    rows = "".join(f"file.{name},{value}\n" for name, value in files.items())
    return f"propertyName,value\nmanifest.version,1.0\noneroster.version,{version}\n{rows}"


def user(
    source_id: str, role: str, *, orgs: str = "s", agents: str = "", given: str = "Ash"
) -> str:
    """A row of users.csv 1.1."""
    return f'{source_id},,,true,"{orgs}",{role},{source_id},,{given},Fernmoor,,,,,,"{agents}",03,\n'


def package_11() -> dict[str, str]:
    return {
        "manifest.csv": manifest("1.1", users="bulk", orgs="bulk"),
        "orgs.csv": ORGS + "d,,,District,district,,\ns,,,School,school,,d\n",
        "users.csv": USERS_11
        + user("t1", "teacher")
        + user("k1", "student", agents="g1")
        + user("k2", "student")
        + user("g1", "parent", agents="k1,k2"),
        "classes.csv": CLASSES + "c1,,,Grade 3 A,03,,,homeroom,Room 9,s,,,,\n",
        "enrollments.csv": ENROLLMENTS
        + "e1,,,c1,s,k1,student,,,\ne2,,,c1,s,k2,student,,,\ne3,,,c1,s,t1,teacher,true,,\n",
    }


def package_12() -> dict[str, str]:
    def row(source_id: str, agents: str = "") -> str:
        return f'{source_id},,,true,{source_id},,Ash,Fernmoor,,,,,,"{agents}",,,,,,,,s,\n'

    def role(number: int, person: str, name: str) -> str:
        return f"r{number},,,{person},primary,{name},,,s,\n"

    return package_11() | {
        "manifest.csv": manifest("1.2", users="bulk", roles="bulk"),
        "users.csv": USERS_12 + row("t1") + row("k1", "g1") + row("k2") + row("g1", "k1,k2"),
        "roles.csv": ROLES
        + role(1, "t1", "teacher")
        + role(2, "k1", "student")
        + role(3, "k2", "student")
        + role(4, "g1", "guardian"),
    }


def write_zip(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def write_folder(path: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(tmp_path: Path, files: Mapping[str, str | bytes]) -> DryRun:
    return read_package(write_zip(tmp_path / "package.zip", files))


def codes(result: DryRun) -> set[str]:
    return {warning.code for warning in result.warnings}


def refusal(result: DryRun) -> str:
    """The one error's code; counts of a refused package are all zero."""
    assert len(result.errors) == 1
    assert result.counts == Counts()
    return result.errors[0].code
