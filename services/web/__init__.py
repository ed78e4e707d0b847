"""The HTTP API, the sessions and the pages; owns no facts."""
