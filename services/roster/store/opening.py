"""Sealed rows of the school's own facts as what they say."""

from __future__ import annotations

import asyncpg

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_rights import LiftProposal
from services.roster.domain.custody.facts import LiftText, Order, Plan, PlanText
from services.roster.store.sealing import Seals


def opened_order(
    seals: Seals, school: SchoolId, guardian: str, student: str, row: asyncpg.Record
) -> Order:
    return seals.open(school, f"apart/{guardian}/{student}", row["sealed"], Order)


def opened_lift(seals: Seals, school: SchoolId, row: asyncpg.Record) -> LiftProposal:
    """Any row of lift_proposals."""
    sealed = seals.open(school, f"lift/{row['id']}", row["sealed"], LiftText)
    return LiftProposal(
        id=row["id"],
        guardian=PersonId(row["guardian"]),
        student=PersonId(row["student"]),
        version=row["revision"],
        by=PersonId(row["proposed_by"]),
        expires=row["expires"],
        reason=sealed.reason,
        made_by=sealed.made_by,
    )


def opened_plan(seals: Seals, school: SchoolId, student: str, row: asyncpg.Record) -> Plan:
    """Any row of assistance_plans."""
    text = seals.open(school, f"plan/{student}", row["sealed"], PlanText)
    return Plan(helper=row["helper"] or "", backup=row["backup"] or "", text=text)
