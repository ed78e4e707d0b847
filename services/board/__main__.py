"""python -m services.board"""

from services.board.settings import Settings
from services.board.wiring import wire
from services.chassis.process import serve

if __name__ == "__main__":
    serve("board", Settings, wire)
