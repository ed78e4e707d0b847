"""Identity in PostgreSQL, and its secrets."""

from services.identity.store.book import IdentityBook
from services.identity.store.directory import StoredDirectory
from services.identity.store.log import LedgerLog
from services.identity.store.passwords import Argon2Passwords
from services.identity.store.secrets import KeyedSecrets

__all__ = ["Argon2Passwords", "IdentityBook", "KeyedSecrets", "LedgerLog", "StoredDirectory"]
