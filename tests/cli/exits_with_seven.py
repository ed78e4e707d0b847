"""An example module that ends with an exit code."""

import sys

if __name__ == "__main__":
    print("said before the end")
    sys.exit(7)
