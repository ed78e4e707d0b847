"""Ops that wait for an answer, and batches of them that can be taken apart."""

import asyncio
from typing import Generic, TypeVar

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from services.chassis.commands.problems import NotNow
from services.chassis.ledger.decision import Op
from services.chassis.ledger.errors import DecisionFailed

S = TypeVar("S")


class Pending(Generic[S]):
    """An op that waits for its answer."""

    __slots__ = ("answer", "op")

    def __init__(self, op: Op[S]) -> None:
        self.op = op
        self.answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def settle(self, outcome: Reply | Exception) -> None:
        """The caller may have left meanwhile. A failure is wrapped, so that callers know it."""
        if self.answer.done():
            return
        if isinstance(outcome, Reply):
            self.answer.set_result(outcome)
        elif isinstance(outcome, NotNow):
            self.answer.set_exception(outcome)
        else:
            failure = DecisionFailed()
            failure.__cause__ = outcome
            self.answer.set_exception(failure)


Batch = dict[SchoolId, list[Pending[S]]]


def ops_of(batch: Batch[S]) -> dict[SchoolId, list[Op[S]]]:
    """What is to be decided, by school and in turn."""
    return {school: [pending.op for pending in waiting] for school, waiting in batch.items()}


def settle_all(batch: Batch[S], error: Exception) -> None:
    """The same end for every op of a batch."""
    for waiting in batch.values():
        for pending in waiting:
            pending.settle(error)


def by_school(batch: Batch[S]) -> list[Batch[S]]:
    """One part a school; none when there is but one."""
    return [{school: waiting} for school, waiting in batch.items()] if len(batch) > 1 else []


def halves(batch: Batch[S]) -> list[Batch[S]]:
    """Smaller batches of the same ops; none when there is but one op."""
    if len(batch) > 1:
        return by_school(batch)
    ((school, waiting),) = batch.items()
    middle = len(waiting) // 2
    return [{school: waiting[:middle]}, {school: waiting[middle:]}] if middle else []
