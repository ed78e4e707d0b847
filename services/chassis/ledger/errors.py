"""Why an op got no answer: nothing of these is stored or repeated."""

from services.chassis.commands.problems import NotNow


class StandBy(NotNow):
    """This instance does not own the log (any more): nothing was decided here."""

    code = "stand_by"


class InDoubt(NotNow):
    """It is not known to be stored. Ask again with the same op_id to learn whether it was."""

    code = "in_doubt"


class DecisionFailed(Exception):
    """Deciding or storing this op raised; nothing of it was stored. The cause is chained."""


class Deposed(Exception):
    """The database knows a later owner of this log."""


class HeadMoved(Exception):
    """The log of a school is not where this instance left it."""
