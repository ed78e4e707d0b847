"""Settings of the roster."""

from services.chassis.settings import ServiceSettings


class Settings(ServiceSettings, frozen=True, kw_only=True):
    """package_limit: bytes of an uploaded zip. Packages wait in the folder `data`/imports.

    paper_pause: seconds between two looks at whether a school's sheets are due (`data`/paper).
    """

    package_limit: int = 256 * 1024 * 1024
    paper_pause: float = 20.0
