"""The incident service: `python -m services.incident`."""

from services.chassis.process import serve
from services.incident.settings import Settings
from services.incident.wiring import wire

if __name__ == "__main__":
    serve("incident", Settings, wire)
