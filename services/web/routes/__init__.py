"""HTTP: from a request to a handler, from its result to JSON or a page."""
