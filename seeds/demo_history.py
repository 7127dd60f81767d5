"""Turning the stories of two years into rows: tenders, bids, negotiations, awards and what came of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from marketplace.models import db
from marketplace.models.awards import Award
from marketplace.models.bids import Bid, BidLine
from marketplace.models.buyers import Buyer
from marketplace.models.tenders import Item, Lot, LotRequirement, Question, Tender, TenderInvitation
from marketplace.rules.awards import AwardState, needs_approval
from marketplace.rules.bids import BidState, BidTerms, LineTerms
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.policy import SYSTEM
from marketplace.rules.tenders import DeliveryPoint, Level, Method, Pattern, TenderState, usual_weights
from marketplace.services import bids as bids_service
from marketplace.services import sealing
from seeds.demo_aftermath import Aftermath
from seeds.demo_events import Chronicle
from seeds.demo_people import People
from seeds.demo_registry import Written
from seeds.demo_suppliers import Suppliers
from seeds.demo_talks import Talks
from seeds.factories import SeedBid, SeedFactory, SeedLot, SeedTender

STAGES = {
    "open": TenderState.PUBLISHED,
    "to_open": TenderState.CLOSED,
    "evaluating": TenderState.EVALUATING,
    "awarded": TenderState.AWARDED,
    "completed": TenderState.AWARDED,
    "failed": TenderState.UNSUCCESSFUL,
    "cancelled": TenderState.CANCELLED,
}
LATE = "Kebutuhan sudah terpenuhi oleh pemenang lain."
NOBODY = "Tidak ada penawar yang memenuhi syarat."
ASKED = (
    ("Apakah boleh mengirim sampel lebih dulu?", "Boleh. Antar ke pos penerimaan pada jam kerja."),
    ("Apakah pembayaran bisa dua kali sebulan?", "Pembayaran mengikuti tempo yang tertulis di kebutuhan ini."),
    ("Apakah jumlahnya bisa dibagi dengan usaha lain?", "Bisa, bila kebutuhan ini mengizinkan pembagian."),
    ("Jam berapa barang harus sampai di gerbang?", "Paling lambat 30 menit sebelum pergantian sif."),
)


class History:
    """Writes one story after the other. Codes, capacity and the suppliers' records run along."""

    def __init__(
        self, written: Sequence[Written], people: People, chronicle: Chronicle, luck: Random, at: datetime
    ) -> None:
        self.people = people
        self.chronicle = chronicle
        self.luck = luck
        self.at = at
        self.today = jakarta_date(at)
        self.suppliers = Suppliers(written, luck, self.today)
        self.codes: dict[tuple[str, int], int] = defaultdict(int)
        self.aftermath = Aftermath(self)
        self.talks = Talks(self)
        self.counted: Counter[str] = Counter()
        self.awarded: Counter[int] = Counter()

    def code(self, prefix: str, at: datetime, width: int = 4) -> str:
        """The next code of `prefix` in the year of `at`, as services.codes would give it."""
        year = jakarta_date(at).year
        self.codes[(prefix, year)] += 1
        return f"{prefix}-{year % 100:02d}-{self.codes[(prefix, year)]:0{width}d}"

    def counts(self) -> dict[str, int]:
        """Rows written so far, by kind."""
        return dict(self.counted)

    def write(self, story: SeedTender) -> None:
        """One tender and all that came of it."""
        if any(b.awarded_percent for b in story.bids) and not all(map(self.suppliers.can_win, story.lots)):
            story = replace(story, outcome="failed", awarded_at=None, ended_at=story.awarded_at, bids=(), reason=NOBODY)
        buyer = db.session.get_one(Buyer, story.buyer + 1)
        tender = self._tender(story, buyer)
        self.counted["tenders"] += 1
        self._invite(tender, story)
        self._ask(tender, story)
        for seed, business in zip(story.bids, self.suppliers.pool(tender, story), strict=False):
            self._bid(tender, story, seed, business)
        self.talks.of(tender)

    def finish(self, plants: Sequence[SeedFactory]) -> None:
        """What can be said only at the end: capacity promised, suppliers' records, declared spending."""
        db.session.flush()
        self.suppliers.write()
        self.aftermath.write_spending(plants)

    def _tender(self, story: SeedTender, buyer: Buyer) -> Tender:
        officer = self.people.officer(buyer.id)
        state = STAGES[story.stage or story.outcome]
        drafted = story.published_at - timedelta(hours=3)
        tender = Tender(
            code=self.code("K", drafted),
            buyer_id=buyer.id,
            site_id=buyer.sites[story.site].id,
            created_by_id=officer.user_id,
            title=story.title,
            summary=story.summary,
            text=story.text,
            method=Method(story.method),
            state=state,
            delivery_point=DeliveryPoint(story.delivery_point),
            ceiling_visible=story.ceiling_visible,
            weights=usual_weights(),
            payment_days=story.payment_days,
            created_at=drafted,
            published_at=story.published_at,
            closes_at=story.closes_at,
            closed_at=None if state in {TenderState.PUBLISHED, TenderState.CANCELLED} else story.closes_at,
            opened_at=story.opened_at,
            evaluating_at=story.opened_at,
            awarded_at=story.awarded_at,
            ended_at=story.ended_at if state in {TenderState.UNSUCCESSFUL, TenderState.CANCELLED} else None,
            reason=story.reason,
        )
        tender.lots = [self._lot(number, lot) for number, lot in enumerate(story.lots, start=1)]
        db.session.add(tender)
        db.session.flush()
        self.suppliers.fit(tender, accepted=[b.awarded_percent for b in story.bids if b.awarded_percent])
        if state in {TenderState.PUBLISHED, TenderState.CLOSED}:
            sealing.create(tender, story.published_at)
        self._journal(tender, story)
        return tender

    def _lot(self, number: int, seed: SeedLot) -> Lot:
        lot = Lot(
            number=number,
            category_code=seed.category,
            title=seed.title,
            pattern=Pattern(seed.pattern),
            quantity=seed.quantity,
            quantity_per_day=seed.quantity_per_day,
            unit=seed.unit,
            shifts=seed.shifts,
            start_on=seed.start_on,
            end_on=seed.end_on,
            weekdays=seed.weekdays,
            ceiling_price=seed.ceiling_price,
            split_allowed=seed.split_allowed,
            min_share_per_day=seed.min_share_per_day,
            max_km=seed.max_km,
        )
        lot.items = [Item(description=words, quantity=quantity, unit=seed.unit) for words, quantity in seed.items]
        lot.requirements = [LotRequirement(certificate_code=c, level=Level(level)) for c, level in seed.certificates]
        return lot

    def _journal(self, tender: Tender, story: SeedTender) -> None:
        officer = self.people.officer(tender.buyer_id)
        note = self.chronicle.note
        note(tender.created_at, "tender.draft", tender, officer)
        note(story.published_at, "tender.publish", tender, officer, ("draft", "published"))
        if tender.closed_at:
            note(tender.closed_at, "tender.close", tender, SYSTEM, ("published", "closed"))
        if tender.opened_at:
            note(tender.opened_at, "tender.open", tender, officer, ("closed", "opened"))
            note(tender.opened_at, "tender.evaluate", tender, officer, ("opened", "evaluating"))
        if tender.awarded_at:
            note(tender.awarded_at, "tender.award", tender, officer, ("evaluating", "awarded"))
        if tender.state is TenderState.UNSUCCESSFUL and tender.ended_at:
            before = "evaluating" if tender.opened_at else "closed"
            note(tender.ended_at, "tender.fail", tender, officer, (before, "unsuccessful"), tender.reason)
        if tender.state is TenderState.CANCELLED and tender.ended_at:
            note(tender.ended_at, "tender.cancel", tender, officer, ("published", "cancelled"), tender.reason)

    def _invite(self, tender: Tender, story: SeedTender) -> None:
        for business in self.suppliers.likely(tender, story.invited):
            moment = story.published_at + timedelta(minutes=10)
            db.session.add(TenderInvitation(tender_id=tender.id, business_id=business, invited_at=moment))

    def _ask(self, tender: Tender, story: SeedTender) -> None:
        if self.luck.random() > 0.35 or not (askers := self.suppliers.likely(tender, 1)):
            return
        words, answer = self.luck.choice(ASKED)
        asked = story.published_at + (story.closes_at - story.published_at) * 0.3
        answered = asked + timedelta(hours=5)
        if asked > self.at:
            return
        waiting = answered > self.at
        db.session.add(
            Question(
                tender_id=tender.id,
                business_id=askers[0],
                text=words,
                asked_at=asked,
                answer="" if waiting else answer,
                answered_at=None if waiting else answered,
            )
        )

    def _bid(self, tender: Tender, story: SeedTender, seed: SeedBid, business: int) -> None:
        state = BidState(seed.result)
        opened = state not in {BidState.SEALED, BidState.WITHDRAWN}
        bid = Bid(
            code=self.code("T", seed.submitted_at, 5),
            tender_id=tender.id,
            business_id=business,
            state=state,
            note=seed.note,
            valid_until=jakarta_date(story.closes_at) + timedelta(days=60),
            created_at=seed.submitted_at - timedelta(minutes=12),
            submitted_at=seed.submitted_at,
            withdrawn_at=seed.submitted_at + timedelta(hours=1) if state is BidState.WITHDRAWN else None,
            opened_at=tender.opened_at if opened else None,
            decided_at=tender.awarded_at or tender.ended_at if seed.result in _DECIDED else None,
            reason=seed.reason,
            sealed=b"-",
        )
        prices = {lot.id: max(1, (lot.ceiling_price or 0) * seed.price_permille // 1000) for lot in tender.lots}
        bid.lines = [
            BidLine(lot_id=lot.id, quantity_per_day=self._offered(lot, seed), price=prices[lot.id] if opened else None)
            for lot in tender.lots
        ]
        db.session.add(bid)
        self.counted["bids"] += 1
        if tender.public_key is not None and state is BidState.SEALED:
            db.session.flush()
            lines = tuple(LineTerms(one.lot_id, one.quantity_per_day, prices[one.lot_id]) for one in bid.lines)
            terms = BidTerms(lines, bid.valid_until or jakarta_date(self.at), seed.note)
            bid.sealed, bid.note = sealing.seal(tender, bids_service.payload(bid, terms)), ""
        bid.fingerprint = sealing.fingerprint(bid.sealed or b"")
        sealed: dict[str, object] = {"fingerprint": bid.fingerprint, "documents": []}
        self.chronicle.note(seed.submitted_at, "bid.seal", bid, SYSTEM, ("draft", "sealed"), details=sealed)
        if opened and tender.opened_at:
            self.chronicle.note(tender.opened_at, "bid.open", bid, SYSTEM, ("sealed", "opened"), details=sealed)
        if state is BidState.ACCEPTED:
            self._award(tender, story, seed, bid, prices)

    def _offered(self, lot: Lot, seed: SeedBid) -> int:
        if not lot.split_allowed:
            return lot.quantity_per_day
        return max(lot.min_share_per_day, lot.quantity_per_day * seed.share_percent // 100)

    def _award(self, tender: Tender, story: SeedTender, seed: SeedBid, bid: Bid, prices: dict[int, int]) -> None:
        assert tender.awarded_at is not None  # noqa: S101  (an accepted bid belongs to an awarded tender)
        db.session.flush()
        buyer = db.session.get_one(Buyer, tender.buyer_id)
        officer, approver = self.people.officer(buyer.id), self.people.approver(buyer.id)
        for lot in tender.lots:
            asked = max(1, lot.quantity_per_day * seed.awarded_percent // 100)
            share = min(asked, self.suppliers.free(bid.business_id, lot), self._left(lot))
            if share < 1:
                bid.state, bid.reason = BidState.LOST, LATE
                continue
            bid.state, bid.reason = BidState.ACCEPTED, ""
            whole = max(1, lot.quantity * share // lot.quantity_per_day)
            price = max(1, prices[lot.id] * (1000 - seed.rebate_permille) // 1000)
            award = Award(
                code=self.code("P", tender.awarded_at),
                tender_id=tender.id,
                lot_id=lot.id,
                bid_id=bid.id,
                business_id=bid.business_id,
                buyer_id=tender.buyer_id,
                state=AwardState.FINAL,
                price=price,
                quantity_per_day=share,
                quantity=whole,
                value=price * whole,
                start_on=lot.start_on,
                end_on=lot.end_on,
                payment_days=tender.payment_days,
                reason="Nilai gabungan tertinggi menurut bobot yang diumumkan.",
                proposed_at=tender.awarded_at - timedelta(hours=5),
                proposed_by_id=officer.user_id,
                approved_at=tender.awarded_at,
                approved_by_id=approver.user_id if needs_approval(price * whole, buyer.approval_limit) else None,
                published_at=tender.awarded_at,
                final_at=tender.awarded_at,
            )
            db.session.add(award)
            db.session.flush()
            self.chronicle.note(award.proposed_at, "award.propose", award, officer, ("", "proposed"))
            self.chronicle.note(tender.awarded_at, "award.finalise", award, officer, ("published", "final"))
            self.counted["awards"] += 1
            self.awarded[lot.id] += share
            self.suppliers.promise(award, lot)
            if seed.rebate_permille:
                self.talks.agreed(tender, award, bid, prices[lot.id])
            self.aftermath.contract(tender, award, lot, story)

    def _left(self, lot: Lot) -> int:
        """Units a day of the lot that nobody was awarded yet."""
        return lot.quantity_per_day - self.awarded[lot.id]


_DECIDED = {"accepted", "lost", "disqualified"}
