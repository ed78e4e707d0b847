"""Whatever people do, in whatever order: what always holds."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.actions import ACTIONS, TRANSITIONS
from schemas.identifiers import ActionId, IncidentId
from schemas.incident import (
    Action,
    ActionAdded,
    ActionChanged,
    AddAction,
    AddNote,
    Approve,
    ChangeAction,
    Close,
    Closed,
    Correct,
    Declare,
    Declared,
    Incident,
    OpenRoom,
    RecordCall,
    SetEvidence,
)
from schemas.vocabulary import IncidentMode
from services.incident.domain.decide import IncidentCommand
from services.incident.domain.decision import Accepted
from services.incident.domain.state import State, apply
from tests.incident.scenes import ROLES, SCHOOL, PaperLog, call, someone

ROOMS = ("101", "102", "103")
actors = st.builds(someone, st.sampled_from(ROLES), st.integers(1, 2))
calls = st.builds(
    lambda kind, rooms: call(kind, *sorted(rooms)),
    st.sampled_from(list(ACTIONS)),
    st.sets(st.sampled_from(ROOMS)),
)
modes: st.SearchStrategy[IncidentMode] = st.sampled_from(["live", "live", "drill", "exercise"])


@st.composite
def commands(draw: st.DrawFn, log: PaperLog) -> IncidentCommand:
    """A command that the people of a school could send now, sensible or not."""
    known = [one for one in (log.state.open, *log.state.recent) if one is not None]
    incident = draw(st.sampled_from(known)) if known else None
    named = incident.id if incident else IncidentId("unknown")
    actions = [action.id for action in incident.actions] if incident else [ActionId("unknown")]
    who: dict[str, Any] = {"op_id": log.op_id(), "school": SCHOOL, "actor": draw(actors)}
    of: dict[str, Any] = {**who, "incident": named}
    proposal = incident.proposal if incident else None
    # Functions, not strategies: a strategy for each command costs more than all that is tested.
    choices: tuple[Callable[[], IncidentCommand], ...] = (
        lambda: Declare(mode=draw(modes), action=draw(calls), **who),
        lambda: Declare(mode=draw(modes), action=draw(calls), **who),
        lambda: AddAction(action=draw(calls), **of),
        lambda: ChangeAction(action_id=draw(st.sampled_from(actions)), to=draw(calls), **of),
        lambda: AddNote(text="Seen at the gate", **of),
        lambda: RecordCall(caller="Front desk", **of),
        lambda: SetEvidence(evidence="confirmed", **of),
        lambda: OpenRoom(room=draw(st.sampled_from(ROOMS)), opened_by="Key", **of),
        lambda: Close(**of),
        lambda: Correct(**of),
        lambda: Approve(
            proposal=proposal.id if proposal else "none",
            version=proposal.version if proposal else 1,
            **of,
        ),
    )
    return draw(st.sampled_from(choices))()


@st.composite
def histories(draw: st.DrawFn) -> tuple[PaperLog, list[tuple[IncidentCommand, Accepted | None]]]:
    log = PaperLog()
    told: list[tuple[IncidentCommand, Accepted | None]] = []
    for _ in range(draw(st.integers(1, 25))):
        log.now += dt.timedelta(seconds=draw(st.sampled_from([0, 1, 30, 290, 301])))
        command = draw(commands(log))
        answer = log.submit(command)
        told.append((command, answer if isinstance(answer, Accepted) else None))
        holds_now(log)
    return log, told


def every(state: State) -> list[Incident]:
    return [one for one in (state.open, *state.recent) if one is not None]


def holds_now(log: PaperLog) -> None:
    """After every single step."""
    assert [one for one in every(log.state) if one.closed is None] == (
        [log.state.open] if log.state.open else []
    )
    for incident in every(log.state):
        if incident.closed is not None:
            assert incident.current == ()
            assert incident.proposal is None
        else:
            assert incident.current != ()


@settings(max_examples=150, deadline=None)
@given(histories())
def test_every_history_holds(
    history: tuple[PaperLog, list[tuple[IncidentCommand, Accepted | None]]],
) -> None:
    """One open incident, one mode each, numbered events, legal transitions, two people to end."""
    log, told = history
    sequences_have_no_gap(log)
    modes_are_fixed(log)
    transitions_are_legal(log)
    live_lockdowns_end_by_two(log)
    no_declaration_is_lost(log, told)
    refolding_gives_the_same(log)


def sequences_have_no_gap(log: PaperLog) -> None:
    for incident in every(log.state):
        seqs = [event.seq for event, _ in log.events if event.incident == incident.id]
        assert seqs == list(range(1, incident.seq + 1))
    numbers = [data.number for _, data in log.events if isinstance(data, Declared)]
    assert numbers == list(range(1, len(numbers) + 1))


def modes_are_fixed(log: PaperLog) -> None:
    for event, _ in log.events:
        incident = log.state.find(event.incident or IncidentId(""))
        assert incident is None or incident.mode == event.mode


def transitions_are_legal(log: PaperLog) -> None:
    actions: dict[ActionId, Action] = {}
    for _, data in log.events:
        if isinstance(data, ActionChanged):
            kind = actions[data.ended].call.kind
            assert data.action.call.kind in TRANSITIONS[kind]
        if isinstance(data, Declared | ActionAdded | ActionChanged):
            assert data.action.id not in actions
            actions[data.action.id] = data.action


def live_lockdowns_end_by_two(log: PaperLog) -> None:
    for event, data in log.events:
        incident = log.state.find(event.incident or IncidentId(""))
        if incident is None or not isinstance(data, Closed) or event.mode != "live":
            continue
        if any(action.call.kind == "lockdown" for action in incident.actions):
            assert len(set(data.by)) == 2


def no_declaration_is_lost(
    log: PaperLog, told: list[tuple[IncidentCommand, Accepted | None]]
) -> None:
    """An accepted declaration left an event: it opened, joined, or started an action."""
    by_op = {event.op_id for event, _ in log.events}
    for command, answer in told:
        if isinstance(command, Declare) and answer is not None:
            assert command.op_id in by_op


def refolding_gives_the_same(log: PaperLog) -> None:
    again = State(school=SCHOOL)
    for event, data in log.events:
        apply(again, event, data)
    assert again == log.state
