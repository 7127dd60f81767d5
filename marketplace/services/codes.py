"""Human codes: a prefix, the year in Jakarta, a number without gaps in meaning (K-26-0041)."""

from __future__ import annotations

from datetime import datetime

from marketplace.models import db
from marketplace.models.base import insert_into
from marketplace.models.codes import CodeCounter
from marketplace.rules.calendars import jakarta_date

TENDER, BID, NEGOTIATION, AWARD, CONTRACT = "K", "T", "N", "P", "SPK"
DELIVERY, BAST, INVOICE, CERTIFICATE, CLAIM, BUYER, BUSINESS = "KIR", "BAST", "INV", "S", "KL", "B", "U"
IMPORT = "IM"
EXPENSE = "PB"
PLAN = "RP"
DATA_REQUEST, BREACH = "PD", "ID"
COHORT, ATTENDED = "A", "SP"
DISPUTE, REGISTRATION = "SK", "DF"


def next_code(prefix: str, at: datetime, width: int = 4) -> str:
    """The next code of `prefix` in the year of `at`; safe when several ask at once."""
    return next_codes(prefix, at, 1, width)[0]


def next_codes(prefix: str, at: datetime, count: int, width: int = 4) -> list[str]:
    """The next `count` codes of `prefix`, at least one, in order; safe when several ask at once."""
    year = jakarta_date(at).year
    query = (
        insert_into(CodeCounter)
        .values(prefix=prefix, year=year, last=count)
        .on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": CodeCounter.last + count})
        .returning(CodeCounter.last)
    )
    last = db.session.execute(query).scalar_one()
    return [f"{prefix}-{year % 100:02d}-{number:0{width}d}" for number in range(last - count + 1, last + 1)]
