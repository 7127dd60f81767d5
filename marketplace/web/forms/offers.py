"""Reading the terms of an offer and whole numbers from a form, with errors at their fields."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from marketplace.rules.negotiations import LONGEST_EXPIRY, OfferTerms
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_
from marketplace.web.forms.numbers import whole_of
from marketplace.web.forms.typed import Typed

LARGEST = 10**12
EXPIRY_HOURS = (4, 12, 24, 48, 72, 168)
"""How long an offer may be chosen to stand, in hours."""


def whole(name: str, text: str) -> int:
    """A whole number as people type it: "1.250.000", "Rp 19000". Raises Invalid for the field `name`."""
    number = whole_of(text)
    if number is None or number > LARGEST:
        raise Invalid(name, "not_a_number", N_("Tulis dengan angka saja, tanpa koma."))
    return number


def day(name: str, text: str) -> date:
    """A date as the browser's date field sends it. Raises Invalid for the field `name`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(name, "not_a_date", N_("Pilih tanggal yang benar.")) from None


def terms_from(form: Typed, at: datetime) -> OfferTerms:
    """The terms typed into `form`; all readable errors are collected in it before the first one is raised."""
    numbers = {}
    for name in ("price", "quantity_per_day", "payment_days", "hours"):
        with form.blamed():
            numbers[name] = whole(name, form[name])
    days = {}
    for name in ("start_on", "end_on"):
        with form.blamed():
            days[name] = day(name, form[name])
    if form.errors:
        name, words = next(iter(form.errors.items()))
        raise Invalid(name, "unreadable", words)
    hours = min(numbers["hours"], int(LONGEST_EXPIRY.total_seconds() // 3600) + 1)
    return OfferTerms(
        price=numbers["price"],
        quantity_per_day=numbers["quantity_per_day"],
        start_on=days["start_on"],
        end_on=days["end_on"],
        payment_days=numbers["payment_days"],
        expires_at=at + timedelta(hours=hours),
        note=form["note"],
    )
