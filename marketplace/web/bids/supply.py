"""Opportunities: open needs that suit the business, by fit and with the reason, those it is invited to first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.tenders import Lot
from marketplace.reads import bids as reading
from marketplace.reads import tenders as tenders_read
from marketplace.reads.desks.suppliers import own_business
from marketplace.rules.bids import BidState
from marketplace.services import matching_room
from marketplace.services.matching_room import Opportunity
from marketplace.web.bids.entrance import door
from marketplace.web.doors import found
from marketplace.web.visitors import language

PAGE = 20


@dataclass(frozen=True)
class Chance:
    """One open lot for this business."""

    lot: Lot
    fit: Opportunity
    invited: bool
    mine: BidState | None

    @property
    def fits(self) -> bool:
        """Whether it could bid today."""
        return not self.fit.misses


@door.page("/peluang", "opportunity.see")
def chances() -> ResponseReturnValue:
    """The list "Peluang untuk Anda", narrowed by the query."""
    business = found(own_business(g.actor))
    found_fits = matching_room.opportunities(business, g.at, language())
    lots = reading.opportunity_lots([fit.lot_id for fit in found_fits])
    mine = reading.bid_states(g.actor, [lot.tender_id for lot in lots.values()])
    every = [
        Chance(lot, fit, _invited(lot, business.id), mine.get(lot.tender_id))
        for fit in found_fits
        if (lot := lots.get(fit.lot_id)) is not None
    ]
    every.sort(key=lambda chance: (not chance.invited, not chance.fits, -chance.fit.score))
    shown = [chance for chance in every if _wanted(chance)]
    page = max(1, request.args.get("halaman", 1, type=int))
    return render_template(
        "bids/chances.html",
        business=business,
        chances=shown[(page - 1) * PAGE : page * PAGE],
        total=len(shown),
        all_total=len(every),
        page=page,
        pages=max(1, -(-len(shown) // PAGE)),
        active=_active(),
        categories=_categories(every),
        places=tenders_read.kecamatan(),
    )


def _invited(lot: Lot, business_id: int) -> bool:
    return any(one.business_id == business_id for one in lot.tender.invitations)


def _wanted(chance: Chance) -> bool:
    """Whether a chance passes the filters of the query."""
    args, lot = request.args, chance.lot
    if args.get("cocok") == "ya" and not chance.fits:
        return False
    if args.get("undangan") == "ya" and not chance.invited:
        return False
    if args.get("kategori") and lot.category_code != args["kategori"]:
        return False
    site = lot.tender.site
    return not args.get("kecamatan") or (site is not None and site.area_code.startswith(args["kecamatan"]))


def _categories(every: Sequence[Chance]) -> list[tuple[str, str]]:
    named = {c.lot.category_code: c.lot.category for c in every}
    english = language() == "en"
    return sorted(((code, c.name_en if english else c.name_id) for code, c in named.items()), key=lambda pair: pair[1])


def _active() -> list[tuple[str, str]]:
    """The filters in use, each with the address without it."""
    words = {
        "cocok": gettext("Bisa langsung diikuti"),
        "undangan": gettext("Undangan saja"),
        "kategori": gettext("Jenis"),
        "kecamatan": gettext("Kecamatan"),
    }
    used = {name: request.args[name] for name in words if request.args.get(name)}
    found_filters = []
    for name in used:
        rest = "&".join(f"{other}={value}" for other, value in used.items() if other != name)
        found_filters.append((words[name], f"/peluang?{rest}" if rest else "/peluang"))
    return found_filters
