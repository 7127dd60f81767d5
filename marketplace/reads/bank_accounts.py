"""The bank account of a business, still closed."""

from __future__ import annotations

from marketplace.models import db
from marketplace.models.bank_accounts import BankAccount


def account_of(business_id: int) -> BankAccount | None:
    """Where a business is paid, as ciphertext; None when it has not said."""
    return db.session.get(BankAccount, business_id)
