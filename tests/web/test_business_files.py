"""Photos and papers, put on file by an owner and met by a buyer and a clerk."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.business_files import BusinessPaper, BusinessPhoto
from marketplace.models.businesses import Business
from marketplace.rules.policy import Role
from tests.factories import accounts, businesses, buyers, pictures
from tests.visitors import Visitor

NPWP = "3672015708850001"


@pytest.fixture
def kitchen(app: Flask) -> Business:
    return businesses.business(capacity=500)


@pytest.fixture
def owner(app: Flask, kitchen: Business) -> Visitor:
    return Visitor.of(app, accounts.member(Role.OWNER, business=kitchen))


def sent(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def paper(**fields: object) -> dict[str, object]:
    return {"kind": "npwp", "number": NPWP, "file": sent(b"%PDF-1.4 contoh", "npwp.pdf")} | fields


def test_photos_are_added_shown_small_and_removed(app: Flask, owner: Visitor, kitchen: Business) -> None:
    files = [sent(pictures.jpeg(), "a.jpg"), sent(pictures.png(), "b.png")]
    assert owner.post("/profil/foto", {"photos": files, "caption": "dapur <b>kami</b>"}).status_code == 303
    page = owner.get("/profil/foto").text
    assert page.count('loading="lazy"') == 2
    assert "dapur &lt;b&gt;kami&lt;/b&gt;" in page
    officer = Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    assert officer.get(f"/pemasok/{kitchen.code}").text.count('loading="lazy"') == 2
    photo = db.session.scalars(select(BusinessPhoto)).first()
    assert photo is not None
    answer = officer.get(f"/dokumen/{photo.document.token}")
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert owner.post(f"/profil/foto/{photo.id}/hapus").status_code == 303
    assert owner.get("/profil/foto").text.count('loading="lazy"') == 1


def test_a_file_that_is_no_photo_is_refused_in_words(owner: Visitor) -> None:
    answer = owner.post("/profil/foto", {"photos": [sent(b"MZ\x90", "a.jpg")], "caption": "dapur"})
    assert answer.status_code == 422
    assert "Yang diterima: JPG, PNG" in answer.text
    assert 'value="dapur"' in answer.text
    assert owner.post("/profil/foto", {"caption": ""}).status_code == 422


def test_a_paper_is_masked_open_to_few_and_marked_by_dinkop(app: Flask, owner: Visitor, kitchen: Business) -> None:
    assert owner.post("/profil/dokumen", paper()).status_code == 303
    page = owner.get("/profil/dokumen").text
    assert NPWP not in page
    assert "••••••••••••0001" in page
    kept = db.session.scalars(select(BusinessPaper)).one()
    officer = Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    met = officer.get(f"/pemasok/{kitchen.code}").text
    assert "terbuka setelah ada kontrak" in met
    assert "0001" not in met.split("Dokumen usaha", 1)[1].split("</section>", 1)[0]
    assert officer.get(f"/dokumen/{kept.document.token}").status_code == 404
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    assert clerk.get(f"/dokumen/{kept.document.token}").status_code == 200
    form = clerk.get(f"/registri/{kitchen.code}").text
    stamp = form.split('value="paper:npwp=', 1)[1].split('"', 1)[0]
    assert clerk.post(f"/registri/{kitchen.code}/periksa", {"fact": f"paper:npwp={stamp}"}).status_code == 303
    assert "Diperiksa Dinkop" in officer.get(f"/pemasok/{kitchen.code}").text.split("Dokumen usaha", 1)[1]
    assert owner.post("/profil/dokumen/npwp/hapus").status_code == 303
    assert db.session.scalars(select(BusinessPaper)).all() == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kind": ""}, "Pilih jenis"),
        ({"kind": "ktp"}, "Pilih jenis"),
        ({"number": "12<b>"}, "15 / 16 angka"),
        ({"number": ""}, "Tulis nomornya"),
        ({"file": sent(b"", "")}, "Lampirkan"),
        ({"file": sent(b"PK\x03\x04zip", "a.pdf")}, "Jenis berkas ini tidak diterima"),
    ],
)
def test_each_gap_is_named_and_the_form_kept(owner: Visitor, wrong: dict[str, object], says: str) -> None:
    answer = owner.post("/profil/dokumen", paper(**wrong))
    assert answer.status_code == 422
    assert says in answer.text
    assert db.session.scalars(select(BusinessPaper)).all() == []


def test_staff_read_that_only_the_owner_keeps_papers(app: Flask, kitchen: Business) -> None:
    staff = Visitor.of(app, accounts.member(Role.STAFF, business=kitchen))
    assert "Hanya pemilik usaha" in staff.get("/profil/dokumen").text
    assert staff.post("/profil/dokumen", paper()).status_code == 403
    assert staff.post("/profil/foto", {"photos": [sent(pictures.jpeg(), "a.jpg")]}).status_code == 303
