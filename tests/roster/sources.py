"""A student system in memory: it exports everything, or what changed since it last did."""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass, field

from tests.roster.packages import (
    CLASSES,
    ENROLLMENTS,
    ORGS,
    ROLES,
    USERS_11,
    USERS_12,
    manifest,
)

BIRTHS = "sourcedId,status,dateLastModified,birthDate,sex,asian\n"
HEADERS = {
    "orgs": ORGS,
    "classes": CLASSES,
    "enrollments": ENROLLMENTS,
    "demographics": BIRTHS,
}
CHANGED = "2026-11-20T10:00:00Z"
Rows = dict[str, str]


def table(header: str, rows: Rows, status: str = ",") -> str:
    """rows: id → the cells after dateLastModified."""
    return header + "".join(f"{key},{status},{cells}\n" for key, cells in rows.items())


@dataclass
class StudentSystem:
    """Tables as id → cells. version: "1.1" or "1.2"."""

    version: str = "1.1"
    tables: dict[str, Rows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = ["orgs", "users", "classes", "enrollments", "demographics"]
        self.tables = {name: {} for name in (*names, *(["roles"] if self.apart else []))}

    @property
    def apart(self) -> bool:
        return self.version == "1.2"

    def header(self, name: str) -> str:
        if name == "users":
            return USERS_12 if self.apart else USERS_11
        return ROLES if name == "roles" else HEADERS[name]

    def copy(self) -> StudentSystem:
        return copy.deepcopy(self)

    def org(self, key: str, kind: str = "school") -> None:
        self.tables["orgs"][key] = f"Org {key},{kind},,"

    def user(self, key: str, role: str, orgs: str, agents: str = "", phone: str = "") -> None:
        if self.apart:
            cells = f'true,{key},,Ash,Fernmoor,,,,{phone},,"{agents}",,,,,,,,,'
            for org in orgs.split(",") if orgs else [""]:
                self.tables["roles"][f"r-{key}-{org}"] = f"{key},primary,{role},,,{org},"
        else:
            cells = f'true,"{orgs}",{role},{key},,Ash,Fernmoor,,,,{phone},,"{agents}",03,'
        self.tables["users"][key] = cells

    def remove_user(self, key: str) -> None:
        self.tables["users"].pop(key, None)
        self.tables["demographics"].pop(key, None)
        for role in [one for one in self.tables.get("roles", {}) if one.startswith(f"r-{key}-")]:
            del self.tables["roles"][role]

    def school_class(self, key: str, org: str, room: str = "", kind: str = "homeroom") -> None:
        self.tables["classes"][key] = f"Class {key},03,,,{kind},{room},{org},,,,"

    def enroll(self, key: str, class_id: str, org: str, person: str, role: str = "student",
               ends: str = "") -> None:  # fmt: skip
        self.tables["enrollments"][key] = f"{class_id},{org},{person},{role},,,{ends}"

    def born(self, key: str, day: str) -> None:
        self.tables["demographics"][key] = f"{day},female,true"

    def whole(self) -> dict[str, str]:
        """A bulk package."""
        files = {f"{name}.csv": table(self.header(name), rows)
                 for name, rows in self.tables.items()}  # fmt: skip
        modes = dict.fromkeys(self.tables, "bulk")
        return {"manifest.csv": manifest(self.version, **modes), **files}

    def since(self, before: StudentSystem) -> dict[str, str]:
        """A delta package: rows that came or changed, and those that went."""
        files, modes = {}, {}
        for name, rows in self.tables.items():
            old = before.tables[name]
            new = {key: cells for key, cells in rows.items() if old.get(key) != cells}
            gone = {key: cells for key, cells in old.items() if key not in rows}
            modes[name] = "delta" if new or gone else "absent"
            if new or gone:
                files[f"{name}.csv"] = table(self.header(name), new, f"active,{CHANGED}") + table(
                    "", gone, f"tobedeleted,{CHANGED}"
                )
        return {"manifest.csv": manifest(self.version, **modes), **files}


def drawn_system(draw: random.Random, version: str) -> StudentSystem:
    """Two schools, classes, students with guardians, teachers; some rows loose."""
    system = StudentSystem(version)
    system.org("d", "district")
    for org in ("s1", "s2"):
        system.org(org)
        for at in range(3):
            system.school_class(f"c-{org}-{at}", org, room=f"Room {at}")
    for at in range(12):
        change(system, draw, "user", at)
        change(system, draw, "enroll", at)
    return system


def change(system: StudentSystem, draw: random.Random, what: str, at: int) -> None:
    """One edit of one kind, at the number-th thing of that kind."""
    org = draw.choice(["s1", "s2"])
    agents = ",".join(draw.sample([f"g{n}" for n in range(6)], draw.randint(0, 2)))
    match what:
        case "user":
            system.remove_user(f"k{at}")
            if draw.random() < 0.85:
                system.user(f"k{at}", "student", org, agents)
        case "guardian":
            system.remove_user(f"g{at % 6}")
            if draw.random() < 0.8:
                children = draw.sample([f"k{n}" for n in range(12)], draw.randint(0, 2))
                role = draw.choice(["parent", "relative", "guardian"])
                system.user(f"g{at % 6}", role, draw.choice([org, "d"]), ",".join(children),
                            phone=f"2025550{draw.randint(100, 199)}")  # fmt: skip
        case "teacher":
            system.remove_user(f"t{at % 4}")
            if draw.random() < 0.8:
                system.user(f"t{at % 4}", "teacher", draw.choice(["s1", "s2", "s1,s2", "d"]))
        case "enroll":
            key = f"e{draw.randint(0, 25)}"
            system.tables["enrollments"].pop(key, None)
            if draw.random() < 0.8:
                who = draw.choice([f"k{at % 12}", f"k{at % 12}", f"t{at % 4}"])
                role = "student" if who.startswith("k") else "teacher"
                ends = draw.choice(["", "", "2027-06-30", "2026-01-31"])
                system.enroll(key, f"c-{org}-{draw.randint(0, 2)}", org, who, role, ends)
        case "class":
            key = f"c-{org}-{at % 3}"
            system.tables["classes"].pop(key, None)
            if draw.random() < 0.7:
                system.school_class(key, org, room=f"Room {draw.randint(0, 9)}")
        case "born":
            system.tables["demographics"].pop(f"k{at}", None)
            if f"k{at}" in system.tables["users"]:
                system.born(f"k{at}", f"2016-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}")


KINDS = ("user", "guardian", "teacher", "enroll", "class", "born")
