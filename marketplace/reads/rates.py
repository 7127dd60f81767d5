"""Rates as they hold on a day, and what of a bid's sum would remain after the usual withholding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.rates import Rate
from marketplace.models.tenders import Lot
from marketplace.rules.taxes import FINAL, usual_withholding, withheld


@dataclass(frozen=True)
class Net:
    """An estimate: `gross` rupiah less `tax` rupiah. `rates` are the rates that were used, empty when none applies."""

    gross: int
    tax: int
    rates: tuple[Rate, ...]

    @property
    def net(self) -> int:
        """What would be paid out, in rupiah."""
        return self.gross - self.tax


@dataclass(frozen=True)
class Estimate:
    """Without and with the certificate of final tax; None where the rate of that day is not known."""

    usual: Net
    final: Net | None


def rate_on(code: str, day: date) -> Rate | None:
    """The rate `code` that holds on `day`."""
    query = (
        select(Rate)
        .where(Rate.code == code, Rate.valid_from <= day)
        .where(or_(Rate.valid_until.is_(None), Rate.valid_until >= day))
        .order_by(Rate.valid_from.desc())
    )
    return db.session.scalar(query.limit(1))


def estimate(business: Business, parts: Sequence[tuple[Lot, int]], day: date) -> Estimate:
    """What would remain of `parts` (lot, gross rupiah) after the withholding usual on `day`."""
    gross = sum(value for _, value in parts)
    tax = 0
    used: dict[str, Rate] = {}
    for lot, value in parts:
        code = usual_withholding(business.kind, lot.category.kind == "services")
        if code is None:
            continue
        rate = used.get(code) or rate_on(code, day)
        if rate is not None and rate.value is not None:
            used[code] = rate
            tax += withheld(value, Decimal(rate.value))
    final = rate_on(FINAL, day)
    with_paper = None
    if final is not None and final.value is not None:
        with_paper = Net(gross, withheld(gross, Decimal(final.value)), (final,))
    return Estimate(Net(gross, tax, tuple(used.values())), with_paper)
