"""A tiny service for supervisor tests: ready at once, ends at SIGTERM; may crash or stall."""

import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ready(BaseHTTPRequestHandler):
    """Answers every GET with the pid."""

    def do_GET(self) -> None:
        """200 and the pid."""
        body = str(os.getpid()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def main(name: str) -> None:
    """Serve on the port that the supervisor chose."""
    if os.environ.get("EXAMPLE_CRASHES") == name:
        sys.exit(3)
    HTTPServer(("127.0.0.1", int(os.environ[f"MUSTER_{name.upper()}_PORT"])), Ready).serve_forever()
