"""Settings of accountability: only those that every service has."""

from services.chassis.settings import ServiceSettings


class Settings(ServiceSettings, frozen=True, kw_only=True):
    """Read from MUSTER_* and MUSTER_ACCOUNTABILITY_*."""
