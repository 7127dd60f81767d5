"""Proposing, approving, taking back: who decides, what is held, what the losers learn."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.awards import Award
from marketplace.models.businesses import CapacityDay
from marketplace.models.contracts import Contract
from marketplace.models.notices import Notice
from marketplace.rules.awards import AwardState
from marketplace.rules.bids import BidState
from marketplace.rules.businesses import BusinessState
from marketplace.rules.negotiations import NegotiationState
from marketplace.rules.policy import Role
from marketplace.rules.refusals import CapacityTaken, Forbidden, Invalid, Refusal, WrongState
from marketplace.rules.tenders import Pattern, TenderState
from marketplace.services import awards, negotiations
from marketplace.services.moves import move
from marketplace.services.sessions import actor_of
from tests.factories import accounts, tenders
from tests.factories.negotiations import Scene, scene, terms

WHY = "Nilai tertinggi dan kapasitas cukup"
PRICE, DAYS = 20_000, 31


def calendar() -> set[tuple[int, int]]:
    """(promised, reserved) as they stand over all days."""
    db.session.flush()
    return {(d.promised, d.reserved) for d in db.session.query(CapacityDay)}


def propose(market: Scene, at: datetime, *shares: tuple[int, int], **more: bool) -> list[Award]:
    """Propose (place of the bid, units a day) for the first lot."""
    given = [(market.lot, market.bids[place], quantity) for place, quantity in shares]
    return awards.propose(market.tender, given, WHY, market.officer, at, **more)


def test_within_the_limit_the_officer_awards_at_once(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000), (21_000, 1000), limit=PRICE * 1000 * DAYS)
    (award,) = propose(market, at, (0, 1000))
    assert (award.state, award.value) == (AwardState.FINAL, PRICE * 1000 * DAYS)
    assert market.tender.state is TenderState.AWARDED
    assert [bid.state for bid in market.bids] == [BidState.ACCEPTED, BidState.LOST]
    assert calendar() == {(1000, 0)}
    contract = db.session.query(Contract).one()
    assert (contract.award_id, contract.value) == (award.id, award.value)
    step = db.session.query(Event).filter_by(verb="award.pass_within_limit").one()
    assert (step.actor_role, step.details["officer"]) == ("system", market.officer.name)


def test_above_the_limit_the_award_waits_for_the_approver_and_holds_the_capacity(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000), (21_000, 1000), limit=PRICE * 1000 * DAYS - 1)
    (award,) = propose(market, at, (0, 1000))
    assert award.state is AwardState.PROPOSED
    assert market.tender.state is TenderState.EVALUATING
    assert calendar() == {(0, 1000)}
    assert db.session.query(Notice).filter_by(user_id=market.approver.user_id).count() == 1
    awards.approve(market.tender, market.approver, at)
    assert (award.state, award.approved_by_id) == (AwardState.FINAL, market.approver.user_id)
    assert calendar() == {(1000, 0)}


def test_small_shares_together_above_the_limit_need_the_approver(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 500), (PRICE, 500), limit=PRICE * 500 * DAYS)
    made = propose(market, at, (0, 500), (1, 500))
    assert {award.state for award in made} == {AwardState.PROPOSED}


def test_not_even_the_system_passes_an_award_above_the_limit(app: Flask, at: datetime) -> None:
    from marketplace.rules.policy import SYSTEM

    market = scene((PRICE, 1000), limit=1)
    (award,) = propose(market, at, (0, 1000))
    with pytest.raises(WrongState, match="batas"):
        move(award, "pass_within_limit", SYSTEM, at)
    for verb in ("pass_within_limit", "approve"):
        with pytest.raises(Forbidden):
            move(award, verb, market.officer, at)


def test_nobody_approves_what_they_proposed_themselves(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000), limit=1)
    propose(market, at, (0, 1000))
    both = accounts.member(Role.APPROVER, market.buyer, who=db.session.get_one(accounts.User, market.officer.user_id))
    as_approver = actor_of(both, next(m for m in both.memberships if m.role is Role.APPROVER))
    with pytest.raises(Forbidden, match="Anda sendiri"):
        awards.approve(market.tender, as_approver, at)
    awards.approve(market.tender, market.approver, at)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OFFICER])
def test_only_the_approver_of_this_company_decides(app: Flask, at: datetime, role: Role) -> None:
    market = scene((PRICE, 1000), limit=1)
    propose(market, at, (0, 1000))
    for actor in (accounts.actor(role, market.buyer), scene((1, 1)).approver, market.owners[0]):
        with pytest.raises(Forbidden):
            awards.approve(market.tender, actor, at)
        with pytest.raises(Forbidden):
            awards.annul(market.tender, "Harga belum meyakinkan", actor, at)


def test_an_annulled_proposal_frees_the_capacity_and_judging_goes_on(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000), (21_000, 1000), limit=1)
    (award,) = propose(market, at, (0, 1000))
    awards.annul(market.tender, "Harga belum meyakinkan", market.approver, at)
    assert (award.state, award.reason) == (AwardState.ANNULLED, "Harga belum meyakinkan")
    assert market.tender.state is TenderState.EVALUATING
    assert calendar() == {(0, 0)}
    propose(market, at, (1, 1000))
    assert sorted(a.state.value for a in market.tender.awards) == ["annulled", "proposed"]


def test_an_officer_can_take_an_undecided_proposal_back(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000), limit=1)
    (award,) = propose(market, at, (0, 1000))
    awards.withdraw(market.tender, "Salah memilih pemasok", market.officer, at)
    assert award.state is AwardState.ANNULLED
    with pytest.raises(WrongState):
        awards.withdraw(market.tender, "Salah memilih pemasok", market.officer, at)


def test_one_proposal_at_a_time_and_a_tender_with_one_is_not_cancelled(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000), (21_000, 1000), limit=1)
    propose(market, at, (0, 1000))
    with pytest.raises(WrongState, match="menunggu"):
        propose(market, at, (1, 1000))
    with pytest.raises(WrongState, match="usulan"):
        move(market.tender, "cancel", market.officer, at, "tidak jadi")


def test_a_split_covers_the_need_with_several_suppliers(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 600), (21_000, 500), (22_000, 500))
    made = propose(market, at, (0, 600), (1, 400))
    assert [(a.quantity_per_day, a.quantity) for a in made] == [(600, 600 * DAYS), (400, 400 * DAYS)]
    assert [bid.state for bid in market.bids] == [BidState.ACCEPTED, BidState.ACCEPTED, BidState.LOST]


def test_a_rest_is_left_open_only_when_it_is_said(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 600))
    with pytest.raises(Invalid, match="masih kurang 400"):
        propose(market, at, (0, 600))
    assert calendar() == set()
    (award,) = propose(market, at, (0, 600), partial=True)
    assert award.state is AwardState.FINAL


def test_a_lot_without_a_winner_must_be_said_too(app: Flask, at: datetime) -> None:
    market = scene()
    tenders.lot(market.tender)
    market.enter(PRICE, 1000)
    with pytest.raises(Invalid, match="Paket 2"):
        propose(market, at, (0, 1000))
    assert len(propose(market, at, (0, 1000), partial=True)) == 1


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([(0, 601)], "paling banyak 600"),
        ([(0, 99)], "terkecil 100"),
        ([(0, 600), (1, 500)], "melebihi kebutuhan"),
        ([(0, 500), (0, 500)], "sekali per paket"),
        ([], "paling sedikit satu"),
        ([(2, 500), (0, 500)], "di atas harga tertinggi"),
    ],
)
def test_shares_keep_to_offer_need_and_ceiling(
    app: Flask, at: datetime, shares: list[tuple[int, int]], words: str
) -> None:
    market = scene((PRICE, 600), (21_000, 500), (25_001, 500))
    with pytest.raises(Invalid, match=words):
        propose(market, at, *shares)


def test_a_lot_that_may_not_be_split_goes_to_one(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 600), (21_000, 500))
    market.lot.split_allowed = False
    with pytest.raises(Invalid, match="tidak boleh dibagi"):
        propose(market, at, (0, 600), (1, 400))


def test_a_winner_holds_every_mandatory_certificate_and_may_trade(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000), (PRICE, 1000))
    market.bids[0].business.nib = None
    with pytest.raises(Invalid, match="sertifikat wajib"):
        propose(market, at, (0, 1000))
    market.bids[1].business.state = BusinessState.SUSPENDED
    with pytest.raises(WrongState, match="tidak boleh menerima"):
        propose(market, at, (1, 1000))


def test_a_bid_past_its_validity_wins_only_on_newly_agreed_terms(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000))
    market.bids[0].valid_until = date(2026, 11, 23)
    with pytest.raises(WrongState, match="Masa berlaku"):
        propose(market, at, (0, 1000))
    thread = negotiations.begin(market.line(0), terms(19_000, 1000), market.officer, at)
    negotiations.accept(thread.offers[0], market.owners[0], at)
    assert propose(market, at, (0, 1000))[0].price == 19_000


def test_the_agreed_terms_are_what_is_awarded(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000), (21_000, 1000))
    thread = negotiations.begin(market.line(1), terms(18_000, 1000, payment_days=7), market.officer, at)
    negotiations.accept(thread.offers[0], market.owners[1], at)
    (award,) = propose(market, at, (1, 1000))
    assert (award.price, award.payment_days, award.value) == (18_000, 7, 18_000 * 1000 * DAYS)


def test_a_shorter_agreed_window_leaves_days_open(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000))
    thread = negotiations.begin(market.line(0), terms(19_000, 1000, start_on=date(2027, 1, 11)), market.officer, at)
    negotiations.accept(thread.offers[0], market.owners[0], at)
    with pytest.raises(Invalid, match="masih kurang 1000"):
        propose(market, at, (0, 1000))
    (award,) = propose(market, at, (0, 1000), partial=True)
    assert award.quantity == 1000 * 21


def test_a_lot_bought_as_a_whole_is_divided_without_losing_a_piece(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 600), (PRICE, 600))
    market.lot.pattern, market.lot.quantity, market.lot.quantity_per_day = Pattern.TOTAL, 1_001, 333
    made = propose(market, at, (0, 233), (1, 100))
    assert sum(a.quantity for a in made) == 1_001


def test_losers_learn_their_marks_rank_range_and_the_written_reason(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000), (21_000, 1000), (22_000, 600))
    propose(market, at, (0, 1000))
    loser = market.bids[2]
    (lot,) = loser.outcome["lots"]
    assert loser.reason == WHY
    assert (lot["rank"], lot["of"]) == (3, 3)
    assert lot["lowest"] == lot["total"] < lot["highest"]
    assert round(sum(c["points"] for c in lot["criteria"].values()), 1) == lot["total"]
    assert "20000" not in str(loser.outcome)
    titles = {n.title for n in db.session.query(Notice).filter_by(user_id=market.owners[2].user_id)}
    assert titles == {"Hasil: %(tender)s"}


def test_the_reason_is_mandatory(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000))
    with pytest.raises(Invalid) as refusal:
        awards.propose(market.tender, [(market.lot, market.bids[0], 1000)], "  ok  ", market.officer, at)
    assert refusal.value.field == "reason"


def test_negotiations_with_losers_end_with_the_award(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000), (21_000, 1000))
    thread = negotiations.begin(market.line(1), terms(), market.officer, at)
    propose(market, at, (0, 1000))
    assert thread.state is NegotiationState.ENDED
    assert thread.open_offer is None


def test_capacity_promised_elsewhere_is_refused_in_words_and_nothing_is_held(app: Flask, at: datetime) -> None:
    first, second = scene((PRICE, 1000)), scene()
    second.enter(21_000, 1000, by=first.bids[0].business)
    propose(first, at, (0, 1000))
    db.session.commit()
    with pytest.raises(CapacityTaken, match="sudah dijanjikan"):
        propose(second, at, (0, 1000))
    db.session.rollback()
    assert second.tender.awards == []
    assert calendar() == {(1000, 0)}


def test_a_tender_not_being_judged_is_not_awarded(app: Flask, at: datetime) -> None:
    for state in (TenderState.OPENED, TenderState.AWARDED, TenderState.UNSUCCESSFUL):
        with pytest.raises(WrongState):
            propose(scene((PRICE, 1000), state=state), at, (0, 1000))


def test_bids_of_another_tender_never_win_here(app: Flask, at: datetime) -> None:
    market, other = scene((PRICE, 1000)), scene((PRICE, 1000))
    for lot, bid in ((market.lot, other.bids[0]), (other.lot, other.bids[0])):
        with pytest.raises(Refusal):
            awards.propose(market.tender, [(lot, bid, 1000)], WHY, market.officer, at)


def test_what_was_agreed_while_the_page_was_open_counts(app: Flask, at: datetime) -> None:
    market = scene((PRICE, 1000))
    thread = negotiations.begin(market.line(0), terms(19_000, 1000), market.officer, at)
    assert market.line(0).negotiation is thread
    negotiations.accept(thread.offers[0], market.owners[0], at + timedelta(hours=1))
    assert propose(market, at + timedelta(hours=2), (0, 1000))[0].price == 19_000
