"""What a roster in memory says of student systems and photos."""

from __future__ import annotations

from typing import Any

from schemas.identifiers import PersonId
from schemas.roster import Counts, DryRun, PackageInfo, StagedImport
from schemas.roster_pull import (
    Photo,
    PhotoCounts,
    PhotoFinding,
    PhotoMark,
    PullSource,
    StagedPhotos,
)


class FakePulls:
    """photos: (school, person) → JPEG. zips: what was uploaded, by the path it came to."""

    def __init__(self) -> None:
        self.sources: list[PullSource] = []
        self.photos: dict[tuple[str, str], bytes] = {}
        self.zips: dict[str, bytes] = {}
        self.staged = StagedPhotos(
            id="0" * 32,
            counts=PhotoCounts(files=3, matched=2, unknown=1),
            findings=(
                PhotoFinding(
                    file="9.jpg",
                    code="photo_unknown",
                    message="No student of this school has this id.",
                ),
            ),
        )

    def read(self, path: str, params: dict[str, str | int]) -> Any:
        """None: nothing of ours, or nothing there."""
        school = str(params.get("school"))
        match path:
            case "/sources":
                return [source for source in self.sources if school in source.schools]
            case "/sources/waiting":
                package = PackageInfo(format="OneRoster", version="1.2", mode="bulk")
                return StagedImport(id="1" * 32, dry_run=DryRun(package=package, counts=Counts()))
            case "/photos":
                return [
                    PhotoMark(PersonId(person), sha_of(image))
                    for (at, person), image in self.photos.items()
                    if at == school
                ]
            case "/photo":
                image = self.photos.get((school, str(params["person"])))
                if image is None:
                    return None
                sha = sha_of(image)
                return Photo(sha256=sha, image=b"" if params["known"] == sha else image)
        return None


def sha_of(image: bytes) -> str:
    """Sixty-four hex digits that differ as the images' lengths do."""
    return f"{len(image):064x}"
