"""Who may do what in the database: one owner migrates, each service has a role of its own.

Roles belong to the whole server: one installation a server, or the passwords would differ.
"""

import asyncpg

from services.chassis.database.pool import Connection
from services.chassis.settings import derive

OWNER = "muster_owner"


def role_of(service: str) -> str:
    """The login role of a service."""
    return f"muster_{service}"


def password_of(service_key: str, service: str) -> str:
    """The password of a service's role, from the installation's secret."""
    return derive(service_key, f"db:{service}")


async def prepare_roles(connection: Connection, service: str, service_key: str) -> None:
    """The owner and the service's role, with today's password. Repeatable."""
    await _create_role(connection, OWNER)
    role = role_of(service)
    await _create_role(connection, role)
    password = password_of(service_key, service)
    assert password.isalnum()  # it is quoted by hand: ALTER ROLE takes no parameters
    await connection.execute(
        f"ALTER ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT"
        f" PASSWORD '{password}'"
    )
    if not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        await connection.execute(f"GRANT {OWNER} TO CURRENT_USER")


async def prepare_schema(connection: Connection, service: str) -> None:
    """The service's schema, its table of migrations, and rights to rows only. Repeatable."""
    role = role_of(service)
    await connection.execute(
        f"""
        CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {OWNER};
        GRANT USAGE ON SCHEMA {service} TO {role};
        CREATE TABLE IF NOT EXISTS {service}.migrations (
            name text PRIMARY KEY, sha256 text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        ALTER TABLE {service}.migrations OWNER TO {OWNER};
        GRANT SELECT ON {service}.migrations TO {role};
        ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA {service}
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
        ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA {service}
            GRANT USAGE ON SEQUENCES TO {role};
        """
    )


async def _create_role(connection: Connection, role: str) -> None:
    if await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
        return
    try:
        await connection.execute(f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS")
    except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
        return  # another database of the same server was migrated at the same moment
