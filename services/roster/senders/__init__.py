"""Connections that the roster opens to the outside: student systems, and nothing else."""
