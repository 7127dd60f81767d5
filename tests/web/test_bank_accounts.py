"""The pages of a bank account: its owner's, the buyer's invoice, and the personal copy."""

from __future__ import annotations

import io
import logging

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.bank_accounts import BankAccount
from marketplace.rules.policy import Role
from marketplace.services import invoices
from marketplace.services.privacy import erasure
from tests.factories import accounts, businesses, contracts
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

NUMBER = "0123456789012"
TYPED = {"bank": "BRI", "number": "0123 4567 89012", "holder": "Siti Contoh"}


def test_an_owner_fills_it_in_sees_it_masked_and_opens_it(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    of = businesses.business()
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=of))
    bad = owner.post("/profil/rekening", TYPED | {"number": "12"})
    assert bad.status_code == 422
    assert "Siti Contoh" in bad.text
    assert owner.post("/profil/rekening", TYPED).status_code == 303
    page = owner.get("/profil/rekening").text
    assert "•••••••••9012" in page
    assert NUMBER not in page
    assert "Siti Contoh" not in page
    assert NUMBER in owner.post("/profil/rekening/tampilkan").text
    assert owner.get("/profil/rekening/tampilkan").status_code in {404, 405}
    staff = Visitor.of(app, accounts.member(Role.STAFF, business=of))
    assert "9012" in staff.get("/profil/rekening").text
    assert staff.post("/profil/rekening/tampilkan").status_code == 403
    assert owner.post("/profil/rekening/hapus").status_code == 303
    assert owner.post("/profil/rekening/hapus").status_code == 404
    assert not [r for r in caplog.records if NUMBER in r.getMessage()]


def test_the_buyer_of_an_approved_invoice_reads_where_to_pay_also_on_paper(app: Flask) -> None:
    deal = contracts.active()
    of, invoice = deal.contract.business, deal.billed()
    Visitor.of(app, accounts.member(Role.OWNER, business=of)).post("/profil/rekening", TYPED)
    buyer = Visitor.of(app, db.session.get_one(User, deal.officer.user_id))
    here = f"/tagihan/{invoice.code}"
    assert "Dibayar ke" not in buyer.get(here).text
    assert buyer.post(f"{here}/rekening").status_code == 409
    invoices.approve(invoice, deal.officer, PRESENT)
    db.session.commit()
    page = buyer.get(here).text
    assert "9012" in page
    assert NUMBER not in page
    assert NUMBER in buyer.post(f"{here}/rekening").text
    assert NUMBER in words(buyer.post(f"{here}/rekening.pdf").data)
    assert NUMBER not in words(buyer.get(f"{here}.pdf").data)


def words(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_copy_holds_it_and_erasing_takes_it_away(app: Flask) -> None:
    of = businesses.business()
    person = accounts.member(Role.OWNER, business=of)
    owner = Visitor.of(app, person)
    owner.post("/profil/rekening", TYPED)
    page = owner.get("/akun/data").text
    assert "BRI •••••••••9012" in page
    copy = owner.post("/akun/data/salinan").json
    assert copy["business"]["bank_account"] == {"bank": "BRI", "number": NUMBER, "holder": "Siti Contoh"}
    erasure.erase(person, of, accounts.actor(Role.CLERK), PRESENT)
    assert db.session.scalars(select(BankAccount)).all() == []
