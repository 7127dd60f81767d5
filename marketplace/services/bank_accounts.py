"""Keeping and showing the bank account of a business. It never goes into the journal, a log or a notice."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from marketplace.models import db
from marketplace.models.bank_accounts import BankAccount
from marketplace.models.businesses import Business
from marketplace.models.contracts import Invoice
from marketplace.rules.bank_accounts import BankSheet, check_payable, clean
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import NotFound
from marketplace.rules.words import N_
from marketplace.services import journal, keyring, moves
from marketplace.services.notices import News, tell_business


def put(business: Business, sheet: BankSheet, actor: Actor, at: datetime) -> None:
    """Say where the business is paid; everybody of the business is told. Raises Forbidden, Invalid."""
    require(actor, "business.bank", business)
    kept = clean(sheet)
    moves.lock(business)
    made = db.session.get(BankAccount, business.id)
    if made is not None and opened(made) == kept:
        return
    if made is None:
        made = BankAccount(business_id=business.id)
        db.session.add(made)
    made.cipher = keyring.encrypt(json.dumps(asdict(kept)))
    made.changed_at, made.changed_by_id = at, actor.user_id
    journal.record("business.bank", business, actor, at)
    news = News(
        NoticeKind.ACCOUNT,
        N_("Rekening usaha diubah"),
        N_("Bukan Anda yang mengubahnya? Hubungi pemilik atau Dinas Koperasi hari ini juga."),
        "/profil/rekening",
    )
    tell_business(business.id, news, at)


def remove(business: Business, actor: Actor, at: datetime) -> None:
    """Take the account off file. Raises Forbidden, NotFound without one."""
    require(actor, "business.bank", business)
    db.session.delete(_of(business.id))
    journal.record("business.bank_remove", business, actor, at)


def show(business: Business, actor: Actor, at: datetime) -> BankSheet:
    """The account in full for its owner; that somebody looked is journalled. Raises Forbidden, NotFound."""
    require(actor, "business.bank", business)
    shown = opened(_of(business.id))
    journal.record("business.bank_show", business, actor, at)
    return shown


def show_for(invoice: Invoice, actor: Actor, at: datetime) -> BankSheet:
    """Where the buyer pays an approved invoice; that somebody looked is journalled.

    Raises Forbidden, WrongState before the approval and once paid, NotFound when the business has not said.
    """
    require(actor, "invoice.bank", invoice)
    moves.lock(invoice, shared=True)
    check_payable(invoice.state)
    shown = opened(_of(invoice.business_id))
    journal.record("invoice.bank_show", invoice, actor, at)
    return shown


def opened(account: BankAccount) -> BankSheet:
    """The account in plain words. For screens only through `rules.bank_accounts.masked`, `show` or `show_for`."""
    return BankSheet(**json.loads(keyring.decrypt(account.cipher)))


def _of(business_id: int) -> BankAccount:
    found = db.session.get(BankAccount, business_id)
    if found is None:
        raise NotFound("bank_missing", N_("Pemasok belum mengisi rekeningnya."))
    return found
