"""The notifier's tables: its desk, the ledger of jobs, its copy of the contacts."""
