"""Who sees which tender, and what the desk puts first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.tenders import Question, Tender, TenderInvitation
from marketplace.reads import documents as documents_read
from marketplace.reads import tenders as reading
from marketplace.rules.policy import PUBLIC, Role
from marketplace.rules.tenders import Method, TenderState
from marketplace.services import tenders as service
from tests.factories import accounts, bids, businesses, buyers, tenders
from tests.factories.tenders import PRESENT


def limited(state: TenderState = TenderState.PUBLISHED) -> Tender:
    return tenders.tender(state, method=Method.SELECTIVE)


def test_a_published_open_tender_is_seen_by_everybody_and_a_draft_by_its_company(app: Flask) -> None:
    shown, hidden = tenders.tender(), tenders.tender(TenderState.DRAFT)
    own = accounts.actor(Role.OFFICER, hidden.buyer)
    other = accounts.actor(Role.OFFICER, buyers.buyer("PT Lain"))
    for actor in (PUBLIC, own, other, accounts.actor(Role.AUDITOR), accounts.actor(Role.CLERK)):
        assert reading.tender_for(actor, shown.code) == shown
    assert reading.own_tender(own, hidden.code) == hidden
    for actor in (PUBLIC, other, accounts.actor(Role.AUDITOR)):
        assert reading.tender_for(actor, hidden.code) is None
        assert reading.own_tender(actor, hidden.code) is None


@pytest.mark.parametrize("method", [Method.SELECTIVE, Method.DIRECT])
def test_a_limited_tender_is_seen_by_those_invited_and_its_title_after_the_award(app: Flask, method: Method) -> None:
    tender = tenders.tender(method=method)
    guest, stranger = businesses.business(), businesses.business()
    db.session.add(TenderInvitation(tender_id=tender.id, business_id=guest.id, invited_at=PRESENT))
    invited = accounts.actor(Role.OWNER, business=guest)
    outsiders = (PUBLIC, accounts.actor(Role.OWNER, business=stranger), accounts.actor(Role.OFFICER, buyers.buyer()))
    assert reading.tender_for(invited, tender.code) == tender
    for actor in outsiders:
        assert reading.tender_for(actor, tender.code) is None
        assert reading.title_for(actor, tender.code) is None
        assert reading.listing(actor, reading.Filters(), PRESENT).total == 0
    won = tenders.tender(TenderState.AWARDED, method=method)
    for actor in outsiders:
        assert reading.tender_for(actor, won.code) is None
        assert reading.title_for(actor, won.code) == won


def test_the_papers_of_a_limited_tender_go_only_to_those_who_see_it(app: Flask, at: datetime) -> None:
    company = buyers.buyer()
    officer = accounts.actor(Role.OFFICER, company)
    tender = service.draft(company, "katering", officer, at)
    paper = service.attach(tender, "menu.pdf", b"%PDF-1.7 menu", officer, at)
    guest = businesses.business()
    db.session.add(TenderInvitation(tender_id=tender.id, business_id=guest.id, invited_at=at))
    tender.method, tender.state = Method.SELECTIVE, TenderState.PUBLISHED
    tender.published_at, tender.closes_at = at, at + timedelta(days=3)
    db.session.flush()
    assert documents_read.document_for(accounts.actor(Role.OWNER, business=guest), paper.token) == paper
    assert documents_read.document_for(officer, paper.token) == paper
    for actor in (PUBLIC, accounts.actor(Role.OWNER, business=businesses.business())):
        assert documents_read.document_for(actor, paper.token) is None


def test_filters_narrow_the_list(app: Flask, at: datetime) -> None:
    food = tenders.tender(title="Katering 100% halal")
    late = tenders.tender(closes_at=at - timedelta(minutes=1))

    def codes(**wanted: object) -> set[str]:
        return {line.tender.code for line in reading.listing(PUBLIC, reading.Filters(**wanted), at).lines}  # type: ignore[arg-type]

    assert codes(text="100%") == {food.code}
    assert codes(text="tidak_ada") == set()
    assert codes(category="catering") == {food.code, late.code}
    assert codes(category="seragam") == set()
    assert codes(kecamatan="36.72.04") == {food.code, late.code}
    assert codes(kecamatan="36.72.01") == set()
    assert codes(state=TenderState.PUBLISHED) == {food.code}
    assert codes(state=TenderState.CLOSED) == {late.code}


def test_the_desk_puts_first_what_waits_for_somebody(app: Flask, at: datetime) -> None:
    company = buyers.buyer()
    draft = tenders.tender(TenderState.DRAFT, company)
    quiet = tenders.tender(buyer=company)
    asked = tenders.tender(buyer=company)
    judged = tenders.tender(TenderState.EVALUATING, company)
    closed = tenders.tender(buyer=company, closes_at=at - timedelta(hours=1))
    tenders.tender(TenderState.AWARDED, company)
    tenders.tender()
    kitchen = businesses.business()
    bids.bid(closed, kitchen, state=bids.BidState.SEALED)
    db.session.add(Question(tender_id=asked.id, business_id=kitchen.id, text="?", asked_at=at))
    db.session.flush()
    desk = reading.desk(accounts.actor(Role.OFFICER, company), at)
    assert [line.tender.id for line in desk] == [closed.id, asked.id, judged.id, quiet.id, draft.id]
    assert (desk[0].state, desk[0].bids, desk[1].waiting) == (TenderState.CLOSED, 1, 1)


def test_before_the_opening_a_buyer_learns_how_many_have_bid_but_not_who(app: Flask) -> None:
    tender = tenders.tender()
    kitchen = businesses.business()
    bids.bid(tender, kitchen, state=bids.BidState.SEALED)
    officer = accounts.actor(Role.OFFICER, tender.buyer)
    around = reading.around(officer, tender)
    assert (around.bids, around.bidders) == (1, frozenset())
    opened = tenders.tender(TenderState.OPENED, tender.buyer)
    bids.bid(opened, kitchen)
    assert reading.around(officer, opened).bidders == {kitchen.id}
    stranger = reading.around(PUBLIC, tender)
    assert (stranger.bids, stranger.invitations, stranger.events) == (0, [], [])
