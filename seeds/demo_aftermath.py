"""What came of the awards: contracts, weekly deliveries, monthly invoices, payments, ratings, declared spending."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert

from marketplace.models import db
from marketplace.models.awards import Award
from marketplace.models.contracts import Contract, Delivery, Invoice, Payment, Rating
from marketplace.models.spending import Spending
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.contracts import ContractState, DeliveryState, InvoiceState, schedule
from marketplace.rules.negotiations import Side
from seeds.demo_registry import moment
from seeds.demo_tables import read_demo_spending
from seeds.factories import SeedContract, SeedFactory, SeedTender

if TYPE_CHECKING:
    from seeds.demo_history import History


class Aftermath:
    """Writes what follows a final award, up to the present."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.local: dict[tuple[int, str, date], int] = defaultdict(int)

    def contract(self, tender: Tender, award: Award, lot: Lot, story: SeedTender) -> None:
        """The contract of one award with everything that has happened under it."""
        fate = story.contract
        if fate is None or award.final_at is None:
            return
        drafted = award.final_at
        completed = story.outcome == "completed"
        people = self.history.people
        owner = people.owner(award.business_id, self.history.suppliers.names[award.business_id])
        contract = Contract(
            code=self.history.code("SPK", drafted),
            award_id=award.id,
            tender_id=tender.id,
            buyer_id=award.buyer_id,
            business_id=award.business_id,
            state=ContractState.COMPLETED if completed else ContractState.ACTIVE,
            title=f"{tender.title}: {lot.title}"[:200],
            price=award.price,
            quantity=award.quantity,
            quantity_per_day=award.quantity_per_day,
            unit=lot.unit,
            value=award.value,
            start_on=award.start_on,
            end_on=award.end_on,
            payment_days=award.payment_days,
            drafted_at=drafted,
            buyer_confirmed_at=drafted + timedelta(hours=3),
            buyer_confirmed_by_id=people.officer(award.buyer_id).user_id,
            supplier_confirmed_at=drafted + timedelta(hours=8),
            supplier_confirmed_by_id=owner.user_id,
            active_at=drafted + timedelta(hours=8),
            ended_at=moment(min(award.end_on + timedelta(days=3), self.history.today), 4) if completed else None,
        )
        db.session.add(contract)
        db.session.flush()
        self.history.counted["contracts"] += 1
        note = self.history.chronicle.note
        note(drafted, "contract.draft", contract)
        first = people.officer(award.buyer_id)
        note(drafted + timedelta(hours=3), "contract.confirm_first", contract, first, ("drafted", "confirmed"))
        note(drafted + timedelta(hours=8), "contract.confirm_second", contract, owner, ("confirmed", "active"))
        if contract.ended_at:
            note(contract.ended_at, "contract.complete", contract, first, ("active", "completed"))
        self._count_local(award, lot)
        self._bill(contract, self._deliver(contract, lot.weekdays, fate, completed), fate)
        self._rate(contract, fate)

    def _count_local(self, award: Award, lot: Lot) -> None:
        trade = self.history.suppliers.trade_of[lot.category_code]
        assert award.final_at is not None  # noqa: S101  (checked by the caller)
        self.local[(award.buyer_id, trade, award.final_at.date().replace(day=1))] += award.value

    def _deliver(self, contract: Contract, weekdays: int, fate: SeedContract, completed: bool) -> list[Delivery]:
        """The deliveries of its schedule, those due before today sent and accepted."""
        planned = schedule(contract.quantity, contract.start_on, contract.end_on, weekdays)
        deliveries = [
            self._delivery(contract, number, due, quantity, fate, completed)
            for number, (due, quantity) in enumerate(planned, start=1)
        ]
        db.session.add_all(deliveries)
        db.session.flush()
        return [d for d in deliveries if d.accepted_at is not None]

    def _delivery(
        self, contract: Contract, number: int, due: date, quantity: int, fate: SeedContract, completed: bool
    ) -> Delivery:
        luck, history = self.history.luck, self.history
        delivery = Delivery(
            code=history.code("KIR", moment(due), 5),
            contract_id=contract.id,
            number=number,
            due_on=due,
            quantity=quantity,
        )
        history.counted["deliveries"] += 1
        if due >= history.today and not completed:
            return delivery
        on_time = luck.randrange(100) < fate.on_time_percent
        sent = min(
            moment(due + timedelta(days=0 if on_time else 1 + luck.randrange(3))), history.at - timedelta(hours=2)
        )
        accepted = quantity if luck.random() < 0.6 else max(1, quantity * fate.accepted_percent // 100)
        delivery.sent_at, delivery.quantity_sent = sent, quantity
        delivery.accepted_at, delivery.quantity_accepted = sent + timedelta(hours=1), accepted
        delivery.state = DeliveryState.ACCEPTED if accepted == quantity else DeliveryState.PARTIAL
        delivery.accepted_by_id = contract.buyer_confirmed_by_id
        delivery.bast_code = history.code("BAST", sent, 5)
        history.suppliers.record(
            contract.business_id,
            deliveries_total=1,
            deliveries_on_time=int(on_time),
            quantity_sent=quantity,
            quantity_accepted=accepted,
        )
        return delivery

    def _bill(self, contract: Contract, accepted: list[Delivery], fate: SeedContract) -> None:
        """One invoice a month for what was accepted in it; paid once its day came, late as the story says."""
        months: dict[date, list[Delivery]] = defaultdict(list)
        for delivery in accepted:
            months[delivery.due_on.replace(day=1)].append(delivery)
        for month in sorted(months):
            batch = months[month]
            issued = max(d.accepted_at for d in batch if d.accepted_at) + timedelta(days=1)
            if issued > self.history.at:
                continue
            self._invoice(contract, batch, issued, fate)

    def _invoice(self, contract: Contract, batch: list[Delivery], issued: datetime, fate: SeedContract) -> None:
        history = self.history
        due = issued.date() + timedelta(days=contract.payment_days)
        paid = due - timedelta(days=history.luck.randrange(5)) + timedelta(days=fate.late_payment_days)
        settled = paid < history.today
        approved = issued + timedelta(days=2)
        seen = approved < history.at
        state = InvoiceState.PAID if settled else InvoiceState.APPROVED if seen else InvoiceState.ISSUED
        invoice = Invoice(
            code=history.code("INV", issued, 5),
            contract_id=contract.id,
            buyer_id=contract.buyer_id,
            business_id=contract.business_id,
            state=state,
            amount=contract.price * sum(d.quantity_accepted or 0 for d in batch),
            issued_at=issued,
            due_on=due,
            approved_at=approved if seen else None,
            paid_at=moment(paid, 8) if settled else None,
            paid_on=paid if settled else None,
        )
        db.session.add(invoice)
        db.session.flush()
        for delivery in batch:
            delivery.invoice_id = invoice.id
        history.counted["invoices"] += 1
        if settled:
            officer = contract.buyer_confirmed_by_id
            reference = f"TRF-{invoice.id:06d}"
            db.session.add(
                Payment(
                    invoice_id=invoice.id,
                    amount=invoice.amount,
                    paid_on=paid,
                    reference=reference,
                    recorded_at=moment(paid, 8),
                    recorded_by_id=officer,
                )
            )
            history.chronicle.note(moment(paid, 8), "invoice.pay", invoice, moved=("approved", "paid"))

    def _rate(self, contract: Contract, fate: SeedContract) -> None:
        if contract.ended_at is None:
            return
        if fate.rating:
            stars, words = fate.rating, fate.comment
            self._star(contract, Side.BUYER, stars, words)
            self.history.suppliers.record(contract.business_id, rating_count=1, rating_sum=stars)
        if fate.buyer_rating:
            self._star(contract, Side.SUPPLIER, fate.buyer_rating, "")

    def _star(self, contract: Contract, side: Side, stars: int, words: str) -> None:
        assert contract.ended_at is not None  # noqa: S101  (checked by the caller)
        at = contract.ended_at + timedelta(hours=2)
        db.session.add(Rating(contract_id=contract.id, side=side, stars=stars, comment=words, at=at))

    def write_spending(self, plants: Sequence[SeedFactory]) -> None:
        """Each factory's declared spending by trade and month: what its people need, never less than it bought here."""
        luck, today = self.history.luck, self.history.today
        months = _months((today - timedelta(days=730)).replace(day=1), today)
        rates = read_demo_spending()
        rows = []
        for plant in plants:
            bought_in = {trade for buyer, trade, _ in self.local if buyer == plant.number}
            for trade in sorted(bought_in | set(rates)):
                rate = rates.get(trade)
                usual = rate.yearly(plant.workers, plant.contractors) / 12 if rate else 0
                for month in months:
                    bought = self.local.get((plant.number, trade, month), 0)
                    amount = int(max(usual * luck.uniform(0.85, 1.15), bought * luck.uniform(1.05, 1.9)))
                    if amount:
                        rows.append({"buyer_id": plant.number, "trade_code": trade, "month": month, "amount": amount})
        if rows:
            db.session.execute(insert(Spending), rows)


def _months(first: date, last: date) -> list[date]:
    months = []
    while first <= last:
        months.append(first)
        first = (first + timedelta(days=32)).replace(day=1)
    return months
