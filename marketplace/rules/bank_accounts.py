"""The bank account of a business: what a valid one is, how it is masked, and who is shown it in full."""

from __future__ import annotations

import re
from dataclasses import dataclass

from marketplace.rules.contracts import InvoiceState
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_

SHORTEST, LONGEST = 6, 20
"""Digits of an account number; Indonesian banks use 8 to 16, a few rural ones fewer or more."""

LONGEST_NAME = 100
_SPACING = re.compile(r"[\s.-]")


@dataclass(frozen=True)
class BankSheet:
    """A bank account as its owner states it: name of the bank, number, and whose name it is in."""

    bank: str
    number: str
    holder: str


def clean(sheet: BankSheet) -> BankSheet:
    """The sheet with single spaces and the number in digits only.

    Raises Invalid for "bank", "number" or "holder" when one is missing, too long, or no account number.
    """
    bank, holder = " ".join(sheet.bank.split()), " ".join(sheet.holder.split())
    number = _SPACING.sub("", sheet.number)
    for field, text in (("bank", bank), ("holder", holder)):
        if not 0 < len(text) <= LONGEST_NAME:
            raise Invalid(field, f"{field}_missing", N_("Isi dengan 1 sampai %(most)s huruf."), most=LONGEST_NAME)
    if not (number.isascii() and number.isdecimal() and SHORTEST <= len(number) <= LONGEST):
        raise Invalid(
            "number", "number_odd", N_("Nomor rekening %(low)s sampai %(high)s angka."), low=SHORTEST, high=LONGEST
        )
    return BankSheet(bank, number, holder)


def masked(sheet: BankSheet) -> BankSheet:
    """What its owner recognises and nobody can pay into or pass on: four last digits, the initials of the holder."""
    hidden = "•" * (len(sheet.number) - 4) + sheet.number[-4:]
    return BankSheet(sheet.bank, hidden, " ".join(f"{part[0]}•••" for part in sheet.holder.split()))


def check_payable(state: InvoiceState) -> None:
    """A buyer sees where to pay once its invoice is approved, until it is paid. Raises WrongState otherwise."""
    if state is not InvoiceState.APPROVED:
        raise WrongState("not_payable", N_("Nomor rekening tampil sesudah tagihan disetujui dan sebelum dibayar."))
