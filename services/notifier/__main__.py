"""The notifier: `python -m services.notifier`."""

from services.chassis.process import serve
from services.notifier.settings import Settings
from services.notifier.wiring import wire

if __name__ == "__main__":
    serve("notifier", Settings, wire)
