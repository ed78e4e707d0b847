"""python -m services.roster"""

from services.chassis.process import serve
from services.roster.settings import Settings
from services.roster.wiring import wire

if __name__ == "__main__":
    serve("roster", Settings, wire)
