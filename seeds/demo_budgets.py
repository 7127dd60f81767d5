"""The training money of the demo city: a budget of last year, one of this year and, once its cohorts are planned, one
of next year; and what cohorts bind and spend.

Whoever writes cohorts asks `fits` first, then calls `commit` with the day it was planned, `pay` once its days are over
(or some of them), `release` when it was cancelled or everything is paid. `finish` writes the codes and the journal.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.models import db
from marketplace.models.budgets import Commitment, Expense, Virement
from marketplace.models.documents import Document
from marketplace.models.training import Budget, BudgetLine, Cohort, Package
from marketplace.rules.budgets import PayeeKind
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.packages import costs_of
from marketplace.rules.policy import Actor, Role
from marketplace.rules.training import SpendingKind
from marketplace.services.training.expenses import journal_of
from seeds.demo_events import Chronicle
from seeds.demo_people import People
from seeds.demo_registry import moment
from seeds.documents import pdf
from seeds.packages import read_unit_costs

CEILING = 3_400_000_000
"""Rupiah a year, as reported of Cilegon's DAK non-fisik (megatrust.co.id 2024-11-25)."""
FIRST_CEILING = 3_200_000_000
"""What was granted at first (magentatoday.id 2024-11-22)."""
NEXT_CEILING = 3_000_000_000
"""What next year is planned with until the ministry has told its allocation; an invented figure."""
LEFT_OPEN = 60_000_000
"""Rupiah of the ceiling that no line has."""
SOURCE = "DAK non-fisik PK2UMK"
USUAL_RUNS = {
    "WIRAUSAHA-DASAR": 8, "KEUANGAN": 6, "PEMASARAN": 6, "DIGITAL": 4, "HIGIENE-PANGAN": 5, "KEMITRAAN": 2,
    "PRODUKSI-MUTU": 2, "PAJAK": 1, "WIRAUSAHA-TUMBUH": 1, "KOMP-WIRAUSAHA": 3, "KOMP-MASAK": 3, "KOMP-JAHIT": 2,
    "KOMP-LAUNDRY": 1, "SERT-HALAL": 8, "SERT-SLHS": 4, "SERT-PIRT": 2, "SERT-MEREK": 2, "SERT-SNI": 1,
    "SERT-ISO9001": 1, "INKUBASI": 2, "KOP-KELOLA": 2, "KOP-SIMPANPINJAM": 1,
}  # fmt: skip
"""Cohorts a year by package that the lines are cut for; what a year really ran may differ within them."""
STEP = 5_000_000
PAYEES = {
    SpendingKind.TRAINER: PayeeKind.TRAINER,
    SpendingKind.MEALS: PayeeKind.BUSINESS,
    SpendingKind.TRANSPORT: PayeeKind.PARTICIPANT,
    SpendingKind.VENUE: PayeeKind.COMPANY,
    SpendingKind.MATERIALS: PayeeKind.BUSINESS,
    SpendingKind.TEST: PayeeKind.ISSUER,
    SpendingKind.CERTIFICATE: PayeeKind.ISSUER,
    SpendingKind.MENTOR: PayeeKind.MENTOR,
}
FOR = {
    SpendingKind.TRAINER: "Honor narasumber",
    SpendingKind.MEALS: "Makan siang dan kudapan peserta",
    SpendingKind.TRANSPORT: "Transpor peserta",
    SpendingKind.VENUE: "Sewa ruang pelatihan",
    SpendingKind.MATERIALS: "Modul, alat tulis, dan bahan praktik",
    SpendingKind.TEST: "Uji kompetensi",
    SpendingKind.CERTIFICATE: "Biaya penerbitan sertifikat",
    SpendingKind.MENTOR: "Honor pendamping",
}
OFFICE = ("Cetak panduan peserta", "Spanduk dan papan nama", "Penggandaan formulir pendaftaran")
LATE = {SpendingKind.TEST: 14, SpendingKind.CERTIFICATE: 21, SpendingKind.MENTOR: 10}
"""Days after the cohort's last day at which a kind is paid; the others within the week."""
LOOKING_AHEAD = timedelta(days=75)
"""Next year's budget is opened when its first cohorts are to be planned, so long before the year."""
DRAWN_UP = timedelta(days=50)
"""How long before the present next year's budget was opened: before the first cohort on it was planned."""
UNPROVEN = 0.05
"""Share of expenses whose receipt is still to come."""
RECEIPT = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 160]/Contents 4 0 R/Resources<</Font<</F<</Type/Font"
    b"/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length 62>>stream\n"
    b"BT /F 14 Tf 24 100 Td (Kuitansi contoh, kota demo) Tj ET      \nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(frozen=True)
class _Paid:
    """An expense to be written at the end, when its code is known."""

    budget: Budget
    line: BudgetLine
    cohort: Cohort | None
    spent_on: date
    amount: int
    quantity: int
    text: str


class Money:
    """The budgets, and the only way in which the demo city's cohorts touch them."""

    def __init__(
        self, people: People, chronicle: Chronicle, luck: Random, code: Callable[[str, datetime], str], at: datetime
    ) -> None:
        self.head: Actor = people.actors[(Role.HEAD, None, None)]
        self.clerk: Actor = people.actors[(Role.CLERK, None, None)]
        self.chronicle, self.luck, self.code, self.at = chronicle, luck, code, at
        self.today = jakarta_date(at)
        self.most = read_unit_costs()
        query = select(Package).options(selectinload(Package.costs)).order_by(Package.id)
        self.packages = {package.code: package for package in db.session.scalars(query)}
        self.bound: dict[int, dict[SpendingKind, Commitment]] = defaultdict(dict)
        self.paid: list[_Paid] = []
        years = (self.today.year - 1, self.today.year)
        self.budgets = {year: self._open(year) for year in years}
        if (self.today + LOOKING_AHEAD).year > self.today.year:
            self.budgets[self.today.year + 1] = self._open_next(self.today.year + 1)

    # -- what those who write cohorts call --------------------------------------------

    def budget(self, year: int) -> Budget:
        """The budget of a year."""
        return self.budgets[year]

    def fits(self, package: Package, seats: int, year: int) -> bool:
        """Whether the lines still have what a cohort of `seats` asks for."""
        lines = self._lines(self.budgets[year])
        wanted = self._wanted(package, seats)
        return all(kind in lines and lines[kind].allotted - lines[kind].committed >= a for kind, a in wanted.items())

    def commit(self, cohort: Cohort, at: datetime) -> None:
        """Bind what a flushed cohort asks for; `fits` must have said so."""
        budget = next(b for b in self.budgets.values() if b.id == cohort.budget_id)
        lines = self._lines(budget)
        wanted = self._wanted(self._package(cohort), cohort.seats)
        for kind, amount in wanted.items():
            lines[kind].committed += amount
            row = Commitment(cohort_id=cohort.id, line_id=lines[kind].id, budget_id=budget.id, amount=amount, spent=0)
            db.session.add(row)
            self.bound[cohort.id][kind] = row
        self._note_bound("budget.commit", cohort, budget, wanted, at)

    def pay(self, cohort: Cohort, heads: int) -> None:
        """Pay what `heads` who came cost, as far as its days (and the usual delay after them) have passed."""
        budget = next(b for b in self.budgets.values() if b.id == cohort.budget_id)
        lines = self._lines(budget)
        for cost in self._package(cohort).costs:
            row = self.bound[cohort.id].get(cost.kind)
            amount = cost.per_head * min(heads, cohort.seats) + cost.per_cohort
            day = cohort.ends_on + timedelta(days=LATE.get(cost.kind, self.luck.randint(0, 6)))
            last = date(budget.year, 12, 31)
            if row is None or not amount or min(day, last) >= self.today:
                continue
            row.spent += amount
            lines[cost.kind].realised += amount
            quantity = -(-amount // self.most[cost.kind])
            text = f"{FOR[cost.kind]}, {cohort.code}"
            self.paid.append(_Paid(budget, lines[cost.kind], cohort, min(day, last), amount, quantity, text))

    def release(self, cohort: Cohort, at: datetime) -> None:
        """Give back what the cohort has not spent: it was cancelled, or all of it is paid."""
        budget = next(b for b in self.budgets.values() if b.id == cohort.budget_id)
        lines = self._lines(budget)
        given: dict[SpendingKind, int] = {}
        for kind, row in self.bound[cohort.id].items():
            if row.amount > row.spent:
                given[kind] = row.spent - row.amount
                lines[kind].committed += given[kind]
                row.amount = row.spent
        if given:
            self._note_bound("budget.release", cohort, budget, given, at)

    def finish(self) -> None:
        """Write the office's own expenses, every expense with its code and receipt, a counter entry and a virement."""
        for budget in self.budgets.values():
            self._office(budget)
            self._vire(budget)
        receipts: dict[str, Document] = {}
        written = [self._write(paid, receipts) for paid in sorted(self.paid, key=_order)]
        for budget in self.budgets.values():
            self._mistake(next((e for e in written if e.budget_id == budget.id and e.cohort_id is None), None))
        db.session.flush()

    # -- parts -----------------------------------------------------------------------

    def _open(self, year: int) -> Budget:
        budget = self._new(year, CEILING)
        opened = moment(date(year, 1, 6))
        self._note(opened, "budget.open", budget, {"year": year, "source": SOURCE, "ceiling": FIRST_CEILING})
        raised = moment(date(year, 1, 15))
        change = {"before": FIRST_CEILING, "after": CEILING}
        self._note(raised, "budget.ceiling", budget, change, reason="Penetapan alokasi oleh kementerian")
        self._allot(budget, moment(date(year, 1, 20)))
        return budget

    def _open_next(self, year: int) -> Budget:
        budget, opened = self._new(year, NEXT_CEILING), moment(self.today - DRAWN_UP)
        self._note(opened, "budget.open", budget, {"year": year, "source": SOURCE, "ceiling": NEXT_CEILING})
        self._allot(budget, opened + timedelta(hours=2))
        return budget

    def _new(self, year: int, ceiling: int) -> Budget:
        budget = Budget(code=str(year), year=year, source=SOURCE, ceiling=ceiling)
        db.session.add(budget)
        db.session.flush()
        return budget

    def _allot(self, budget: Budget, when: datetime) -> None:
        """Cut the ceiling into lines."""
        for kind, amount in self._shares(budget.ceiling).items():
            line = BudgetLine(
                budget_id=budget.id, kind=kind, unit_cost=self.most[kind], allotted=amount, committed=0, realised=0
            )
            budget.lines.append(line)
            after = {"allotted": amount, "unit_cost": self.most[kind]}
            self._note(when, "budget.line", budget, {"kind": kind, "before": {}, "after": after})
        budget.allotted = sum(line.allotted for line in budget.lines)
        db.session.flush()

    def _shares(self, ceiling: int) -> dict[SpendingKind, int]:
        """A ceiling cut by what the usual year costs of each kind, in steps of five million."""
        asked: Counter[SpendingKind] = Counter()
        for code, runs in USUAL_RUNS.items():
            package = self.packages[code]
            for kind, amount in self._wanted(package, package.seats).items():
                asked[kind] += amount * runs
        whole = ceiling - LEFT_OPEN
        total = sum(asked.values())
        return {kind: asked[kind] * whole // total // STEP * STEP for kind in SpendingKind if asked[kind]}

    def _wanted(self, package: Package, seats: int) -> dict[SpendingKind, int]:
        return costs_of([cost.as_cost() for cost in package.costs], seats)

    def _package(self, cohort: Cohort) -> Package:
        return next(p for p in self.packages.values() if p.id == cohort.package_id)

    def _lines(self, budget: Budget) -> dict[SpendingKind, BudgetLine]:
        return {line.kind: line for line in budget.lines}

    def _office(self, budget: Budget) -> None:
        """A small expense of the office each quarter that has begun."""
        line = self._lines(budget)[SpendingKind.MATERIALS]
        for month in (2, 5, 8, 11):
            day, amount = date(budget.year, month, 12), 100_000 * self.luck.randint(6, 24)
            if day < self.today and line.allotted - line.committed >= amount:
                line.committed += amount
                line.realised += amount
                text = self.luck.choice(OFFICE)
                quantity = -(-amount // self.most[line.kind])
                self.paid.append(_Paid(budget, line, None, day, amount, quantity, text))

    def _vire(self, budget: Budget) -> None:
        lines = self._lines(budget)
        source, target = lines[SpendingKind.VENUE], lines[SpendingKind.TEST]
        when, amount = moment(date(budget.year, 8, 18)), 15_000_000
        if when >= self.at or source.allotted - source.committed < amount:
            return
        source.allotted -= amount
        target.allotted += amount
        why = "Aula kecamatan dipinjam gratis; kursi uji kompetensi ditambah"
        db.session.add(
            Virement(
                budget_id=budget.id,
                source_id=source.id,
                target_id=target.id,
                amount=amount,
                reason=why,
                moved_at=when,
                moved_by_id=self.head.user_id,
            )
        )
        moved = {"source": source.kind, "target": target.kind, "amount": amount}
        self._note(when, "budget.vire", budget, moved, reason=why)

    def _write(self, paid: _Paid, receipts: dict[str, Document]) -> Expense:
        recorded = min(moment(paid.spent_on + timedelta(days=1)), self.at - timedelta(hours=1))
        document = None if self.luck.random() < UNPROVEN else self._receipt(paid, receipts, recorded)
        made = Expense(
            code=self.code("PB", recorded),
            budget_id=paid.budget.id,
            line_id=paid.line.id,
            cohort_id=paid.cohort.id if paid.cohort else None,
            spent_on=paid.spent_on,
            amount=paid.amount,
            quantity=paid.quantity,
            payee=PAYEES[paid.line.kind],
            text=paid.text,
            document_id=document.id if document else None,
            recorded_at=recorded,
            recorded_by_id=self.clerk.user_id,
        )
        db.session.add(made)
        db.session.flush()
        details = journal_of(made, paid.budget, paid.line, paid.cohort)
        self._note(recorded, "expense.record", made, details, self.clerk)
        return made

    def _receipt(self, paid: _Paid, receipts: dict[str, Document], at: datetime) -> Document:
        """One scan for all that was paid for a cohort, one for the office."""
        name = f"kuitansi-{paid.cohort.code if paid.cohort else paid.budget.code}.pdf"
        if name not in receipts:
            receipts[name] = pdf(name, RECEIPT, f"{self.luck.getrandbits(256):064x}", self.clerk.user_id, at)
            db.session.add(receipts[name])
            db.session.flush()
        return receipts[name]

    def _mistake(self, expense: Expense | None) -> None:
        """The first expense of the office was written down twice: its counter entry takes the second one back."""
        if expense is None:
            return
        budget = self.budgets[expense.spent_on.year]
        line = self._lines(budget)[SpendingKind.MATERIALS]
        when = expense.recorded_at + timedelta(hours=3)
        double = self._copy(expense, when, corrects_id=None, text=expense.text)
        self._note(when, "expense.record", double, journal_of(double, budget, line, None), self.clerk)
        later, why = when + timedelta(hours=1), "Tercatat dua kali"
        back = self._copy(double, later, corrects_id=double.id, text=why)
        details = journal_of(back, budget, line, None) | {"corrects": double.code}
        self._note(later, "expense.counter", back, details, self.clerk, reason=why)

    def _copy(self, of: Expense, at: datetime, corrects_id: int | None, text: str) -> Expense:
        kept = ("budget_id", "line_id", "spent_on", "amount", "quantity", "payee", "recorded_by_id")
        values = {name: getattr(of, name) for name in kept}
        made = Expense(code=self.code("PB", at), corrects_id=corrects_id, text=text, recorded_at=at, **values)
        db.session.add(made)
        db.session.flush()
        return made

    def _note_bound(
        self, verb: str, cohort: Cohort, budget: Budget, added: dict[SpendingKind, int], at: datetime
    ) -> None:
        details = {
            "cohort": cohort.code,
            "package": self._package(cohort).code,
            "seats": cohort.seats,
            "added": {str(kind): amount for kind, amount in added.items()},
        }
        self._note(at, verb, budget, details, self.clerk)

    def _note(
        self, at: datetime, verb: str, thing: object, details: object, actor: Actor | None = None, reason: str = ""
    ) -> None:
        plain = json.loads(json.dumps(details, default=str))
        self.chronicle.note(at, verb, thing, actor or self.head, reason=reason, details=plain)


def _order(paid: _Paid) -> tuple[date, str]:
    return paid.spent_on, paid.text
