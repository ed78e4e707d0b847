"""Replies of the roster outside its log."""

from __future__ import annotations

import datetime as dt

import msgspec

from schemas.replies import Reply
from schemas.roster import StagedImport
from services.roster.domain.imports import Refused


def acceptance(staged: StagedImport, now: dt.datetime) -> Reply:
    return Reply(status="accepted", at=now, answer=msgspec.Raw(msgspec.json.encode(staged)))


def refusal(refused: Refused, now: dt.datetime) -> Reply:
    return Reply(
        status="refused",
        code=refused.code,
        reason=refused.reason,
        values=refused.values,
        at=now,
    )
