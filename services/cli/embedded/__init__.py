"""PostgreSQL and nats-server as pip-installed binaries, run as our own children."""
