"""The report of training money and people: reproducible from the journal, and as it was at the end of any month."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.training import Budget, Cohort, Enrolment, Package
from marketplace.reads.training.reports import Report, allotted_at, last_day, report_of
from marketplace.rules.budgets import PayeeKind, Spent, TargetPart, Transfer
from marketplace.rules.businesses import Gender
from marketplace.rules.certificates import CertificateState
from marketplace.rules.policy import Actor, Role
from marketplace.rules.refusals import Invalid
from marketplace.rules.training import EnrolmentState, SpendingKind
from marketplace.services import journal, moves
from marketplace.services.training import budgets, expenses, targets
from tests.factories import accounts, businesses, training

MEALS, TRAINER = SpendingKind.MEALS, SpendingKind.TRAINER
E = EnrolmentState
LATER = date(2027, 2, 1)
"""A day from which the whole year is past."""


def on(month: int, day: int = 10) -> datetime:
    return datetime(2026, month, day, 3, tzinfo=UTC)


class Year:
    """A year of training: three cohorts of two packages, their people, expenses, a counter entry and a virement."""

    def __init__(self) -> None:
        self.head: Actor = accounts.actor(Role.HEAD)
        self.clerk: Actor = accounts.actor(Role.CLERK)
        self.budget = budgets.open_year(2026, "DAK", 10_000_000, self.head, on(1))
        budgets.set_line(self.budget, MEALS, allotted=4_000_000, unit_cost=0, actor=self.head, at=on(1))
        budgets.set_line(self.budget, TRAINER, allotted=4_000_000, unit_cost=0, actor=self.head, at=on(1, 11))
        self.basic, self.halal = training.package(name="Dasar"), training.package(name="Halal")
        self.people = 0
        first = self.run(self.basic, date(2026, 3, 2), {E.PASSED: 2, E.FAILED: 1, E.DROPPED: 1})
        self.run(self.basic, date(2026, 6, 1), {E.CERTIFIED: 1, E.ATTENDING: 1})
        self.run(self.halal, date(2026, 6, 8), {E.CERTIFIED: 2, E.INVITED: 3})
        wrong = self.pay(4, 70_000)
        self.pay(3, 50_000, first)
        self.pay(6, 20_000, first, TRAINER)
        expenses.counter(wrong, "Salah catat", self.clerk, on(9))
        budgets.vire(self.budget, Transfer(MEALS, TRAINER, 500_000, "Jam tambahan"), self.head, on(7))
        budgets.change_ceiling(self.budget, 12_000_000, "Tambahan dari provinsi", self.head, on(8))

    def run(self, package: Package, first: date, states: dict[EnrolmentState, int]) -> Cohort:
        cohort = training.cohort(self.budget, package, seats=10, starts_on=first, ends_on=first + timedelta(days=2))
        details: dict[str, object] = {"package": package.code, "seats": 10, "days": [first, cohort.ends_on]}
        journal.record("cohort.plan", cohort, self.clerk, on(2), details=details)
        budgets.commit_cohort(cohort, self.clerk, on(2))
        for state, heads in states.items():
            for _ in range(heads):
                self.enrol(cohort, state, on(first.month, first.day + 5))
        return cohort

    def enrol(self, cohort: Cohort, state: EnrolmentState, at: datetime) -> None:
        self.people += 1
        business = businesses.business(
            f"Usaha {self.people}",
            owner_gender=Gender.FEMALE if self.people % 3 else Gender.MALE,
            area_code=f"36.72.0{1 + self.people % 2}.1001",
        )
        made = Enrolment(
            cohort_id=cohort.id,
            package_id=cohort.package_id,
            business_id=business.id,
            token=f"t{self.people}",
            invited_at=at,
        )
        db.session.add(made)
        details: dict[str, object] = {"cohort": cohort.code, "business": business.code}
        journal.record("enrolment.invite", made, self.clerk, at, moved=("", "invited"), details=details)
        ways = {
            E.INVITED: (),
            E.DROPPED: ("drop",),
            E.ATTENDING: ("apply", "select", "attend"),
            E.FAILED: ("apply", "select", "attend", "fail"),
            E.PASSED: ("apply", "select", "attend", "pass"),
            E.CERTIFIED: ("apply", "select", "attend", "pass", "certify"),
        }
        for verb in ways[state]:
            moves.move(made, verb, self.clerk, at, **_needed(made, verb, at))

    def pay(self, month: int, amount: int, cohort: Cohort | None = None, kind: SpendingKind = MEALS):  # type: ignore[no-untyped-def]
        spent = Spent(kind, amount, date(2026, month, 20), PayeeKind.COMPANY, "Contoh")
        return expenses.realise(self.budget, spent, self.clerk, on(month, 21), cohort=cohort)


def _needed(enrolment: Enrolment, verb: str, _at: datetime) -> dict[str, Any]:
    """What a step notes beside the state: with a certification, the verified certificate."""
    if verb != "certify":
        return {}
    return {"also": {"certificate_id": businesses.certificate(enrolment.business, "HALAL").id}}


@pytest.fixture
def year(app: Flask) -> Year:
    return Year()


# -- the same figures from the journal alone ---------------------------------------------


class Rebuilt:
    """The figures of a report, from events only: no row of budgets, expenses, cohorts or enrolments is read."""

    def __init__(self, month: int) -> None:
        self.ceiling = 0
        self.allotted: Counter[str] = Counter()
        self.by_kind: Counter[tuple[str, int]] = Counter()
        self.by_package: Counter[tuple[str, int]] = Counter()
        self.cohorts: dict[str, tuple[str, date, int]] = {}
        self.enrolments: dict[int, tuple[str, int]] = {}
        self.states: dict[int, str] = {}
        end = datetime(2026, month, last_day(2026, month).day, 17, tzinfo=UTC)
        for event in db.session.query(Event).order_by(Event.seq):
            self.read(event, event.details, month, before=event.at < end)

    def read(self, event: Event, said: dict[str, Any], month: int, before: bool) -> None:
        if event.verb == "budget.open":
            self.ceiling = said["ceiling"]
        elif event.verb == "budget.ceiling" and before:
            self.ceiling = said["after"]
        elif event.verb == "budget.line" and before:
            self.allotted[said["kind"]] = said["after"]["allotted"]
        elif event.verb == "budget.vire" and before:
            self.allotted[said["source"]] -= said["amount"]
            self.allotted[said["target"]] += said["amount"]
        elif event.verb.startswith("expense.") and date.fromisoformat(said["spent_on"]).month <= month:
            of = date.fromisoformat(said["spent_on"]).month
            self.by_kind[said["kind"], of] += said["amount"]
            self.by_package[said["package"], of] += said["amount"]
        elif event.verb == "cohort.plan":
            first = date.fromisoformat(said["days"][0])
            if first.month <= month:
                self.cohorts[event.thing_code] = said["package"], first, said["seats"]
        elif event.thing_type == "enrolments":
            if event.verb == "enrolment.invite":
                self.enrolments[event.thing_id] = said["cohort"], event.business_id or 0
            self.states[event.thing_id] = event.to_state

    def who(self, *states: str) -> list[tuple[str, int, int]]:
        """(package, month, business) of everybody who stands in one of the states."""
        found = []
        for number, (code, business) in self.enrolments.items():
            if self.states[number] in states and code in self.cohorts:
                package, first, _ = self.cohorts[code]
                found.append((package, first.month, business))
        return found


CAME = ("attending", "passed", "failed", "certified")


@pytest.mark.parametrize("month", [2, 3, 4, 6, 7, 9, 12])
def test_every_figure_is_rebuilt_from_the_journal(year: Year, month: int) -> None:
    report, rebuilt = report_of(year.budget, month, LATER), Rebuilt(month)
    assert report.ceiling == rebuilt.ceiling
    assert {str(line.kind): line.allotted for line in report.lines} == dict(rebuilt.allotted)
    money = {(str(line.kind), n): amount for line in report.lines for n, amount in line.money.items()}
    assert {k: v for k, v in money.items() if v} == {k: v for k, v in rebuilt.by_kind.items() if v}
    by_package = {(_code(a.package), n): v for a in report.activities for n, v in a.money.items() if v}
    assert by_package == {k: v for k, v in rebuilt.by_package.items() if v}
    came = rebuilt.who(*CAME)
    heads = {(_code(a.package), n): v for a in report.activities for n, v in a.heads.items()}
    assert heads == dict(Counter((package, n) for package, n, _ in came))
    assert report.people.passed == len(rebuilt.who("passed", "certified"))
    assert report.people.certified == len(rebuilt.who("certified"))
    assert report.seats == sum(seats for _, _, seats in rebuilt.cohorts.values())
    registry = {b.id: b for b in db.session.query(Business)}
    genders = Counter(str(registry[business].owner_gender) for _, _, business in came)
    assert {p.key: p.people.came for p in report.genders if p.people.came} == dict(genders)
    kecamatan = Counter((registry[business].area_code or "")[:8] for _, _, business in came)
    assert {p.key: p.people.came for p in report.kecamatan if p.people.came} == dict(kecamatan)


def _code(package: Package | None) -> str:
    return package.code if package else ""


# -- what the figures are ------------------------------------------------------------------


def figures(report: Report) -> tuple[int, int, int, int]:
    people = report.people
    return report.realised, people.came, people.passed, people.certified


def test_each_month_adds_what_happened_in_it(year: Year) -> None:
    assert figures(report_of(year.budget, 2, LATER)) == (0, 0, 0, 0)
    assert figures(report_of(year.budget, 3, LATER)) == (50_000, 3, 2, 0)
    assert figures(report_of(year.budget, 4, LATER)) == (120_000, 3, 2, 0)
    assert figures(report_of(year.budget, 6, LATER)) == (140_000, 7, 5, 3)
    assert figures(report_of(year.budget, 12, LATER)) == (70_000, 7, 5, 3)


def test_a_certificate_counts_once_it_is_verified_and_not_when_it_is_refused(year: Year) -> None:
    noted = db.session.query(Certificate).all()
    noted[0].state, noted[1].state = CertificateState.SUBMITTED, CertificateState.REJECTED
    db.session.flush()
    assert figures(report_of(year.budget, 6, LATER)) == (140_000, 7, 5, 1)


def test_lines_and_ceiling_are_those_of_the_months_end(year: Year) -> None:
    assert allotted_at(year.budget, on(1, 11)) == (10_000_000, {MEALS: 4_000_000})
    june, july = report_of(year.budget, 6, LATER), report_of(year.budget, 7, LATER)
    assert {line.kind: line.allotted for line in june.lines} == {MEALS: 4_000_000, TRAINER: 4_000_000}
    assert {line.kind: line.allotted for line in july.lines} == {MEALS: 3_500_000, TRAINER: 4_500_000}
    assert (july.ceiling, report_of(year.budget, 8, LATER).ceiling) == (10_000_000, 12_000_000)


def test_targets_stand_beside_who_came_and_transfers_from_their_day(year: Year) -> None:
    heads = {
        (TargetPart.GENDER, "female"): 6,
        (TargetPart.GENDER, "male"): 4,
        (TargetPart.KECAMATAN, "36.72.01"): 10,
    }
    assert targets.set_targets(year.budget, heads, year.head, on(2))
    assert not targets.set_targets(year.budget, heads, year.head, on(2))
    with pytest.raises(Invalid):
        targets.set_targets(year.budget, {**heads, (TargetPart.GENDER, "male"): 5}, year.head, on(2))
    targets.receive(year.budget, 1, 5_000_000, date(2026, 4, 2), year.head, on(5))
    for stage, amount in ((1, 1), (2, 8_000_000), (3, 1)):
        with pytest.raises(Invalid):
            targets.receive(year.budget, stage, amount, date(2026, 5, 2), year.head, on(5, 11))
    report = report_of(year.budget, 6, LATER)
    female = next(part for part in report.genders if part.word is Gender.FEMALE)
    assert (female.target, female.people.came) == (6, 5)
    assert [receipt.amount for receipt in report.receipts] == [5_000_000]
    assert report_of(year.budget, 3, LATER).receipts == []


def test_a_budget_without_anything_has_an_empty_report(app: Flask) -> None:
    of: Budget = budgets.open_year(2026, "APBD", 1_000, accounts.actor(Role.HEAD), on(1))
    report = report_of(of, 12, LATER)
    assert (report.realised, report.share, report.people.came) == (0, 0.0, 0)
    assert [part.people.came for part in report.genders] == [0, 0]


def test_a_month_that_is_not_over_is_told_up_to_today(year: Year) -> None:
    today = date(2026, 6, 9)
    assert report_of(year.budget, 6, today).until == today
    assert report_of(year.budget, 12, today).until == today
    assert report_of(year.budget, 5, today).until == date(2026, 5, 31)
