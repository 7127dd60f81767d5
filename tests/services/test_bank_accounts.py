"""Where a business is paid: who keeps it, who sees it, and that nobody else can read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.bank_accounts import BankAccount
from marketplace.models.businesses import Business
from marketplace.models.notices import Notice
from marketplace.rules.bank_accounts import BankSheet, masked
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, NotFound, WrongState
from marketplace.services import bank_accounts as service
from marketplace.services import invoices
from tests.factories import accounts, businesses, contracts
from tests.factories.tenders import PRESENT

SHEET = BankSheet("BRI", "0123456789012", "Siti Contoh")


def events() -> list[Event]:
    query = select(Event).where(Event.verb.like("%.bank%")).order_by(Event.seq)
    return list(db.session.scalars(query))


@pytest.fixture
def deal(app: Flask) -> contracts.Deal:
    made = contracts.active()
    service.put(made.contract.business, SHEET, made.owner, PRESENT)
    return made


def test_the_database_alone_tells_neither_bank_nor_number_nor_holder(deal: contracts.Deal) -> None:
    cipher = db.session.scalars(select(BankAccount.cipher)).one()
    for word in (SHEET.bank, SHEET.number, SHEET.holder):
        assert word.encode() not in cipher
    told = [str(e.details) + e.reason for e in events()] + [
        n.title + n.body for n in db.session.scalars(select(Notice))
    ]
    assert not [text for text in told if SHEET.number in text or SHEET.holder in text]


def test_a_number_is_kept_without_spaces_and_masked_to_its_end(app: Flask) -> None:
    of = businesses.business()
    owner = accounts.actor(Role.OWNER, business=of)
    service.put(of, BankSheet(" Bank  Banten ", "0123 4567-89.012", "Siti  Contoh"), owner, PRESENT)
    kept = service.show(of, owner, PRESENT)
    assert kept == BankSheet("Bank Banten", "0123456789012", "Siti Contoh")
    assert masked(kept) == BankSheet("Bank Banten", "•••••••••9012", "S••• C•••")


@pytest.mark.parametrize(
    ("sheet", "field"),
    [
        (BankSheet("", "0123456789", "Siti"), "bank"),
        (BankSheet("BRI", "0123456789", " "), "holder"),
        (BankSheet("BRI", "12345", "Siti"), "number"),
        (BankSheet("BRI", "1" * 21, "Siti"), "number"),
        (BankSheet("BRI", "12345678٩", "Siti"), "number"),
        (BankSheet("B" * 101, "0123456789", "Siti"), "bank"),
    ],
)
def test_an_impossible_account_is_refused_by_its_field(app: Flask, sheet: BankSheet, field: str) -> None:
    of = businesses.business()
    with pytest.raises(Invalid) as refused:
        service.put(of, sheet, accounts.actor(Role.OWNER, business=of), PRESENT)
    assert refused.value.field == field


def test_staff_other_owners_and_dinkop_change_and_see_nothing(deal: contracts.Deal) -> None:
    of = deal.contract.business
    others = (accounts.actor(Role.STAFF, business=of), contracts.stranger(Role.OWNER), accounts.actor(Role.CLERK))
    for other in others:
        with pytest.raises(Forbidden):
            service.put(of, SHEET, other, PRESENT)
        with pytest.raises(Forbidden):
            service.show(of, other, PRESENT)


def test_every_look_and_change_is_journalled_and_the_same_account_again_is_none(deal: contracts.Deal) -> None:
    of: Business = deal.contract.business
    service.put(of, SHEET, deal.owner, PRESENT)
    service.show(of, deal.owner, PRESENT)
    service.remove(of, deal.owner, PRESENT)
    assert [e.verb for e in events()] == ["business.bank", "business.bank_show", "business.bank_remove"]
    with pytest.raises(NotFound):
        service.show(of, deal.owner, PRESENT)


def test_a_buyer_sees_it_from_the_approval_until_the_payment(deal: contracts.Deal) -> None:
    invoice = deal.billed()
    with pytest.raises(WrongState):
        service.show_for(invoice, deal.officer, PRESENT)
    invoices.approve(invoice, deal.officer, PRESENT)
    assert service.show_for(invoice, deal.officer, PRESENT) == SHEET
    assert events()[-1].verb == "invoice.bank_show"
    assert events()[-1].user_id == deal.officer.user_id
    invoices.pay(invoice, PRESENT.date(), "TRF-1", deal.officer, PRESENT + timedelta(hours=1))
    with pytest.raises(WrongState):
        service.show_for(invoice, deal.officer, PRESENT)


def test_another_company_never_sees_it(deal: contracts.Deal) -> None:
    invoice = deal.billed()
    invoices.approve(invoice, deal.officer, PRESENT)
    for other in (contracts.stranger(Role.OFFICER), accounts.actor(Role.VIEWER, invoice.contract.buyer), deal.owner):
        with pytest.raises(Forbidden):
            service.show_for(invoice, other, PRESENT)
