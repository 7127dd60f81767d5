"""The first page of each frame, at /."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.businesses import Business
from marketplace.models.tenders import Lot
from marketplace.reads import accounts as people
from marketplace.reads import bids, desks
from marketplace.reads import businesses as registry
from marketplace.reads.training import own as own_training
from marketplace.rules.bids import BidState
from marketplace.rules.desks import Waiting
from marketplace.rules.offerings import completeness
from marketplace.rules.policy import BUSINESS, COMPANY, may
from marketplace.rules.tenders import Pattern
from marketplace.rules.words import Tone
from marketplace.services import matching_room
from marketplace.services.matching_room import Lift, Opportunity
from marketplace.web.doors import Door, found
from marketplace.web.format import date_short, number, relative, rupiah_short, unit
from marketplace.web.training.sheets import day_span, package_title
from marketplace.web.visitors import language

door = Door("home")

NEW_OPPORTUNITIES = 3


@dataclass(frozen=True)
class Todo:
    """One line of what waits, in the reader's words."""

    title: str
    href: str
    tone: Tone
    note: str = ""
    at_words: str = ""


@door.page("/", "public.see")
def home() -> ResponseReturnValue:
    """Who knocks decides what is asked first."""
    if g.actor.role in BUSINESS:
        return _owner()
    if g.actor.role in COMPANY:
        desk = found(desks.buyer_desk(g.actor, g.at))
        return render_template(
            "home/officer.html",
            desk=desk,
            due=_todos(desk.due),
            still=_todos(desk.still),
            can_create=may(g.actor, "tender.create"),
        )
    if g.actor.role is not None:
        overview = found(desks.city_desk(g.actor, g.at))
        return render_template(
            "home/dinkop.html",
            desk=overview,
            due=_todos(overview.due),
            sees_journal=may(g.actor, "audit.see"),
            manages_accounts=may(g.actor, "account.manage"),
        )
    claims = people.claims_of(g.actor) if g.actor.known else []
    return render_template("home/public.html", landing=desks.landing(g.at), claims=claims, daily=Pattern.DAILY)


def _owner() -> str:
    business = found(desks.own_business(g.actor))
    fits, lifts = _matching(business, g.at)
    valid = registry.valid_certificates(registry.certificates_of(business.id), g.at)
    lots = desks.lots_by_id([fit.lot_id for fit in fits])
    begun = bids.bid_states(g.actor, [lot.tender_id for lot in lots.values()])
    due = desks.waits_for_business(g.actor, g.at)
    waiting = {one.href for one in due}  # (what waits for an answer already stands above the chances)
    chances: list[tuple[Lot, Opportunity]] = [
        (lot, fit)
        for fit in fits
        if (lot := lots.get(fit.lot_id)) is not None
        and begun.get(lot.tender_id, BidState.WITHDRAWN) is BidState.WITHDRAWN
        and f"/kebutuhan/{lot.tender.code}" not in waiting
    ]
    return render_template(
        "home/owner.html",
        business=business,
        invited=own_training.invitations(g.actor, g.at),
        package_name=package_title,
        day_span=day_span,
        due=_todos(due),
        chances=chances[:NEW_OPPORTUNITIES],
        above=any(f"/kebutuhan/{lot.tender.code}" in waiting for lot in lots.values()),
        lift=lifts[0] if lifts else None,
        full=completeness(business, valid, registry.kept_of(business.id), lifts),
        daily=Pattern.DAILY,
    )


def _matching(business: Business, at: datetime) -> tuple[list[Opportunity], list[Lift]]:
    """The lots it could bid for today, the best first, and the steps that would open more, the best first."""
    fits = matching_room.opportunities(business, at, language(), top=30)
    ready = [fit for fit in fits if not fit.misses]
    return ready, matching_room.lift(business, at, language())


def _todos(waiting: list[Waiting]) -> list[Todo]:
    return [_todo(one) for one in waiting]


def _todo(one: Waiting) -> Todo:
    params = {key: number(value) if isinstance(value, int) else value for key, value in one.params.items()}
    if "unit" in one.params:
        params["unit"] = unit(str(one.params["unit"]), int(one.params.get("quantity", 1)))
    if language() == "en" and "name_en" in params:
        params["name"] = params["name_en"]
    note = rupiah_short(one.amount) if one.amount is not None else ""
    when = ""
    if one.due is not None:
        when = relative(one.due, g.at) if isinstance(one.due, datetime) else date_short(one.due)
    return Todo(gettext(one.kind.label, **params), one.href, one.kind.tone, note, when)
