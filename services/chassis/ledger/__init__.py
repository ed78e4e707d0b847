"""The log of an owner: decided in memory, stored in one commit, told after it."""

from services.chassis.ledger.book import Book, Listener
from services.chassis.ledger.chain import ChainFault
from services.chassis.ledger.decision import Accepted, Decision, Draft, Op, Refusal, Stamp
from services.chassis.ledger.errors import DecisionFailed, InDoubt, StandBy
from services.chassis.ledger.ledger import Ledger
from services.chassis.ledger.opening import open_ledger

__all__ = [
    "Accepted",
    "Book",
    "ChainFault",
    "Decision",
    "DecisionFailed",
    "Draft",
    "InDoubt",
    "Ledger",
    "Listener",
    "Op",
    "Refusal",
    "Stamp",
    "StandBy",
    "open_ledger",
]
