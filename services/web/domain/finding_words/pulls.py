"""Why a pull ended without a roster."""

from collections.abc import Mapping

from services.web.domain.language import marked as _

FINDINGS: Mapping[str, str] = {
    "address_forbidden": _(
        "The address lies inside a private network. Whoever runs Muster allows it by "
        "naming the host in MUSTER_ROSTER_PULL_HOSTS."
    ),
    "demo_stays_inside": _(
        "This is a demo: nothing of it leaves this computer. It reads only hosts that "
        "MUSTER_ROSTER_PULL_HOSTS names."
    ),
    "unreachable": _("The student system cannot be reached. Check the address; it is tried again."),
    "tls_failed": _(
        "The student system’s certificate is not valid, so nothing was sent to it. Tell "
        "whoever runs it."
    ),
    "too_slow": _("The student system did not answer in time. It is tried again."),
    "server_failed": _("The student system failed. It is tried again."),
    "busy": _("The student system asks to be left alone for a while. It is tried again."),
    "redirected": _("The student system answers from another address. Enter that address here."),
    "credentials_refused": _(
        "The student system refuses the client id and secret. Enter them anew."
    ),
    "no_token": _("The token address does not answer as OAuth 2 does. Check the token address."),
    "not_authorised": _("The student system does not accept its own token. Check the scopes."),
    "scope_missing": _(
        "The student system does not let this client read rosters. Ask its administrator "
        "for the roster scopes."
    ),
    "no_such_path": _("There is no OneRoster at this address. Check the address and the version."),
    "server_refused": _(
        "The student system refuses the question. Check the address and the version."
    ),
    "filter_refused": _(
        "The student system does not say what changed. Everything was read instead."
    ),
    "encoded": _(
        "The student system packs its answers though it was asked not to. Tell whoever runs it."
    ),
    "page_too_large": _(
        "A page of the student system is larger than Muster reads. Tell whoever runs it."
    ),
    "page_not_json": _("The student system sent a page that is not JSON. It is tried again."),
    "page_not_oneroster": _(
        "The student system sent a page that is not OneRoster. Check the address."
    ),
    "too_many_pages": _(
        "The student system sends page after page without an end. Tell whoever runs it."
    ),
    "too_many_rows": _(
        "The student system sends more rows than a roster can have. Tell whoever runs it."
    ),
    "changed_underneath": _("The roster changed while it was read, twice. It is tried again."),
    "schools_not_listed": _(
        "The student system lists none of these schools. Check the schools’ ids there."
    ),
    "cut_off": _("The pull broke off in the middle. Nothing was changed; it is tried again."),
    "secret_unreadable": _("The stored secret cannot be read. Enter it anew."),
    "took_too_long": _("The pull was not done after two hours. It is tried again."),
    "removals_need_confirmation": _(
        "More than a tenth of a school’s students, staff or guardians would go. A person must "
        "confirm that."
    ),
    "incident_open": _("An incident is open. The pull waits until it is closed."),
}
