"""The figures of uptake. Final awards and declared spending of a window are read as plain rows and added up here, so
that every figure of a page comes from the same two statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.awards import Award
from marketplace.models.businesses import Business
from marketplace.models.categories import Category
from marketplace.models.spending import Spending
from marketplace.models.tenders import Lot
from marketplace.rules.awards import AwardState
from marketplace.rules.businesses import Gender, Scale
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.uptake import Period, month_of
from marketplace.rules.words import Word

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Fact:
    """One final award as the figures see it; `value` in rupiah, `month` its first day."""

    month: date
    value: int
    business_id: int
    trade: str
    kecamatan: str
    scale: Scale
    gender: Gender | None


@dataclass(frozen=True)
class Spent:
    """Rupiah that factories declared for one trade in one month."""

    month: date
    trade: str
    amount: int


@dataclass(frozen=True)
class Headline:
    """One period in a sentence: rupiah awarded, rupiah declared in all, suppliers, awards, and the share before."""

    period: Period
    value: int
    spending: int
    suppliers: int
    awards: int
    share_before: float | None

    @property
    def share(self) -> float | None:
        """Awarded over declared; None when nothing was declared."""
        return self.value / self.spending if self.spending else None

    @property
    def points(self) -> int | None:
        """Percentage points by which the share rose (negative: fell) against the period before."""
        if self.share is None or self.share_before is None:
            return None
        return round(self.share * 100) - round(self.share_before * 100)


@dataclass(frozen=True)
class Slice:
    """One bar: its key for the rows behind it, its name (a Word, or Indonesian and English), and what it sums."""

    key: str
    name_id: str
    name_en: str
    value: int
    awards: int
    suppliers: int
    word: Word | None = None
    month: date | None = None
    spending: int | None = None

    @property
    def share(self) -> float | None:
        """Awarded over declared, where spending is declared at this grain."""
        return self.value / self.spending if self.spending else None


Slices = list[Slice]


@dataclass(frozen=True)
class Measured:
    """Every figure of one period: the sentence, the twelve months to its end, and its parts, largest first."""

    headline: Headline
    months: Slices
    trades: Slices
    kecamatan: Slices
    scales: Slices
    genders: Slices


def headline(period: Period, buyer_id: int | None = None) -> Headline:
    """The sentence of one period, of all factories or of one."""
    facts = _facts(period.previous.instants[0], period.instants[1], buyer_id)
    return _headline(period, facts, _spent(period.previous.start, period.after, buyer_id))


def measured(period: Period, buyer_id: int | None = None) -> Measured:
    """Every figure of one period, of all factories or of one."""
    begin = min(period.trend[0], period.previous.start)
    facts = _facts(Period(begin, 1).instants[0], period.instants[1], buyer_id)
    spent = _spent(begin, period.after, buyer_id)
    inside = [f for f in facts if period.holds(f.month)]
    names = {row.code: (row.name_id, row.name_en) for row in db.session.execute(_trades())}
    by_trade = _sums((s.trade, s.amount) for s in spent if period.holds(s.month))
    return Measured(
        headline=_headline(period, facts, spent),
        months=_months(period, facts, spent),
        trades=[
            _slice(key, *names[key], rows, spending=by_trade.get(key, 0))
            for key, rows in _grouped(inside, lambda f: f.trade)
        ],
        kecamatan=[_slice(key, key, key, rows) for key, rows in _grouped(inside, lambda f: f.kecamatan)],
        scales=[_slice(str(key), "", "", rows, word=key) for key, rows in _grouped(inside, lambda f: f.scale)],
        genders=[_slice(str(key or ""), "", "", rows, word=key) for key, rows in _grouped(inside, lambda f: f.gender)],
    )


def _trades() -> Any:
    return select(Category.code, Category.name_id, Category.name_en).where(Category.parent_code.is_(None))


def _facts(begin: datetime, end: datetime, buyer_id: int | None) -> list[Fact]:
    query = (
        select(
            Award.final_at,
            Award.value,
            Award.business_id,
            func.coalesce(Category.parent_code, Category.code),
            Area.kecamatan,
            Business.scale,
            Business.owner_gender,
        )
        .join(Lot, Lot.id == Award.lot_id)
        .join(Category, Category.code == Lot.category_code)
        .join(Business, Business.id == Award.business_id)
        .join(Area, Area.code == Business.area_code)
        .where(Award.state == AwardState.FINAL, Award.final_at >= begin, Award.final_at < end)
        .order_by(Award.id)
    )
    if buyer_id is not None:
        query = query.where(Award.buyer_id == buyer_id)
    rows: Iterable[Any] = db.session.execute(query)
    return [Fact(month_of(jakarta_date(final_at)), *rest) for final_at, *rest in rows]


def _spent(begin: date, end: date, buyer_id: int | None) -> list[Spent]:
    query = (
        select(Spending.month, Spending.trade_code, func.sum(Spending.amount))
        .where(Spending.month >= begin, Spending.month < end)
        .group_by(Spending.month, Spending.trade_code)
    )
    if buyer_id is not None:
        query = query.where(Spending.buyer_id == buyer_id)
    return [Spent(month, trade, int(amount)) for month, trade, amount in db.session.execute(query)]


def _headline(period: Period, facts: list[Fact], spent: list[Spent]) -> Headline:
    inside = [f for f in facts if period.holds(f.month)]
    before = period.previous
    spent_before = sum(s.amount for s in spent if before.holds(s.month))
    value_before = sum(f.value for f in facts if before.holds(f.month))
    return Headline(
        period=period,
        value=sum(f.value for f in inside),
        spending=sum(s.amount for s in spent if period.holds(s.month)),
        suppliers=len({f.business_id for f in inside}),
        awards=len(inside),
        share_before=value_before / spent_before if spent_before else None,
    )


def _months(period: Period, facts: list[Fact], spent: list[Spent]) -> Slices:
    declared = _sums((s.month, s.amount) for s in spent)
    return [
        _slice(
            f"{month:%Y-%m}",
            "",
            "",
            [f for f in facts if f.month == month],
            month=month,
            spending=declared.get(month, 0),
        )
        for month in period.trend
    ]


def _slice(  # noqa: PLR0913  (a bar has this many parts)
    key: str,
    name_id: str,
    name_en: str,
    rows: list[Fact],
    *,
    word: Word | None = None,
    month: date | None = None,
    spending: int | None = None,
) -> Slice:
    suppliers = len({f.business_id for f in rows})
    return Slice(key, name_id, name_en, sum(f.value for f in rows), len(rows), suppliers, word, month, spending)


def _grouped(facts: list[Fact], by: Callable[[Fact], K]) -> list[tuple[K, list[Fact]]]:
    """Facts by `by`, the largest value first."""
    groups: dict[K, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[by(fact)].append(fact)
    return sorted(groups.items(), key=lambda pair: (-sum(f.value for f in pair[1]), str(pair[0])))


def _sums(pairs: Iterable[tuple[K, int]]) -> dict[K, int]:
    found: dict[K, int] = defaultdict(int)
    for key, amount in pairs:
        found[key] += amount
    return found
