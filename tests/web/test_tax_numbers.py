"""Where a business's NPWP stands on pages and papers, and where it never does."""

from __future__ import annotations

import io
import json
import logging

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.rules.policy import Actor, Role
from marketplace.services import tax_numbers
from tests.factories import accounts, businesses, buyers, contracts
from tests.visitors import Visitor

RIGHT, WRONG = "012345674001000", "012345675001000"
MASKED = "0123•••••••1000"


def visitor(app: Flask, who: Actor) -> Visitor:
    return Visitor.of(app, db.session.get_one(User, who.user_id))


def form(of: Business, npwp: str) -> dict[str, str]:
    return {"activity": "katering", "products": "", "address": "Jl. Satu 1", "area_code": of.area_code, "npwp": npwp}


def texts(pdf: bytes) -> str:
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(words.split())


def test_an_owner_says_it_and_a_slip_is_told(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    of = businesses.business()
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=of))
    refused = owner.post("/profil/ubah", form(of, "123") | {"workers": "sepuluh"})
    assert refused.status_code == 422
    assert "NPWP terdiri dari 15 atau 16 angka" in refused.text
    assert "Tulis angka saja" in refused.text, "every fault at once"
    assert 'value="123"' in refused.text
    assert owner.post("/profil/ubah", form(of, WRONG)).status_code == 303
    assert "angka pemeriksanya tidak cocok" in owner.get("/profil").text
    assert owner.post("/profil/ubah", form(of, "01.234.567.4-001.000")).status_code == 303
    page = owner.get("/profil").text
    assert RIGHT in page
    assert "angka pemeriksanya" not in page
    assert f'value="{RIGHT}"' in owner.get("/profil/ubah").text
    assert RIGHT not in json.dumps([event.details for event in db.session.scalars(select(Event))])
    assert not [r for r in caplog.records if RIGHT in r.getMessage() or WRONG in r.getMessage()]


def test_staff_neither_reads_nor_changes_it(app: Flask) -> None:
    of = businesses.business()
    tax_numbers.keep(of, RIGHT)
    staff = Visitor.of(app, accounts.member(Role.STAFF, business=of))
    assert 'name="npwp"' not in staff.get("/profil/ubah").text
    assert RIGHT not in staff.get("/profil").text
    assert staff.post("/profil/ubah", form(of, WRONG)).status_code == 303
    assert tax_numbers.of(db.session.get_one(Business, of.id)) == RIGHT


def test_dinkop_sees_it_masked_opens_it_on_record_and_corrects_it(app: Flask) -> None:
    of = businesses.business()
    tax_numbers.keep(of, RIGHT)
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    here = f"/registri/{of.code}"
    page = clerk.get(here).text
    assert MASKED in page
    assert RIGHT not in page
    assert RIGHT in clerk.post(f"{here}/tampilkan", {"what": "npwp"}).text
    event = db.session.scalars(select(Event).where(Event.verb == "registry.unmask")).one()
    assert event.details == {"what": "npwp"}
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=of))
    assert "NPWP</p>" in owner.get("/akun/data").text
    facts = {"name": of.name, "owner_name": "Siti", "kind": "perorangan", "scale": "mikro", "area_code": of.area_code}
    told = clerk.post(f"{here}/ubah", facts | {"npwp": "12"})
    assert told.status_code == 422
    assert "NPWP terdiri dari" in told.text
    assert clerk.post(f"{here}/ubah", facts | {"npwp": WRONG}).status_code == 303
    assert "angka pemeriksanya tidak cocok" in clerk.get(here).text
    for fmt in ("json", "csv"):
        assert WRONG not in clerk.get(f"/registri.{fmt}").text


def test_the_buyer_of_a_confirmed_contract_reads_it_there_on_paper_and_on_the_invoice(app: Flask) -> None:
    early = contracts.drafted()
    tax_numbers.keep(early.contract.business, RIGHT)
    db.session.flush()
    before = visitor(app, early.officer)
    assert RIGHT not in before.get(f"/kontrak/{early.contract.code}").text
    assert RIGHT not in texts(before.get(f"/kontrak/{early.contract.code}.pdf").data)
    assert RIGHT not in before.get(f"/pemasok/{early.contract.business.code}").text
    deal = contracts.active()
    tax_numbers.keep(deal.contract.business, RIGHT)
    bill = deal.billed()
    contract, invoice = f"/kontrak/{deal.contract.code}", f"/tagihan/{bill.code}"
    for reader in (deal.officer, deal.owner):
        one = visitor(app, reader)
        for page in (contract, invoice):
            assert RIGHT in one.get(page).text, page
            assert f"NPWP {RIGHT}" in texts(one.get(f"{page}.pdf").data), page
    staff = Visitor.of(app, accounts.member(Role.STAFF, business=deal.contract.business))
    auditor = Visitor.of(app, accounts.member(Role.AUDITOR))
    for one in (staff, auditor):
        assert RIGHT not in one.get(contract).text
        assert RIGHT not in texts(one.get(f"{contract}.pdf").data)
    for listing in ("/kontrak.csv", "/tagihan.csv"):
        assert RIGHT not in visitor(app, deal.officer).get(listing).text


def test_the_copy_of_one_s_data_holds_it_and_the_page_masks_it(app: Flask) -> None:
    of = businesses.business()
    tax_numbers.keep(of, RIGHT)
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=of))
    assert owner.post("/akun/data/salinan").get_json()["business"]["npwp"] == RIGHT
    page = owner.get("/akun/data").text
    assert MASKED in page
    assert RIGHT not in page


def test_no_list_and_no_open_data_tells_it(app: Flask) -> None:
    of = businesses.business()
    tax_numbers.keep(of, RIGHT)
    db.session.commit()
    officer = Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    for path in ("/pemasok", f"/pemasok/{of.code}", f"/paspor/{of.code}", "/data-terbuka"):
        answer = officer.get(path)
        assert answer.status_code == 200, path
        assert RIGHT not in answer.text, path
