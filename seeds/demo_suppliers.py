"""Who bids in the invented past, who is able to, and what they have promised."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from sqlalchemy import insert, update

from marketplace.models import db
from marketplace.models.awards import Award
from marketplace.models.businesses import Business, CapacityDay
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.calendars import delivery_days
from marketplace.rules.tenders import Level
from seeds.demo_registry import Written
from seeds.factories import SeedLot, SeedTender
from seeds.reference import read_categories

DEMO_BUSINESS = 1
SPOKEN_FOR = timedelta(days=90)
"""The demo business has promised nothing that ends later than this from today."""
MOST_RUNNING = 2
"""So many contracts of the demo business may run at once: whoever tries it finds the next thing to do at a glance."""


class Suppliers:
    """Knows every active business by category, hands out bidders, and keeps the ledger of promised capacity."""

    def __init__(self, written: Sequence[Written], luck: Random, today: date) -> None:
        self.luck = luck
        self.today = today
        self.trade_of = {c.code: c.parent or c.code for c in read_categories()}
        self.names = {w.id: w.seed.owner_name for w in written}
        self.holds = {w.id: {c.code for c in w.seed.certificates if c.number} | _nib(w) for w in written}
        self.by_category: dict[str, list[int]] = defaultdict(list)
        self.capacity: dict[tuple[int, str], int] = {}
        for w in written:
            if w.seed.status != "active":
                continue
            for offering in w.seed.offerings:
                self.by_category[offering.category].append(w.id)
                key = (w.id, self.trade_of[offering.category])
                self.capacity[key] = max(self.capacity.get(key, 0), offering.capacity_per_day)
        self.promised: dict[tuple[int, str], Counter[date]] = defaultdict(Counter)
        self.records: dict[int, Counter[str]] = defaultdict(Counter)
        self.running = 0

    def can_win(self, lot: SeedLot) -> bool:
        """Whether anybody who offers what `lot` asks has a free unit on each of its delivery days."""
        days = delivery_days(lot.start_on, lot.end_on, lot.weekdays)
        return any(self._free(b, lot.category, days) > 0 for b in self.by_category[lot.category])

    def fit(self, tender: Tender, accepted: list[int]) -> None:
        """Make the lots no larger than what the suppliers that will win them can make a day.

        `accepted` are the winners' shares in percent; lots of one tender draw on the same suppliers.
        """
        if not accepted:
            return
        able = sorted((self.free(b, lot) for lot in tender.lots[:1] for b in self._able(tender)), reverse=True)
        limits = [room * 100 // share for room, share in zip(able, sorted(accepted, reverse=True), strict=False)]
        most = min(limits, default=0) // len(tender.lots)
        for lot in tender.lots:
            if 0 < most < lot.quantity_per_day:
                self._shrink(lot, most)

    def _shrink(self, lot: Lot, per_day: int) -> None:
        lot.quantity = max(1, lot.quantity * per_day // lot.quantity_per_day)
        lot.quantity_per_day = per_day
        lot.min_share_per_day = min(lot.min_share_per_day, per_day)
        for item in lot.items:
            item.quantity = max(1, lot.quantity // len(lot.items))

    def _able(self, tender: Tender) -> list[int]:
        """Businesses that offer the tender's category and hold what it makes mandatory; else all that offer it."""
        category = tender.lots[0].category_code
        must = {r.certificate_code for lot in tender.lots for r in lot.requirements if r.level is Level.MANDATORY}
        offering = self.by_category[category]
        return [b for b in offering if must <= self.holds[b]] or offering

    def likely(self, tender: Tender, count: int) -> list[int]:
        """Up to `count` businesses that would be invited: able ones with the most capacity first, the demo one too."""
        able = self._able(tender)
        lot = tender.lots[0]
        ranked = sorted(able, key=lambda b: (-self._capacity(b, lot), b))[: count * 3]
        chosen = self.luck.sample(ranked, min(count, len(ranked)))
        if DEMO_BUSINESS in able and count and DEMO_BUSINESS not in chosen:
            chosen[0] = DEMO_BUSINESS
        return sorted(chosen)

    def pool(self, tender: Tender, story: SeedTender) -> list[int]:
        """A bidder for each of the story's bids, in their order; those that win most get who has most room.

        The demo business stays out of tenders that still take bids, so that it can be tried there, and is in every
        one that the demo company is about to open or judge, so that the two can negotiate.
        """
        lot, taking = tender.lots[0], story.stage == "open"
        meeting = story.buyer == 0 and story.stage in {"to_open", "evaluating"}
        able = [b for b in self._able(tender) if not taking or b != DEMO_BUSINESS]
        ranked = sorted(able, key=lambda b: (-min(self.free(b, lot), lot.quantity_per_day), self.luck.random()))
        chosen = ranked[: len(story.bids)]
        if DEMO_BUSINESS in able and DEMO_BUSINESS not in chosen and chosen and (self.luck.random() < 0.5 or meeting):
            chosen[-1] = DEMO_BUSINESS
        places = sorted(range(len(story.bids)), key=lambda i: -story.bids[i].awarded_percent)
        given = dict(zip(places, chosen, strict=False))
        return [given[i] for i in range(len(story.bids)) if i in given]

    def _capacity(self, business: int, lot: Lot) -> int:
        return self.capacity.get((business, self.trade_of[lot.category_code]), 0)

    def free(self, business: int, lot: Lot) -> int:
        """Declared less the most that is promised on any of the lot's delivery days (units per day)."""
        return self._free(business, lot.category_code, delivery_days(lot.start_on, lot.end_on, lot.weekdays))

    def _free(self, business: int, category: str, days: Sequence[date]) -> int:
        key = (business, self.trade_of[category])
        declared = self.capacity.get(key, 0)
        if business == DEMO_BUSINESS:
            # the rest stays free for whoever tries the demo, and so does all of it from the third month on
            declared = declared * 2 // 3 if days[-1] <= self.today + SPOKEN_FOR else 0
            if days[-1] >= self.today and self.running >= MOST_RUNNING:
                return 0
        ledger = self.promised.get(key)
        taken = max((ledger[day] for day in days if day in ledger), default=0) if ledger else 0
        return declared - taken

    def promise(self, award: Award, lot: Lot) -> None:
        """Enter the award's daily quantity into the ledger for every day of delivery."""
        self.running += award.business_id == DEMO_BUSINESS and award.end_on >= self.today
        ledger = self.promised[(award.business_id, self.trade_of[lot.category_code])]
        for day in delivery_days(award.start_on, award.end_on, lot.weekdays):
            ledger[day] += award.quantity_per_day

    def record(self, business: int, **numbers: int) -> None:
        """Add to a business's delivery record."""
        self.records[business].update(numbers)

    def write(self) -> None:
        """Write promised capacity from today on, and every supplier's record."""
        rows = [
            {
                "business_id": business,
                "trade_code": trade,
                "day": day,
                "declared": self.capacity[(business, trade)],
                "promised": quantity,
                "reserved": 0,
            }
            for (business, trade), ledger in self.promised.items()
            for day, quantity in sorted(ledger.items())
            if day >= self.today
        ]
        if rows:
            db.session.execute(insert(CapacityDay), rows)
        for business, numbers in sorted(self.records.items()):
            db.session.execute(update(Business).where(Business.id == business).values(**numbers))


def _nib(w: Written) -> set[str]:
    return {"NIB"} if w.seed.nib else set()
