"""Settings of the board: where screens connect, and from which pages."""

from services.chassis.settings import ServiceSettings


class Settings(ServiceSettings, frozen=True, kw_only=True):
    """socket_port 0: a free one. origins: pages that may open a socket; the pages of web."""

    socket_host: str = "127.0.0.1"
    socket_port: int = 0
    origins: tuple[str, ...] = ()
