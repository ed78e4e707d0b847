"""Identity: `python -m services.identity`."""

from services.chassis.process import serve
from services.identity.settings import Settings
from services.identity.wiring import wire

if __name__ == "__main__":
    serve("identity", Settings, wire)
