"""Files of the pages, and the published descriptions of the API."""

from pathlib import Path

from aiohttp import web

from services.web.domain.problems import not_found
from services.web.routes.visit import Visit

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".wasm": "application/wasm",
}


class Files:
    """static: files known at start; a path that is none of them is not found."""

    def __init__(self, static: Path, published: Path) -> None:
        self._files = {
            path.relative_to(static).as_posix(): path
            for path in static.rglob("*")
            if path.is_file() and path.suffix in TYPES
        }
        self._published = {
            name: (published / f"{name}.json").read_bytes()
            for name in ("openapi", "asyncapi")
            if (published / f"{name}.json").is_file()
        }

    async def static(self, visit: Visit) -> web.StreamResponse:
        path = self._files.get(visit.path["file"])
        if path is None:
            raise not_found()
        answer = web.FileResponse(path)
        answer.content_type = TYPES[path.suffix]
        answer.headers["Cache-Control"] = "no-cache"
        # A live page's service worker keeps the whole site usable without a network.
        answer.headers["Service-Worker-Allowed"] = "/"
        return answer

    async def favicon(self, visit: Visit) -> web.StreamResponse:
        return web.Response(status=204, headers={"Cache-Control": "max-age=86400"})

    async def described(self, visit: Visit) -> web.StreamResponse:
        body = self._published.get(visit.path["name"])
        if body is None:
            raise not_found()
        return web.Response(body=body, content_type="application/json")
