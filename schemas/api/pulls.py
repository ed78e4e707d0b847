"""Student systems that are pulled from, and photos of students."""

from schemas import roster_pull
from schemas.api.bodies import EmptyBody
from schemas.api.operation import SCHOOL, Operation, command

PHOTO = SCHOOL + "/photos/{person}"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "sources",
        "GET",
        SCHOOL + "/sources",
        "Student systems that are pulled from, and what became of it",
        reply=list[roster_pull.PullSource],
    ),
    command("pullNow", SCHOOL + "/sources/{source}/pull", "Pull a source out of turn", EmptyBody),
    Operation(
        "photos",
        "GET",
        SCHOOL + "/photos",
        "Who has a photo",
        reply=list[roster_pull.PhotoMark],
    ),
    Operation("photo", "GET", PHOTO, "A student's photo, by ETag", raw_reply="image/jpeg"),
    Operation(
        "stagePhotos",
        "POST",
        SCHOOL + "/photos",
        "Check a zip of photos named by student id",
        reply=roster_pull.StagedPhotos,
        raw_body="application/zip",
    ),
    command("applyPhotos", SCHOOL + "/photos/{photos}/apply", "Store checked photos", EmptyBody),
    command("removePhoto", PHOTO + "/remove", "Forget a student's photo", EmptyBody),
)
