"""A package goes through web to the roster as a stream; nothing of it stays here."""

from collections.abc import AsyncIterable, AsyncIterator

from schemas.identifiers import SchoolId
from schemas.identity import Session
from schemas.roster import School, StagedImport
from services.web.domain.access import allows
from services.web.domain.problems import WebProblem, too_large
from services.web.domain.revocation import RevocationBook
from services.web.handlers.asking import asked
from services.web.ports import Owners


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

    async def stage(self, package: AsyncIterable[bytes]) -> StagedImport:
        """Checked and compared by the roster, not applied. Raises WebProblem."""
        body = Capped(package, self.cap)
        try:
            return await asked(self._owners.roster.post("/imports", body, StagedImport))
        except WebProblem as problem:
            # An HTTP client reports a stream that ended early as a lost connection.
            raise too_large(self.cap) if body.over else problem from problem
