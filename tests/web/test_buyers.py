"""A company's page."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.buyers import Site
from marketplace.rules.policy import Role
from tests.factories import accounts, buyers
from tests.visitors import Visitor


def test_an_officer_adds_and_changes_a_site_which_stands_at_its_kelurahan(app: Flask) -> None:
    company = buyers.buyer()
    visitor = Visitor.of(app, accounts.member(Role.OFFICER, company))
    area = db.session.scalars(select(Area).order_by(Area.code.desc())).first()
    assert area is not None
    assert visitor.get("/perusahaan/lokasi/baru").status_code == 200
    data = {"name": "Gudang", "address": "Jalan Contoh 1", "area": area.code, "point": "inside"}
    assert visitor.post("/perusahaan/lokasi/baru", data).status_code == 303
    site = db.session.scalars(select(Site).where(Site.name == "Gudang")).one()
    assert (site.lat, site.lon, str(site.delivery_point)) == (area.lat, area.lon, "inside")
    assert "Gudang" in visitor.get(f"/perusahaan/lokasi/{site.id}").text
    assert visitor.post(f"/perusahaan/lokasi/{site.id}", {**data, "name": "Gudang 2"}).status_code == 303
    assert "Gudang 2" in visitor.get("/perusahaan").text


def test_a_site_needs_a_name_and_a_kelurahan(app: Flask) -> None:
    visitor = Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    wrong = visitor.post("/perusahaan/lokasi/baru", {"name": "Gudang", "area": "99", "address": "Jalan Contoh 1"})
    assert wrong.status_code == 422
    assert "Pilih kelurahan." in wrong.text
    assert "Jalan Contoh 1" in wrong.text


def test_another_companys_site_is_not_there(app: Flask) -> None:
    theirs = buyers.buyer("PT Lain").sites[0].id
    visitor = Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    assert visitor.get(f"/perusahaan/lokasi/{theirs}").status_code == 404
    assert visitor.post(f"/perusahaan/lokasi/{theirs}", {"name": "x", "area": "36.72.04.1001"}).status_code == 404


def test_only_the_approver_sets_limit_and_payment_days(app: Flask) -> None:
    company = buyers.buyer()
    approver = Visitor.of(app, accounts.member(Role.APPROVER, company))
    data = {"approval_limit": "Rp 250.000.000", "payment_days": "14"}
    assert approver.post("/perusahaan/ketentuan", data).status_code == 303
    db.session.refresh(company)
    assert (company.approval_limit, company.payment_days) == (250_000_000, 14)
    officer = Visitor.of(app, accounts.member(Role.OFFICER, company))
    assert officer.post("/perusahaan/ketentuan", data).status_code == 403


def test_numbers_out_of_bounds_are_refused_with_the_form_as_typed(app: Flask) -> None:
    approver = Visitor.of(app, accounts.member(Role.APPROVER, buyers.buyer()))
    for data in (
        {"approval_limit": "banyak", "payment_days": "14"},
        {"approval_limit": "1", "payment_days": "365"},
        {"approval_limit": "-5", "payment_days": "14"},
        {"approval_limit": "9" * 15, "payment_days": "14"},
    ):
        wrong = approver.post("/perusahaan/ketentuan", data)
        assert wrong.status_code == 422
        assert data["approval_limit"] in wrong.text


def test_those_above_companies_see_the_list_and_each_page_but_no_forms(app: Flask) -> None:
    company = buyers.buyer()
    head = Visitor.of(app, accounts.member(Role.HEAD))
    assert f"/perusahaan/{company.code}" in head.get("/perusahaan").text
    page = head.get(f"/perusahaan/{company.code}").text
    assert "PT Baja Contoh" in page
    assert "/perusahaan/undang" not in page
    assert "/perusahaan/lokasi/" not in page


def test_one_company_does_not_see_another(app: Flask) -> None:
    other = buyers.buyer("PT Lain")
    viewer = Visitor.of(app, accounts.member(Role.VIEWER, buyers.buyer()))
    assert viewer.get(f"/perusahaan/{other.code}").status_code == 404
