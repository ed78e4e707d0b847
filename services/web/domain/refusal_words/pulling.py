"""Refusals around student systems and zips of photos."""

from collections.abc import Mapping

from services.web.domain.language import marked as _

REFUSALS: Mapping[str, tuple[str, ...]] = {
    "bad_url": (
        _(
            "An address cannot be used. It begins with https:// and holds no user name, no ? and "
            "no #."
        ),
    ),
    "address_forbidden": (
        _(
            "The address lies inside a private network. Whoever runs Muster allows "
            "it by naming the host in MUSTER_ROSTER_PULL_HOSTS."
        ),
    ),
    "unknown_source": (_("This student system is not connected any more."),),
    "secret_needed": (
        _("Enter the client secret. After a change of address or client it is needed again."),
    ),
    "bad_schedule": (_("Choose when to pull."),),
    "unknown_photos": (_("This zip does not wait any more. Upload it again."),),
}
