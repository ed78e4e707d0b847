"""Why a file of a zip gives nobody a photo."""

from collections.abc import Mapping

from services.web.domain.language import marked as _

FINDINGS: Mapping[str, str] = {
    "photo_unknown": _("No student of this school has this id."),
    "photo_two_files": _("There are two files for this student: neither is taken."),
    "photo_two_students": _("Two students of this school have this id: nobody gets the photo."),
    "photo_unreadable": _("This cannot be read as a JPEG or PNG picture."),
    "photo_too_large": _("The picture is too large: 12 MB, or 30 million pixels."),
    "photo_not_a_picture": _("Neither .jpg, .jpeg nor .png: not read."),
}
