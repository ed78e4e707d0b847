"""`python -m services.sinks`: the demo's mail server and text gateway."""

from services.chassis.process import serve
from services.sinks.settings import Settings
from services.sinks.wiring import wire

if __name__ == "__main__":
    serve("sinks", Settings, wire)
