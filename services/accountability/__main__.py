"""python -m services.accountability"""

from services.accountability.settings import Settings
from services.accountability.wiring import wire
from services.chassis.process import serve

if __name__ == "__main__":
    serve("accountability", Settings, wire)
