"""Rows of the front desk: the office's pages, the kiosk's, and where one says one is today."""

from dataclasses import dataclass

from services.web.routes.api_desk import DeskApi
from services.web.routes.confirm_pages import ConfirmPages
from services.web.routes.flagged_pages import FlaggedPages
from services.web.routes.kiosk_pages import KioskPages
from services.web.routes.rows import Row, form, page
from services.web.routes.substitute_pages import SubstitutePages
from services.web.routes.visitor_pages import VisitorPages


@dataclass(frozen=True, kw_only=True)
class DeskSite:
    """Everything that a row of the front desk leads to."""

    visitors: VisitorPages
    flagged: FlaggedPages
    substitutes: SubstitutePages
    kiosk: KioskPages
    confirm: ConfirmPages
    api: DeskApi


def desk_rows(site: DeskSite) -> tuple[Row, ...]:
    return (*office_rows(site), *kiosk_rows(site.kiosk))


def office_rows(site: DeskSite) -> tuple[Row, ...]:
    visitors, flagged, substitutes = site.visitors, site.flagged, site.substitutes
    return (
        page("/visitors", "desk", visitors.page),
        form("/visitors", "desk", visitors.sign_in, guard="stream"),
        page("/visitors/notices", "desk", visitors.notices),
        page("/visitors/log.csv", "desk", visitors.log_csv),
        form("/visitors/out", "desk", visitors.sign_out),
        form("/visitors/settings", "desk", visitors.settings),
        form("/visitors/itinerant", "desk", visitors.mark_itinerant),
        form("/visitors/kiosk", "desk", site.kiosk.open),
        form("/visitors/kiosk/end", "desk", site.kiosk.end),
        page("/visitors/flagged", "desk", flagged.page),
        form("/visitors/flagged", "desk", flagged.record, guard="stream"),
        form("/visitors/flagged/lift", "desk", flagged.lift),
        page("/visitors/flagged/{entry}/photo", "desk", flagged.photo),
        page("/visitors/substitutes", "desk", substitutes.page),
        form("/visitors/substitutes", "desk", substitutes.record),
        form("/visitors/substitutes/code", "desk", substitutes.issue),
        form("/visitors/substitutes/end", "desk", substitutes.end),
        page("/visitors/substitutes/folders", "desk", substitutes.folders),
        form("/visitors/substitutes/folders", "desk", substitutes.rotate),
        page("/visitors/{visit}/badge", "desk", visitors.badge),
        page("/visitors/{visit}/photo", "desk", visitors.photo),
        form("/visitors/{visit}/decide", "desk", visitors.decide),
        page("/cover", "open", substitutes.cover),
        page("/confirm-school", "person", site.confirm.page),
        form("/confirm-school", "person", site.confirm.confirm),
    )


def kiosk_rows(kiosk: KioskPages) -> tuple[Row, ...]:
    """None of them lists a visit; no other row is open to a kiosk."""
    return (
        page("/kiosk", "kiosk", kiosk.start),
        page("/kiosk/in", "kiosk", kiosk.sign_in_page),
        form("/kiosk/in", "kiosk", kiosk.sign_in, guard="stream"),
        page("/kiosk/out", "kiosk", kiosk.sign_out_page),
        form("/kiosk/out", "kiosk", kiosk.sign_out),
        page("/kiosk/done", "kiosk", kiosk.done),
        page("/kiosk/left", "kiosk", kiosk.left),
        page("/kiosk/wait", "kiosk", kiosk.wait),
        page("/kiosk/leave", "kiosk", kiosk.leave_page),
        form("/kiosk/leave", "kiosk", kiosk.leave),
        page("/kiosk/hosts", "kiosk", kiosk.hosts),
        page("/kiosk/state", "kiosk", kiosk.state),
    )
