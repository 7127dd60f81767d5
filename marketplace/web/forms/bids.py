"""The three steps of a bid as typed: numbers as people write them, and the terms they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext

from marketplace.models.tenders import Lot, Tender
from marketplace.rules.bids import BidTerms, LineTerms, check_price, check_quantity, check_terms, check_validity
from marketplace.rules.refusals import Invalid
from marketplace.web.forms.numbers import whole_of
from marketplace.web.forms.typed import Typed

STEP_FIELDS = {1: "quantity", 2: "price"}


@dataclass(frozen=True)
class Sheet:
    """What was typed into the bid so far: quantity and price by lot number, validity (ISO date), note."""

    values: dict[str, str]

    @classmethod
    def of(cls, typed: Mapping[str, Any]) -> Sheet:
        """From an envelope's content."""
        return cls({str(k): str(v) for k, v in typed.items()})

    def number(self, lot: Lot, what: str) -> int | None:
        """The quantity or price typed for a lot; the whole quantity where the lot is the only one and is not split."""
        return whole_of(self.values.get(f"lot-{lot.number}-{what}", ""))

    def lots(self, tender: Tender) -> list[Lot]:
        """The lots that are bid for: those with a quantity."""
        return [lot for lot in tender.lots if self.number(lot, "quantity")]

    def with_values(self, values: Mapping[str, str]) -> Sheet:
        """The sheet with these values over its own."""
        return Sheet({**self.values, **values})

    def valid_until(self) -> date | None:
        """The date up to which the offer holds."""
        try:
            return date.fromisoformat(self.values.get("valid_until", ""))
        except ValueError:
            return None

    def first_gap(self, tender: Tender) -> int | None:
        """The first step that lacks something: 1 without quantities, 2 without prices, None when both are there."""
        lots = self.lots(tender)
        if not lots:
            return 1
        return None if all(self.number(lot, "price") for lot in lots) else 2

    def terms(self, tender: Tender) -> BidTerms:
        """What will be sealed. Raises Invalid for the first thing that is missing or breaks a rule."""
        valid_until = self.valid_until()
        if valid_until is None:
            raise Invalid("valid_until", "date_missing", gettext("Pilih tanggal masa berlaku penawaran."))
        lines = tuple(
            LineTerms(lot.id, self.number(lot, "quantity") or 0, self.number(lot, "price") or 0)
            for lot in self.lots(tender)
        )
        return BidTerms(lines, valid_until, self.values.get("note", "").strip())


def read_step(step: int, form: Typed, tender: Tender, sheet: Sheet) -> Sheet:
    """The sheet with one step's fields from the form; what is wrong with them goes into `form.errors`."""
    if step == 1:
        return _read_quantities(form, tender, sheet)
    if step == 2:
        return _read_prices(form, tender, sheet)
    kept = sheet.with_values({"valid_until": form["valid_until"], "note": form["note"]})
    with form.blamed():
        valid_until = kept.valid_until()
        if valid_until is None:
            form.errors["valid_until"] = gettext("Pilih tanggal masa berlaku penawaran.")
        elif tender.closes_at is not None:
            check_validity(valid_until, tender.closes_at)
    return kept


def check_all(form: Typed, tender: Tender, sheet: Sheet) -> BidTerms | None:
    """The terms of the whole sheet, or None with the reason in `form.errors`."""
    with form.blamed():
        terms = sheet.terms(tender)
        if tender.closes_at is not None:
            check_terms(terms, {lot.id: lot for lot in tender.lots}, tender.closes_at)
        return terms
    return None


def _read_quantities(form: Typed, tender: Tender, sheet: Sheet) -> Sheet:
    values = {}
    for lot in tender.lots:
        name = f"lot-{lot.number}-quantity"
        values[name] = form[name]
        if not form[name]:
            continue
        quantity = whole_of(form[name])
        if quantity is None:
            form.errors[name] = gettext("Tulis angka bulat saja, misalnya 1.200.")
            continue
        with form.blamed():
            check_quantity(lot, quantity)
    if not any(values.values()):
        first = tender.lots[0].number
        form.errors[f"lot-{first}-quantity"] = gettext("Isi jumlah untuk paling sedikit satu paket.")
    return sheet.with_values(values)


def _read_prices(form: Typed, tender: Tender, sheet: Sheet) -> Sheet:
    values = {}
    for lot in sheet.lots(tender):
        name = f"lot-{lot.number}-price"
        values[name] = form[name]
        price = whole_of(form[name])
        if price is None:
            form.errors[name] = gettext("Tulis harga dalam rupiah tanpa sen, misalnya 18.500.")
            continue
        with form.blamed():
            check_price(lot, price)
    return sheet.with_values(values)
