"""A package goes through web to the roster as a stream; nothing of it stays here."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import TypeVar
from urllib.parse import urlencode

from schemas.identifiers import PersonId, SchoolId
from schemas.identity import Account, Session
from schemas.roster import School, StagedImport
from schemas.roster_import import ImportEntry
from services.web.domain.access import allows
from services.web.domain.problems import WebProblem, not_found, too_large
from services.web.domain.revocation import RevocationBook
from services.web.handlers.asking import asked
from services.web.ports import Owners

T = TypeVar("T")


class Capped:
    """A stream that ends with an error above `cap` bytes, and remembers that it did."""

    def __init__(self, chunks: AsyncIterable[bytes], cap: int) -> None:
        self._chunks = chunks
        self._cap = cap
        self.over = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._chunks:
            size += len(chunk)
            if size > self._cap:
                self.over = True
                raise too_large(self._cap)
            yield chunk


class Imports:
    """cap: bytes that a package may have."""

    def __init__(self, owners: Owners, revocations: RevocationBook, cap: int) -> None:
        self._owners = owners
        self._revocations = revocations
        self.cap = cap

    async def reach(self, session: Session) -> tuple[SchoolId, ...]:
        """Schools whose roster this person may change. Raises WebProblem."""
        schools = await asked(self._owners.roster.get("/schools", list[School]))
        return tuple(
            school.id
            for school in schools
            if allows("district", self._revocations.roles(session, school.id))
        )

    async def stage(self, session: Session, package: AsyncIterable[bytes]) -> StagedImport:
        """Checked and compared by the roster, not applied. Raises WebProblem."""
        return await self._upload("/imports", session, package, StagedImport)

    async def begin(
        self, session: Session, package: AsyncIterable[bytes], source: str
    ) -> ImportEntry:
        """As stage, answered as soon as the package is there. source: the file's name."""
        return await self._upload("/imports/later", session, package, ImportEntry, source)

    async def _upload(
        self,
        path: str,
        session: Session,
        package: AsyncIterable[bytes],
        answer: type[T],
        source: str = "",
    ) -> T:
        body = Capped(package, self.cap)
        said = urlencode({"by": session.person, "source": source})
        try:
            return await asked(self._owners.roster.post(f"{path}?{said}", body, answer))
        except WebProblem as problem:
            # An HTTP client reports a stream that ended early as a lost connection.
            raise too_large(self.cap) if body.over else problem from problem

    async def entry(self, session: Session, import_id: str) -> ImportEntry:
        """One import that this person may see. Raises WebProblem not_found."""
        entry = await asked(self._owners.roster.get("/import", ImportEntry, id=import_id))
        if not sees(entry, session, await self.reach(session)):
            raise not_found()
        return entry

    async def entries(self, session: Session) -> list[ImportEntry]:
        """The newest imports that this person may see. Raises WebProblem."""
        found = await asked(self._owners.roster.get("/imports", list[ImportEntry]))
        reach = await self.reach(session)
        return [entry for entry in found if sees(entry, session, reach)]

    async def names(self, school: SchoolId, entries: Iterable[ImportEntry]) -> dict[str, str]:
        """Names of those who uploaded, applied or undid, where they are known at the school."""
        wanted = {one for entry in entries for one in (entry.by, entry.applied_by, entry.undone_by)}
        try:
            accounts = await asked(
                self._owners.identity.get("/accounts", list[Account], school=school)
            )
        except WebProblem:
            # A history without names is still a history.
            return {}
        return {one.person: one.name for one in accounts if PersonId(one.person) in wanted}


def sees(entry: ImportEntry, session: Session, reach: Iterable[SchoolId]) -> bool:
    """Whoever uploaded it, and whoever keeps the roster of one of its schools."""
    if entry.by == session.person:
        return True
    schools = {one.school for one in entry.staged.schools} if entry.staged else set()
    return not schools.isdisjoint(reach)
