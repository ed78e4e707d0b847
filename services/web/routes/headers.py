"""Headers of every answer: nothing inline runs, nothing is framed, nothing foreign is loaded."""

from aiohttp import web

STILL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=(self), payment=(), usb=()",
}


def protect(response: web.StreamResponse, *, socket: str, secure: bool) -> None:
    """socket: URL of the live socket, the only other place a page may connect to."""
    response.headers.update(STILL)
    response.headers["Content-Security-Policy"] = policy(socket)
    response.headers.setdefault("Cache-Control", "no-store")
    if secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"


async def still(_request: web.Request, response: web.StreamResponse) -> None:
    """What answers beside the door (health, figures, errors of the server) gets as well."""
    response.headers.setdefault("X-Content-Type-Options", STILL["X-Content-Type-Options"])
    response.headers.setdefault(
        "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"
    )


def policy(socket: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            f"connect-src 'self' {socket.removesuffix('/live')}",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
