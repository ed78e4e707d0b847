"""No answer is not a refusal: the same op is sent again for a while, then the client is told."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from schemas.commands import Command
from schemas.replies import Reply
from services.web.domain.problems import WebProblem, no_answer
from services.web.ports import NoAnswer, Owner, Refused

T = TypeVar("T")

PAUSE = 0.1


async def until_answered(owner: Owner, command: Command, patience: float) -> Reply:
    """The owner's reply. Raises NoAnswer after `patience`, WebProblem when it cannot take it."""
    try:
        async with asyncio.timeout(patience):
            while True:
                try:
                    return await owner.send(command, patience)
                except NoAnswer:
                    await asyncio.sleep(PAUSE)
    except TimeoutError as error:
        raise NoAnswer from error
    except Refused as refused:
        raise as_problem(refused) from refused


async def asked(question: Awaitable[T]) -> T:
    """A query's answer. Raises WebProblem no_answer or the owner's own problem."""
    try:
        return await question
    except NoAnswer as error:
        raise no_answer() from error
    except Refused as refused:
        raise as_problem(refused) from refused


async def or_known(question: Awaitable[T], known: Callable[[], T | None]) -> T:
    """A query's answer, else what was last heard. Raises WebProblem when neither is there."""
    try:
        return await question
    except NoAnswer as error:
        if (last := known()) is not None:
            return last
        raise no_answer() from error
    except Refused as refused:
        raise as_problem(refused) from refused


def as_problem(refused: Refused) -> WebProblem:
    """The owner's code and words, under its own status."""
    status = refused.status if 400 <= refused.status < 500 else 502
    return WebProblem(status, refused.code, refused.detail)
