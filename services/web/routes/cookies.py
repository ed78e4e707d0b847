"""Our cookies: their names and attributes follow how browsers reach us."""

from urllib.parse import urlsplit

from aiohttp import web

LANGUAGE = "muster_language"
SCHOOL = "muster_school"
YEAR = 365 * 24 * 3600
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Place:
    """How browsers see this site. origin "": plain http on loopback."""

    def __init__(self, origin: str) -> None:
        self._origin = origin.rstrip("/")
        self.secure = self._origin.startswith("https://")
        self.session_cookie = "__Host-muster" if self.secure else "muster"
        self.kiosk_cookie = f"{self.session_cookie}_kiosk"

    def knows(self, host: str) -> bool:
        """Whether a Host header is one of ours: a name of another site is refused."""
        return bare(host) in LOOPBACK or (
            bool(self._origin) and host == urlsplit(self._origin).netloc
        )

    def origin(self, request: web.Request) -> str:
        """Our origin, as the browser that asks should name it."""
        if self._origin and bare(request.host) not in LOOPBACK:
            return self._origin
        if self.secure:
            return self._origin
        return f"{request.scheme}://{request.host}"

    def socket(self, request: web.Request, port: int) -> str:
        """URL of the live socket: the same origin behind a front door, else the next port."""
        if self._origin:
            return f"ws{self.origin(request).removeprefix('http')}/live"
        return f"ws://{bare(request.host)}:{port}/live"

    def put(self, response: web.StreamResponse, name: str, value: str, seconds: int) -> None:
        """Set a cookie; seconds 0 removes it."""
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="Lax",
        )


def bare(host: str) -> str:
    """A Host header without its port."""
    return host if host.endswith("]") else host.rsplit(":", 1)[0]
