"""One need: for the public and suppliers, and for its owner with everything that can be done."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.audit import Event
from marketplace.models.tenders import Tender
from marketplace.reads import businesses
from marketplace.reads import tenders as reading
from marketplace.reads.desks import own_business
from marketplace.rules.certificates import covers
from marketplace.rules.lives import Step
from marketplace.rules.policy import BUSINESS, Role, may
from marketplace.rules.tenders import TENDER_LIFE, TenderState, takes_bids, takes_questions
from marketplace.web import whatsapp
from marketplace.web.audit import Line, line_of
from marketplace.web.doors import found
from marketplace.web.format import datetime_long
from marketplace.web.forms.typed import Typed
from marketplace.web.tenders.entrance import door


@door.page("/kebutuhan/<code>", "tender.see")
def one(code: str) -> ResponseReturnValue:
    """A need as its reader may see it; `?sebagai=pemasok` shows its owner what suppliers see."""
    mine = reading.own_tender(g.actor, code)
    if mine is not None and mine.state is TenderState.DRAFT:
        return redirect(f"/kebutuhan/{code}/ubah" if may(g.actor, "tender.change", mine) else "/kebutuhan", 303)
    if mine is not None and request.args.get("sebagai") != "pemasok":
        return owner_page(mine, Typed())
    tender = mine or reading.tender_for(g.actor, code)
    if tender is None:
        brief = found(reading.title_for(g.actor, code))
        return render_template("tenders/brief.html", tender=brief, state=reading.state_at(brief, g.at))
    return render_template(
        "tenders/one.html",
        tender=tender,
        state=reading.state_at(tender, g.at),
        around=reading.around(g.actor, tender),
        as_supplier=mine is not None,
        may_bid=g.actor.role in BUSINESS and takes_bids(tender, g.at),
        may_ask=g.actor.role in BUSINESS and takes_questions(tender, g.at),
        audits=g.actor.role is Role.AUDITOR,
        mine=_mine(tender),
    )


def _mine(tender: Tender) -> dict[int, set[str]]:
    """By lot, the codes of the certificates that the reader's business holds on every day of it."""
    business = own_business(g.actor)
    if business is None:
        return {}
    own = businesses.certificates_of(business.id)
    always = {"NIB"} if business.nib else set()
    return {lot.id: always | {c.type_code for c in own if covers(c, lot.start_on, lot.end_on)} for lot in tender.lots}


def owner_page(tender: Tender, form: Typed) -> str:
    """The page of the buyer's own people, with `form` as typed where an act was refused."""
    around = reading.around(g.actor, tender)
    return render_template(
        "tenders/owner.html",
        tender=tender,
        state=reading.state_at(tender, g.at),
        around=around,
        form=form,
        verbs=_verbs(tender),
        to_open=reading.state_at(tender, g.at) is TenderState.CLOSED and may(g.actor, "tender.open", tender),
        open_questions=sum(1 for q in around.questions if q.answered_at is None),
        journal=_lines(around.events),
        running=takes_bids(tender, g.at),
        may_answer=may(g.actor, "tender.answer", tender) and takes_bids(tender, g.at),
        may_invite=may(g.actor, "tender.invite", tender) and takes_bids(tender, g.at),
        may_change=may(g.actor, "tender.change", tender),
        invite_draft=_invite_draft(tender) if takes_bids(tender, g.at) else "",
    )


def _invite_draft(tender: Tender) -> str:
    """A ready message to somebody invited; whose number it goes to is picked on the phone."""
    return whatsapp.draft(
        gettext(
            "Halo, %(buyer)s mengundang Anda menawar “%(title)s”. Batas waktu %(deadline)s. %(address)s",
            buyer=tender.buyer.name,
            title=tender.title,
            deadline=datetime_long(tender.closes_at) if tender.closes_at else "–",
            address=whatsapp.address(f"/kebutuhan/{tender.code}"),
        )
    )


def _verbs(tender: Tender) -> dict[str, Step]:
    """What this reader may do now, by verb."""
    return {s.verb: s for s in TENDER_LIFE.allowed(tender, g.at) if may(g.actor, s.deed, tender)}


def _lines(events: Sequence[Event]) -> list[Line]:
    return [line_of(event) for event in events]
