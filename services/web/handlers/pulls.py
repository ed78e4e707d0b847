"""Student systems that are pulled from, and photos: what the roster says and takes."""

from collections.abc import AsyncIterable
from urllib.parse import quote

from schemas.identifiers import SchoolId
from schemas.identity import Session
from schemas.roster import School, StagedImport
from schemas.roster_pull import Photo, PhotoMark, PullSource, StagedPhotos
from services.web.domain.access import allows
from services.web.domain.problems import WebProblem, too_large
from services.web.domain.revocation import RevocationBook
from services.web.handlers.asking import asked
from services.web.handlers.imports import Capped
from services.web.ports import Owners


class Pulls:
    """cap: bytes that a zip of photos may have."""

    def __init__(self, owners: Owners, revocations: RevocationBook, cap: int) -> None:
        self._owners = owners
        self._revocations = revocations
        self._cap = cap

    async def kept_by(self, session: Session) -> list[School]:
        """Schools whose sources this person may keep. Raises WebProblem."""
        schools = await asked(self._owners.roster.get("/schools", list[School]))
        return [
            school
            for school in schools
            if allows("keepers", self._revocations.roles(session, school.id))
        ]

    async def sources(self, school: SchoolId) -> list[PullSource]:
        return await asked(self._owners.roster.get("/sources", list[PullSource], school=school))

    async def waiting(self, school: SchoolId, source: str) -> StagedImport:
        """The pulled package that waits for a person. Raises WebProblem not_found."""
        question = self._owners.roster.get(
            "/sources/waiting", StagedImport, school=school, source=source
        )
        return await asked(question)

    async def marks(self, school: SchoolId) -> list[PhotoMark]:
        return await asked(self._owners.roster.get("/photos", list[PhotoMark], school=school))

    async def photo(self, school: SchoolId, person: str, known: str) -> Photo:
        """Raises WebProblem not_found."""
        question = self._owners.roster.get(
            "/photo", Photo, school=school, person=person, known=known
        )
        return await asked(question)

    async def stage_photos(self, school: SchoolId, zipped: AsyncIterable[bytes]) -> StagedPhotos:
        """Checked and matched by the roster, not stored. Raises WebProblem."""
        body = Capped(zipped, self._cap)
        path = f"/photos?school={quote(school)}"
        try:
            return await asked(self._owners.roster.post(path, body, StagedPhotos))
        except WebProblem as problem:
            # An HTTP client reports a stream that ended early as a lost connection.
            raise too_large(self._cap) if body.over else problem from problem
