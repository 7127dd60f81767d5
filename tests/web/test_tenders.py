"""The pages of needs, from the first words to the publication, and who sees what."""

from __future__ import annotations

import io
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import event, select

from marketplace.models import db
from marketplace.models.buyers import Buyer
from marketplace.models.tenders import LotRequirement, Question, Tender
from marketplace.rules.businesses import BusinessState
from marketplace.rules.policy import Role
from marketplace.rules.tenders import Level, Method, Pattern, TenderState
from marketplace.services.businesses import mark_changed
from marketplace.services.tenders.publication import keep_rankings
from tests.factories import accounts, bids, businesses, buyers, tenders
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

TEXT = "katering makan siang 1.200 box per hari, 3 shift, mulai 1 Maret selama 6 bulan, wajib halal dan ISO 22000"


pytestmark = pytest.mark.usefixtures("present")


@pytest.fixture
def company(app: Flask) -> Buyer:
    return buyers.buyer()


@pytest.fixture
def officer(app: Flask, company: Buyer) -> Visitor:
    return Visitor.of(app, accounts.member(Role.OFFICER, company))


def written(officer: Visitor, text: str = TEXT) -> Tender:
    answer = officer.post("/kebutuhan/baru", {"text": text})
    assert answer.status_code == 303
    return db.session.scalars(select(Tender).order_by(Tender.id.desc())).first()  # type: ignore[return-value]


class Fields(HTMLParser):
    """The fields of the form of a need, by name, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.within = False
        self.open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.within = given.get("id") == "kebutuhan"
        name = given.get("name", "")
        if not self.within or (tag != "option" and not name):
            return
        if tag == "input" and given.get("type") not in {"hidden", "file"}:
            self.values[name] = given.get("value", "")
        elif tag in {"select", "textarea"}:
            self.open = name
            self.values[name] = ""
        elif tag == "option" and "selected" in given:
            self.values[self.open] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"select", "textarea"}:
            self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open and data.strip() and self.lasttag == "textarea":
            self.values[self.open] += data


def fields(page: str) -> dict[str, str]:
    """What stands in the form of a need."""
    form = Fields()
    form.feed(page)
    return form.values


def test_a_few_words_become_a_filled_form_that_can_be_published(officer: Visitor) -> None:
    kitchen = businesses.business("Dapur Bu Enok", capacity=600)
    for code in ("SLHS", "HALAL"):
        businesses.certificate(kitchen, code)
    tender = written(officer)
    page = officer.get(f"/kebutuhan/{tender.code}/ubah").text
    form = fields(page)
    assert form["lots-0-category"] == "katering-harian"
    assert (form["lots-0-amount"], form["lots-0-start_on"], form["lots-0-end_on"]) == (
        "1200",
        "2027-03-01",
        "2027-08-31",
    )
    assert form["lots-0-cert-ISO22000"] == "mandatory"
    assert "1.200 box per hari" in page
    assert "Tanpa syarat sertifikat ISO 22000: +1 UMKM" in page
    form["lots-0-cert-ISO22000"] = "desirable"
    code = tender.code
    assert (
        officer.post(f"/kebutuhan/{code}/ubah", {**form, "aksi": "lanjut"}).location == f"/kebutuhan/{code}/pratinjau"
    )
    assert officer.get(f"/kebutuhan/{code}/pratinjau").status_code == 200
    assert officer.post(f"/kebutuhan/{code}/umumkan").location == f"/kebutuhan/{code}"
    lot = db.session.get_one(Tender, tender.id).lots[0]
    assert {r.certificate_code: r.level for r in lot.requirements}["ISO22000"] is Level.DESIRABLE
    assert "Dapur Bu Enok" in officer.get(f"/kebutuhan/{code}/peringkat").text
    assert Visitor.of(officer.client.application).get(f"/kebutuhan/{code}").status_code == 200


def test_errors_stand_beside_their_fields_and_everything_typed_is_kept(officer: Visitor) -> None:
    tender = written(officer)
    form = fields(officer.get(f"/kebutuhan/{tender.code}/ubah").text)
    bad = {**form, "lots-0-amount": "seribu", "closes_on": "2026-11-24", "title": "Judul <saya>", "weights.price": "90"}
    answer = officer.post(f"/kebutuhan/{tender.code}/ubah", {**bad, "aksi": "lanjut"})
    assert answer.status_code == 422
    kept = fields(answer.text)
    assert (kept["lots-0-amount"], kept["weights.price"], kept["closes_on"]) == ("seribu", "90", "2026-11-24")
    assert "Judul &lt;saya&gt;" in answer.text
    assert '<a href="#lots-0-amount">Jumlah: Tulis angka saja, tanpa koma.</a>' in answer.text
    answer = officer.post(f"/kebutuhan/{tender.code}/ubah", {**bad, "lots-0-amount": "1.000", "aksi": "lanjut"})
    assert 'href="#weights.price"' in answer.text
    assert 'href="#closes_on"' in answer.text


def test_a_draft_is_saved_however_unfinished_and_comes_back_as_typed(officer: Visitor) -> None:
    tender = written(officer, "butuh sesuatu")
    form = {"title": "Belum jelas", "lots-0-amount": "kira-kira 50", "lots-0-category": "", "aksi": "draf"}
    assert officer.post(f"/kebutuhan/{tender.code}/ubah", form).status_code == 303
    page = officer.get(f"/kebutuhan/{tender.code}/ubah")
    assert "kira-kira 50" in page.text
    assert officer.get(f"/kebutuhan/{tender.code}/pratinjau").location == f"/kebutuhan/{tender.code}/ubah"
    assert officer.post(f"/kebutuhan/{tender.code}/umumkan").status_code == 422


def test_a_proposed_title_and_summary_follow_what_is_changed(officer: Visitor) -> None:
    tender = written(officer)
    address = f"/kebutuhan/{tender.code}/ubah"
    form = fields(officer.get(address).text)
    was = form["summary"]
    assert "1.200" in form["title"]
    assert "1.200" in was
    officer.post(address, {**form, "lots-0-amount": "900", "aksi": "draf"})
    form = fields(officer.get(address).text)
    assert form["title"].endswith("900 porsi per hari")
    assert form["summary"] == was.replace("1.200", "900")
    officer.post(address, {**form, "summary": "Kata saya sendiri.", "lots-0-amount": "800", "aksi": "draf"})
    form = fields(officer.get(address).text)
    assert form["summary"] == "Kata saya sendiri."
    assert form["title"].endswith("800 porsi per hari")


def test_lots_and_items_are_added_and_taken_away_without_javascript(officer: Visitor) -> None:
    tender = written(officer)
    address = f"/kebutuhan/{tender.code}/ubah"
    officer.post(address, {**fields(officer.get(address).text), "aksi": "tambah-paket"})
    form = fields(officer.get(address).text)
    assert form["lots-1-start_on"] == "2027-03-01"
    officer.post(address, {**form, "aksi": "tambah-barang-1"})
    form = fields(officer.get(address).text)
    assert form["lots-1-items-0-description"] == "Barang 1"
    named = {**form, "lots-1-amount": "x", "lots-1-items-0-description": "Nasi <b>", "lots-1-items-0-quantity": "x"}
    summary = officer.post(address, {**named, "aksi": "lanjut"}).text
    assert '<a href="#lots-1-amount">Paket 2, jumlah: Tulis angka saja' in summary
    assert '<a href="#lots-1-items-0-quantity">Nasi &lt;b&gt;: Tulis angka saja' in summary
    officer.post(address, {**form, "aksi": "hapus-paket-0"})
    form = fields(officer.get(address).text)
    assert form["lots-0-items-0-description"] == "Barang 1"
    assert "lots-1-amount" not in form


def test_a_file_is_kept_with_the_draft_and_a_wrong_one_is_refused(officer: Visitor) -> None:
    tender = written(officer)
    address = f"/kebutuhan/{tender.code}/ubah"
    form = fields(officer.get(address).text)
    good = {**form, "aksi": "unggah", "files": (io.BytesIO(b"%PDF-1.7 menu"), "menu.pdf")}
    assert officer.post(address, good, content_type="multipart/form-data").status_code == 303
    assert "menu.pdf" in officer.get(address).text
    bad = {**form, "aksi": "unggah", "files": (io.BytesIO(b"MZ program"), "menu.pdf")}
    answer = officer.post(address, bad, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert fields(answer.text)["lots-0-amount"] == "1200"


def test_a_nul_in_a_form_is_left_out_and_breaks_no_database(officer: Visitor) -> None:
    code = officer.post("/kebutuhan/baru", {"text": "nasi\x00 box 50"}).location.split("/")[2]
    assert "nasi box 50" in officer.get(f"/kebutuhan/{code}/ubah").text


def test_an_empty_or_endless_text_is_refused_and_kept(officer: Visitor) -> None:
    assert officer.post("/kebutuhan/baru", {"text": " "}).status_code == 422
    assert officer.post("/kebutuhan/baru", {"text": "\x00"}).status_code == 422
    answer = officer.post("/kebutuhan/baru", {"text": "nasi " * 900})
    assert answer.status_code == 422
    assert "nasi nasi" in answer.text


def test_the_live_panel_answers_half_filled_and_hostile_input(officer: Visitor) -> None:
    businesses.business(capacity=600)
    asked = {
        "paket": "0", "lots-0-category": "katering-harian", "lots-0-amount": "1200", "lots-0-unit": "porsi",
        "lots-0-pattern": "daily", "lots-0-start_on": "2026-01-05", "lots-0-end_on": "2026-01-30",
    }  # fmt: skip
    answer = officer.get("/kebutuhan/pasokan", query_string=asked)
    assert "porsi per hari dari 1.200 yang dibutuhkan" in answer.text
    for more in (
        {"lots-0-amount": "9" * 30},
        {"lots-0-category": "x"},
        {"lots-0-end_on": "0001-01-01"},
        {"paket": "-7"},
    ):
        assert officer.get("/kebutuhan/pasokan", query_string={**asked, **more}).status_code == 200


def test_a_low_ceiling_is_pointed_out(officer: Visitor) -> None:
    for _ in range(5):
        businesses.business().offerings[0].unit_price = 20_000
    db.session.flush()
    asked = {
        "lots-0-category": "katering-harian", "lots-0-amount": "100", "lots-0-start_on": "2027-01-05",
        "lots-0-end_on": "2027-01-30", "lots-0-ceiling_price": "9.000", "lots-0-unit": "porsi",
    }  # fmt: skip
    assert "sekitar Rp20.000 per porsi" in officer.get("/kebutuhan/pasokan", query_string=asked).text


def test_a_limited_need_is_a_page_only_for_those_invited(app: Flask, company: Buyer, officer: Visitor) -> None:
    tender = tenders.tender(buyer=company, method=Method.SELECTIVE)
    guest, stranger = businesses.business(), businesses.business()
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=guest))
    code, guest_code = tender.code, guest.code
    officer.post(f"/kebutuhan/{code}/undang", {"u": guest_code})
    assert "Buat penawaran" in owner.get(f"/kebutuhan/{code}").text
    for outsider in (Visitor.of(app), Visitor.of(app, accounts.member(Role.OWNER, business=stranger))):
        assert outsider.get(f"/kebutuhan/{code}").status_code == 404
    won = tenders.tender(TenderState.AWARDED, company, method=Method.SELECTIVE, summary="Rahasia dapur")
    page = Visitor.of(app).get(f"/kebutuhan/{won.code}")
    assert page.status_code == 200
    assert "Rahasia dapur" not in page.text


def test_a_hidden_ceiling_is_shown_to_nobody_but_its_owner(app: Flask, company: Buyer, officer: Visitor) -> None:
    tender = tenders.tender(buyer=company, ceiling_visible=False)
    code = tender.code
    assert "Rp25.000" in officer.get(f"/kebutuhan/{code}").text
    assert "Rp25.000" not in officer.get(f"/kebutuhan/{code}?sebagai=pemasok").text
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business()))
    for reader in (Visitor.of(app), owner):
        assert "Rp25.000" not in reader.get(f"/kebutuhan/{code}").text


def test_a_question_is_answered_on_the_page_without_its_asker(app: Flask, company: Buyer, officer: Visitor) -> None:
    tender = tenders.tender(buyer=company)
    asker = businesses.business("Dapur Penanya")
    db.session.add(Question(tender_id=tender.id, business_id=asker.id, text="Berapa shift?", asked_at=PRESENT))
    db.session.flush()
    number = db.session.scalars(select(Question.id)).one()
    address = f"/kebutuhan/{tender.code}/jawab/{number}"
    assert officer.post(address, {f"answer-{number}": " "}).status_code == 422
    assert officer.post(address, {f"answer-{number}": "Tiga shift"}).status_code == 303
    page = Visitor.of(app).get(f"/kebutuhan/{tender.code}").text
    assert "Tiga shift" in page
    assert "Dapur Penanya" not in page + officer.get(f"/kebutuhan/{tender.code}").text


def test_acts_that_need_a_reason_ask_for_it(company: Buyer, officer: Visitor) -> None:
    tender = tenders.tender(buyer=company)
    code, closes = tender.code, tender.closes_at
    assert closes is not None
    assert officer.post(f"/kebutuhan/{code}/batalkan", {"reason": ""}).status_code == 422
    day = {"closes_on": f"{closes + timedelta(days=3):%Y-%m-%d}", "closes_time": "16.00", "reason": "Libur panjang"}
    assert officer.post(f"/kebutuhan/{code}/undur", {**day, "closes_time": "pagi"}).status_code == 422
    assert officer.post(f"/kebutuhan/{code}/undur", day).status_code == 303
    assert officer.post(f"/kebutuhan/{code}/batalkan", {"reason": "Anggaran pindah"}).status_code == 303
    assert officer.post(f"/kebutuhan/{code}/batalkan", {"reason": "Sekali lagi"}).status_code == 409
    assert "Anggaran pindah" in officer.get(f"/kebutuhan/{code}?sebagai=pemasok").text


def test_another_company_cannot_act_on_it(app: Flask, company: Buyer) -> None:
    tender = tenders.tender(buyer=company)
    other = Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer("PT Lain")))
    code = tender.code
    for act in ("batalkan", "gagal", "undur", "undang", "umumkan", "ubah"):
        assert other.post(f"/kebutuhan/{code}/{act}", {"reason": "x"}).status_code == 404
    for page in ("peringkat", "banding", "ubah", "pratinjau"):
        assert other.get(f"/kebutuhan/{code}/{page}").status_code == 404


def test_the_ranking_filters_compares_and_invites(company: Buyer, officer: Visitor) -> None:
    first = businesses.business("Dapur Dekat", capacity=1200, area_code="36.72.04.1001", lat=-6.0, lon=106.0)
    second = businesses.business("Dapur Jauh", capacity=300)
    listed = businesses.business("Dapur Daftar", nib=None)
    codes = [first.code, second.code]
    assert listed.code not in codes
    tender = tenders.tender(buyer=company)
    base = f"/kebutuhan/{tender.code}"
    page = officer.get(f"{base}/peringkat").text
    assert page.index("Dapur Dekat") < page.index("Dapur Jauh")
    assert "Dapur Daftar" not in page
    assert "Dapur Daftar" in officer.get(f"{base}/peringkat?tab=hampir").text
    assert "Nomor Induk Berusaha" in officer.get(f"{base}/peringkat?tab=tidak").text
    narrowed = officer.get(f"{base}/peringkat?kecamatan=36.72.04").text
    assert "Dapur Dekat" in narrowed
    assert "Dapur Jauh" not in narrowed
    address = officer.post(f"{base}/banding", {"u": codes, "paket": "1"}).location
    assert "csrf" not in address
    side = officer.get(address).text
    assert "Dapur Dekat" in side
    assert "Longgar per hari" in side
    answer = officer.post(f"{base}/undang", {"u": codes, "kembali": f"{base}/peringkat"})
    assert answer.location == f"{base}/peringkat"
    assert len(db.session.get_one(Tender, tender.id).invitations) == 2
    assert officer.get(f"{base}/peringkat.csv").text.count("\n") == 3
    assert officer.post(f"{base}/undang", {"u": codes[0], "kembali": "https://lain.test"}).location == base


def test_lists_and_their_twins_answer_whatever_is_asked(app: Flask, company: Buyer, officer: Visitor) -> None:
    tender = tenders.tender(buyer=company, title="=SUM(A1)")
    code = tender.code
    for address in (
        "/kebutuhan", "/kebutuhan?lingkup=milik", "/kebutuhan?q=%25_%5C&status=aneh&halaman=-3&jenis=x",
        "/kebutuhan.csv", "/kebutuhan.xlsx",
        "/kebutuhan.json", "/pemasok?halaman=99999999999&skala=x", "/pemasok.json?q=dapur",
    ):  # fmt: skip
        assert officer.get(address).status_code == 200, address
    assert "'=SUM(A1)" in Visitor.of(app).get("/kebutuhan.csv").text
    assert officer.get("/kebutuhan.exe").status_code == 404
    assert code in Visitor.of(app).get("/kebutuhan").text


def test_goods_are_listed_with_their_whole_and_daily_work_with_its_day(app: Flask, company: Buyer) -> None:
    lot = tenders.tender(buyer=company).lots[0]
    assert "1.000 porsi/hari" in Visitor.of(app).get("/kebutuhan").text
    lot.pattern = Pattern.TOTAL
    page = Visitor.of(app).get("/kebutuhan").text
    assert "31.000 porsi" in page
    assert "porsi/hari" not in page


def test_a_page_takes_only_a_handful_of_statements(app: Flask, company: Buyer, officer: Visitor) -> None:
    for n in range(12):
        kitchen = businesses.business(f"Dapur {n}", capacity=100 + n)
        businesses.certificate(kitchen, "SLHS", date(2028, 1, 1))
        bids.bid(tenders.tender(buyer=company), kitchen, state=bids.BidState.SEALED)
    tender = tenders.tender(buyer=company)
    code = tender.code
    officer.get(f"/kebutuhan/{code}/peringkat")
    counted: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: counted.append(call[2]))
    for address, most in (
        ("/kebutuhan", 12), ("/kebutuhan?lingkup=semua", 14), (f"/kebutuhan/{code}", 22),
        (f"/kebutuhan/{code}/peringkat", 30), ("/pemasok", 14),
    ):  # fmt: skip
        counted.clear()
        assert officer.get(address).status_code == 200
        assert len(counted) <= most, (address, len(counted))


def test_the_ranking_kept_at_publication_is_read_by_the_buyer_and_the_auditor_as_it_stood(
    app: Flask, officer: Visitor, company: Buyer
) -> None:
    kitchen = businesses.business("Dapur Lama", capacity=600)
    businesses.certificate(kitchen, "HALAL")
    businesses.certificate(kitchen, "SLHS")
    tender = tenders.tender(buyer=company)
    keep_rankings(tender, PRESENT)
    kitchen.state = BusinessState.CLOSED
    mark_changed(kitchen.id)
    db.session.commit()
    address = f"/kebutuhan/{tender.code}/peringkat-tersimpan"
    for visitor in (officer, Visitor.of(app, accounts.member(Role.AUDITOR))):
        page = visitor.get(address).text
        assert "Dapur Lama" in page
        assert "600 porsi" in page
    assert "Dapur Lama" in officer.get(f"{address}.csv").text
    assert Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer("PT Lain"))).get(address).status_code == 404
    assert "Dapur Lama" not in officer.get(f"/kebutuhan/{tender.code}/peringkat").text


def test_a_certificate_that_ends_too_early_is_told_with_its_day(app: Flask, officer: Visitor, company: Buyer) -> None:
    kitchen = businesses.business("Dapur Hampir", capacity=600)
    businesses.certificate(kitchen, "HALAL", until=date(2027, 1, 15))
    tender = tenders.tender(buyer=company)
    tender.lots[0].requirements.append(LotRequirement(certificate_code="HALAL", level=Level.MANDATORY))
    db.session.commit()
    page = officer.get(f"/kebutuhan/{tender.code}/peringkat?tab=hampir").text
    assert "HALAL berlaku sampai 15 Jan 2027, sebelum pengiriman terakhir 31 Jan 2027: perlu diperpanjang." in page


def test_who_is_missing_from_a_ranking_is_found_by_name_with_what_it_lacks(
    app: Flask, officer: Visitor, company: Buyer
) -> None:
    businesses.business("Dapur Kecil", capacity=20)
    businesses.business("Dapur Besar", capacity=2000)
    businesses.business("Servis AC Dingin", "servis-ac", capacity=5, activity="servis AC", trade_code="ac-pendingin")
    tender = tenders.tender(buyer=company)
    db.session.commit()
    address = f"/kebutuhan/{tender.code}/peringkat?tab=tidak&q="
    small = officer.get(address + "kecil").text
    assert "Dapur Kecil" in small
    assert "20 porsi" in small
    assert "Jenis usahanya lain." in officer.get(address + "dingin").text
    assert "Dapur Besar" in officer.get(address + "besr").text


def test_a_certificate_that_is_asked_for_and_held_looks_held(app: Flask, company: Buyer) -> None:
    of = businesses.business(capacity=2_000)
    businesses.certificate(of, "SLHS", date(2029, 1, 1))
    businesses.certificate(of, "HALAL", date(2027, 1, 5))  # (ends while the need still runs)
    need = tenders.tender(buyer=company)
    need.lots[0].requirements += [LotRequirement(certificate_code=c, level=Level.MANDATORY) for c in ("SLHS", "HALAL")]
    page = BeautifulSoup(
        Visitor.of(app, accounts.member(Role.OWNER, business=of)).get(f"/kebutuhan/{need.code}").text, "html.parser"
    )
    told = {badge.text: badge["class"] for badge in page.select("dd .badges .status")}
    good = [text for text, tone in told.items() if "status-good" in tone]
    assert len(told) == 3
    assert len(good) == 2  # (its NIB and its SLHS)
    assert all("wajib, Anda punya" in text for text in good)
    stranger = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business(nib=None)))
    assert "Anda punya" not in stranger.get(f"/kebutuhan/{need.code}").text


def test_an_amount_that_is_changed_stands_nowhere_in_the_preview(officer: Visitor) -> None:
    tender = written(officer, "sewa tenda dan kursi untuk halal bihalal 300 orang")
    address = f"/kebutuhan/{tender.code}/ubah"
    form = fields(officer.get(address).text)
    assert (form["lots-0-amount"], form["lots-0-unit"], form["lots-0-pattern"]) == ("300", "orang", "total")
    days = {"lots-0-start_on": "2027-04-20", "lots-0-end_on": "2027-04-20"}
    changed = {**form, **days, "lots-0-amount": "2", "lots-0-unit": "paket", "lots-0-min_share": "1", "aksi": "lanjut"}
    assert officer.post(address, changed).location == f"/kebutuhan/{tender.code}/pratinjau"
    of = db.session.get_one(Tender, tender.id)
    assert of.title == "Sewa tenda, kursi dan sound, 2 paket"
    assert "300" not in of.title + of.summary + of.lots[0].title
