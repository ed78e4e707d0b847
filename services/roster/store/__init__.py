"""The roster's tables: taking a package in, and reading a school out."""
