"""What can go wrong with an embedded server."""


class EmbeddedServerError(Exception):
    """An embedded server cannot run; `code` is stable, the message is for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
