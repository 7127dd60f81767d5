"""What the ministry and the mayor are told: money and people of a budget, by activity and month, up to a month.

Money counts by the day of its receipt, people by the first day of their cohort. What lines and ceiling were at the end
of the month is read from the journal, since both change within a year; all the rest from the rows themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import extract, func, select

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.audit import Event
from marketplace.models.budgets import BudgetReceipt, BudgetTarget, Expense
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.training import Budget, BudgetLine, Cohort, Enrolment, Package
from marketplace.reads.training.budgets import SIGNED
from marketplace.rules.budgets import TargetPart
from marketplace.rules.businesses import Gender
from marketplace.rules.calendars import from_jakarta
from marketplace.rules.certificates import CertificateState
from marketplace.rules.packages import Programme
from marketplace.rules.training import CohortState, EnrolmentState, SpendingKind

E = EnrolmentState
CAME = (E.ATTENDING, E.PASSED, E.FAILED, E.CERTIFIED)
"""States of those who came at least once."""
PASSED = (E.PASSED, E.CERTIFIED)


@dataclass
class People:
    """Participants who came, who passed, and whose certificate that the package led to is verified."""

    came: int = 0
    passed: int = 0
    certified: int = 0

    def add(self, state: EnrolmentState, heads: int, verified: bool) -> None:
        """Count `heads` in a state; `verified` is whether the certificate noted for them is."""
        self.came += heads if state in CAME else 0
        self.passed += heads if state in PASSED else 0
        self.certified += heads if state is E.CERTIFIED and verified else 0


@dataclass
class Activity:
    """A package in the year; without one, what was spent for no single package. `seats` is its target of people."""

    package: Package | None
    cohorts: int = 0
    seats: int = 0
    people: People = field(default_factory=People)
    money: dict[int, int] = field(default_factory=dict)
    """Rupiah by month (1 to 12)."""
    heads: dict[int, int] = field(default_factory=dict)
    """Who came, by month of their cohort's first day."""

    @property
    def realised(self) -> int:
        """Rupiah spent up to the report's month."""
        return sum(self.money.values())


@dataclass(frozen=True)
class LineReport:
    """A kind of spending: rupiah allotted at the end of the month, and spent in each month up to it."""

    kind: SpendingKind
    allotted: int
    money: dict[int, int]

    @property
    def realised(self) -> int:
        """Rupiah spent up to the report's month."""
        return sum(self.money.values())


@dataclass(frozen=True)
class Part:
    """Participants of a gender or a kecamatan against their target. `word` or `name` says which; neither: unknown."""

    key: str
    people: People
    target: int | None
    word: Gender | None = None
    name: str = ""


@dataclass(frozen=True)
class Report:
    """A budget up to the end of a month, or up to `today` while that has not come."""

    budget: Budget
    month: int
    today: date
    ceiling: int
    lines: Sequence[LineReport]
    activities: Sequence[Activity]
    genders: Sequence[Part]
    kecamatan: Sequence[Part]
    receipts: Sequence[BudgetReceipt]

    @property
    def months(self) -> range:
        """The months that the report covers."""
        return range(1, self.month + 1)

    @property
    def until(self) -> date:
        """The last day of the report: never one to come."""
        return min(last_day(self.budget.year, self.month), self.today)

    @property
    def realised(self) -> int:
        """Rupiah spent."""
        return sum(line.realised for line in self.lines)

    @property
    def share(self) -> float:
        """The part of the ceiling that is spent."""
        return self.realised / self.ceiling if self.ceiling else 0.0

    @property
    def seats(self) -> int:
        """The target of people: the seats of all cohorts up to the month."""
        return sum(activity.seats for activity in self.activities)

    @property
    def people(self) -> People:
        """All participants."""
        parts = [activity.people for activity in self.activities]
        return People(sum(p.came for p in parts), sum(p.passed for p in parts), sum(p.certified for p in parts))

    @property
    def by_programme(self) -> dict[Programme, list[Activity]]:
        """Activities of a package under their field."""
        found: dict[Programme, list[Activity]] = defaultdict(list)
        for activity in self.activities:
            if activity.package is not None:
                found[activity.package.programme].append(activity)
        return found


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def report_of(budget: Budget, month: int, today: date) -> Report:
    """The report of a budget up to the end of `month` (1 to 12), or up to `today` while that has not come."""
    until = min(last_day(budget.year, month), today)
    ceiling, allotted = allotted_at(budget, from_jakarta(until + timedelta(days=1), time()))
    targets = {
        (t.part, t.key): t.heads for t in db.session.scalars(select(BudgetTarget).filter_by(budget_id=budget.id))
    }
    seated = _seated(budget, until)
    return Report(
        budget=budget,
        month=month,
        today=today,
        ceiling=ceiling,
        lines=_lines(budget, month, allotted),
        activities=_activities(budget, month, until, seated),
        genders=_genders(seated, targets),
        kecamatan=_kecamatan(seated, targets),
        receipts=_receipts(budget, until),
    )


def allotted_at(budget: Budget, end: datetime) -> tuple[int, dict[SpendingKind, int]]:
    """The ceiling and what each line had (rupiah) just before `end`, from the journal alone."""
    query = select(Event).where(Event.thing_type == "budgets", Event.thing_id == budget.id, Event.at < end)
    ceiling, lines = 0, Counter[SpendingKind]()
    for event in db.session.scalars(query.order_by(Event.seq)):
        said: dict = event.details  # type: ignore[type-arg]
        if event.verb == "budget.open":
            ceiling = int(said["ceiling"])
        elif event.verb == "budget.ceiling":
            ceiling = int(said["after"])
        elif event.verb == "budget.line":
            lines[SpendingKind(said["kind"])] = int(said["after"]["allotted"])
        elif event.verb == "budget.vire":
            lines[SpendingKind(said["source"])] -= int(said["amount"])
            lines[SpendingKind(said["target"])] += int(said["amount"])
    return ceiling, dict(lines)


# -- money ---------------------------------------------------------------------------


def _lines(budget: Budget, month: int, allotted: dict[SpendingKind, int]) -> list[LineReport]:
    of = extract("month", Expense.spent_on)
    query = (
        select(BudgetLine.kind, of, func.sum(SIGNED))
        .join(BudgetLine, BudgetLine.id == Expense.line_id)
        .where(Expense.budget_id == budget.id, of <= month)
        .group_by(BudgetLine.kind, of)
    )
    spent: dict[SpendingKind, dict[int, int]] = defaultdict(dict)
    for kind, number, amount in db.session.execute(query):
        spent[kind][int(number)] = int(amount)
    return [
        LineReport(kind, allotted.get(kind, 0), spent.get(kind, {}))
        for kind in SpendingKind
        if kind in allotted or kind in spent
    ]


def _spent_by_package(budget: Budget, month: int) -> dict[int | None, dict[int, int]]:
    of = extract("month", Expense.spent_on)
    query = (
        select(Cohort.package_id, of, func.sum(SIGNED))
        .select_from(Expense)
        .outerjoin(Cohort, Cohort.id == Expense.cohort_id)
        .where(Expense.budget_id == budget.id, of <= month)
        .group_by(Cohort.package_id, of)
    )
    found: dict[int | None, dict[int, int]] = defaultdict(dict)
    for package_id, number, amount in db.session.execute(query):
        found[package_id][int(number)] = int(amount)
    return found


def _receipts(budget: Budget, until: date) -> list[BudgetReceipt]:
    query = select(BudgetReceipt).where(BudgetReceipt.budget_id == budget.id, BudgetReceipt.received_on <= until)
    return list(db.session.scalars(query.order_by(BudgetReceipt.stage)))


# -- people --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seated:
    """How many of one kind came to cohorts of a package that began in a month."""

    package_id: int
    month: int
    state: EnrolmentState
    gender: Gender | None
    kecamatan: str
    verified: bool
    """Whether the certificate noted for them is verified."""
    heads: int


def _seated(budget: Budget, until: date) -> list[_Seated]:
    month = extract("month", Cohort.starts_on)
    certificate = Certificate.state
    columns = (Cohort.package_id, month, Enrolment.state, Business.owner_gender, Area.kecamatan_code, certificate)
    query = (
        select(*columns, func.count())
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Business, Business.id == Enrolment.business_id)
        .outerjoin(Area, Area.code == Business.area_code)
        .outerjoin(Certificate, Certificate.id == Enrolment.certificate_id)
        .where(Cohort.budget_id == budget.id, Cohort.starts_on <= until, Enrolment.state.in_(CAME))
        .group_by(*columns)
    )
    return [
        _Seated(package_id, int(number), state, gender, code or "", noted is CertificateState.VERIFIED, int(heads))
        for package_id, number, state, gender, code, noted, heads in db.session.execute(query)
    ]


def _activities(budget: Budget, month: int, until: date, seated: Iterable[_Seated]) -> list[Activity]:
    planned = (
        select(Cohort.package_id, func.count(), func.sum(Cohort.seats))
        .where(Cohort.budget_id == budget.id, Cohort.starts_on <= until, Cohort.state != CohortState.CANCELLED)
        .group_by(Cohort.package_id)
    )
    runs = {package_id: (int(n), int(seats)) for package_id, n, seats in db.session.execute(planned)}
    money = _spent_by_package(budget, month)
    wanted = runs.keys() | {package_id for package_id in money if package_id is not None}
    packages = db.session.scalars(select(Package).where(Package.id.in_(wanted)).order_by(Package.id))
    found = {p.id: Activity(p, *runs.get(p.id, (0, 0)), money=money.get(p.id, {})) for p in packages}
    for one in seated:
        activity = found[one.package_id]
        activity.people.add(one.state, one.heads, one.verified)
        activity.heads[one.month] = activity.heads.get(one.month, 0) + one.heads
    order = list(Programme)
    rows = sorted(found.values(), key=lambda a: order.index(a.package.programme) if a.package else -1)
    return rows + ([Activity(None, money=money[None])] if None in money else [])


Targets = dict[tuple[TargetPart, str], int]


def _genders(seated: Iterable[_Seated], targets: Targets) -> list[Part]:
    people: dict[Gender | None, People] = defaultdict(People)
    for one in seated:
        people[one.gender].add(one.state, one.heads, one.verified)
    found = [Part(str(g), people[g], targets.get((TargetPart.GENDER, str(g))), word=g) for g in Gender]
    return found + ([Part("", people[None], None)] if people[None].came else [])


def _kecamatan(seated: Iterable[_Seated], targets: Targets) -> list[Part]:
    people: dict[str, People] = defaultdict(People)
    for one in seated:
        people[one.kecamatan].add(one.state, one.heads, one.verified)
    query = select(Area.kecamatan_code, Area.kecamatan).distinct().order_by(Area.kecamatan_code)
    found = [
        Part(code, people[code], targets.get((TargetPart.KECAMATAN, code)), name=name)
        for code, name in db.session.execute(query)
    ]
    return found + ([Part("", people[""], None)] if people[""].came else [])
