"""Settings of the roster."""

from services.chassis.settings import ServiceSettings


class Settings(ServiceSettings, frozen=True, kw_only=True):
    """package_limit: bytes of an uploaded zip. Packages wait in the folder `data`/imports.

    pull_hosts: hosts inside a private network, or on this machine, that a pull may read, exactly
    as a source's address names them.
    paper_pause: seconds between two looks at whether a school's sheets are due (`data`/paper).
    """

    package_limit: int = 256 * 1024 * 1024
    pull_hosts: tuple[str, ...] = ()
    paper_pause: float = 20.0
