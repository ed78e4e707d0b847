"""What a command tells a person when it cannot do its work."""


class CommandError(Exception):
    """`code` is stable for scripts; the message says what to do; `exit_code` is the process's."""

    def __init__(self, code: str, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.code = code
        self.exit_code = exit_code
