"""What the pages stand on: settings, owners, what is remembered."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.chassis.clock import Clock
from services.chassis.commands import Tokens
from services.chassis.health import Health
from services.chassis.metrics import Metrics
from services.web.domain.revocation import RevocationBook
from services.web.handlers.desk import Desk
from services.web.handlers.imports import Imports
from services.web.handlers.kiosks import KioskSessions
from services.web.handlers.reading import Reading
from services.web.handlers.school_day import SchoolDays
from services.web.handlers.sessions import Sessions
from services.web.handlers.writing import Writing
from services.web.ports import Owners
from services.web.routes.catalogues import load
from services.web.routes.cookies import Place
from services.web.routes.frame import Frame
from services.web.routes.rendering import Templates
from services.web.settings import Settings
from services.web.store import Keys, LastHeard

HERE = Path(__file__).parents[1]
PUBLISHED = HERE.parents[1] / "schemas" / "published"
OWNERS = ("incident", "accountability", "roster", "notifier", "identity")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What differs between a real process and a test, or is worth making once for many."""

    settings: Settings
    clock: Clock
    tokens: Tokens
    owners: Owners
    loaded: Callable[[], bool]
    health: Health
    metrics: Metrics
    templates: Templates


@dataclass(frozen=True, kw_only=True)
class Core:
    """What most pages stand on."""

    place: Place
    port: int
    book: RevocationBook
    writing: Writing
    reading: Reading
    sessions: Sessions
    imports: Imports
    days: SchoolDays
    templates: Templates
    frame: Frame
    kiosks: KioskSessions
    desk: Desk


def core_of(parts: Parts) -> Core:
    settings = parts.settings
    book = RevocationBook(parts.loaded)
    writing = Writing(parts.owners)
    reading = Reading(parts.owners, LastHeard())
    sessions = Sessions(
        owners=parts.owners, writing=writing, signatures=Keys(parts.tokens), revocations=book
    )
    return Core(
        place=Place(settings.origin),
        port=settings.board_socket_port or settings.port + 1,
        book=book,
        writing=writing,
        reading=reading,
        sessions=sessions,
        imports=Imports(parts.owners, book, settings.import_cap),
        days=SchoolDays(parts.owners, book),
        templates=parts.templates,
        kiosks=KioskSessions(Keys(parts.tokens), book),
        desk=Desk(parts.owners),
        frame=Frame(
            templates=parts.templates,
            reading=reading,
            sessions=sessions,
            revocations=book,
            demo=settings.demo,
            sinks_url=settings.sinks_url if settings.demo else "",
        ),
    )


def templates() -> Templates:
    """Every page in every language."""
    return Templates(HERE / "templates", load(HERE / "locale"))
