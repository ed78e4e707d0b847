"""`python -m services.web`"""

from services.chassis.process import serve
from services.web.settings import Settings
from services.web.wiring import wire

if __name__ == "__main__":
    serve("web", Settings, wire)
