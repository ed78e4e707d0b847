"""An example module that fails."""

if __name__ == "__main__":
    raise LookupError("as intended")
