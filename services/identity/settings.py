"""Settings of identity: the shared ones suffice."""

from services.chassis.settings import ServiceSettings


class Settings(ServiceSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """MUSTER_IDENTITY_<FIELD>, else MUSTER_<FIELD>. demo: offers one-tap sign-in."""
