"""What web is told at its start."""

from typing import Annotated

from msgspec import Meta

from services.chassis.settings import ServiceSettings


class Settings(ServiceSettings, frozen=True, kw_only=True):
    """origin: as browsers see us, e.g. https://school.lan; "": plain http on loopback.

    board_socket_port 0: the port after ours. sinks_url: what the demo "sent".
    import_cap: bytes of one uploaded package.
    """

    origin: Annotated[str, Meta(pattern=r"^$|^https?://[A-Za-z0-9.\-\[\]:]+$")] = ""
    board_socket_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    sinks_url: str = ""
    import_cap: Annotated[int, Meta(ge=1024)] = 300 * 1024 * 1024
