"""Settings of the roster."""

from services.chassis.settings import ServiceSettings


class Settings(ServiceSettings, frozen=True, kw_only=True):
    """package_limit: bytes of an uploaded zip. Packages wait in the folder `data`/imports."""

    package_limit: int = 256 * 1024 * 1024
