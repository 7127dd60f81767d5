"""Delivery days in the form of a need and wherever its quantity is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.contracts import Contract
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.calendars import delivery_days
from marketplace.rules.policy import Actor, Role
from marketplace.rules.tenders import Pattern
from marketplace.services import awards, negotiations
from marketplace.web.format import on_weekdays
from tests.factories import accounts, businesses, buyers, tenders
from tests.factories.negotiations import scene, terms
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

MONDAY_TO_FRIDAY = 0b0011111
TEXT = "katering makan siang 1.000 porsi per hari, Senin sampai Jumat, mulai 1 Maret sampai 31 Maret 2027"


pytestmark = pytest.mark.usefixtures("present")


@pytest.fixture
def officer(app: Flask) -> Visitor:
    return Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer()))


def written(officer: Visitor, text: str) -> Tender:
    assert officer.post("/kebutuhan/baru", {"text": text}).status_code == 303
    return db.session.scalars(select(Tender).order_by(Tender.id.desc())).first()  # type: ignore[return-value]


def sent(page: str) -> dict[str, Any]:
    """What a browser would send of the form of a need: ticked boxes only, hidden fields too."""
    form = BeautifulSoup(page, "html.parser").select_one("form#kebutuhan")
    assert form is not None
    values: dict[str, Any] = {}
    for field in form.select("input, select, textarea"):
        kind, name = field.get("type"), str(field.get("name") or "")
        if not name or kind in {"file", "submit"} or (kind == "checkbox" and not field.has_attr("checked")):
            continue
        if name in {"csrf_token", "sekali"}:
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            values[name] = chosen["value"] if chosen else ""
        else:
            values[name] = field.get("value", "") if field.name == "input" else field.text.strip()
    return values


def ticked(values: dict[str, Any], lot: int = 0) -> list[int]:
    return [day for day in range(7) if f"lots-{lot}-day-{day}" in values]


def lot_now() -> Lot:
    db.session.expire_all()
    return db.session.scalars(select(Lot).order_by(Lot.id.desc())).first()  # type: ignore[return-value]


def test_the_days_that_were_written_are_ticked_and_bound(officer: Visitor) -> None:
    tender = written(officer, TEXT)
    page = officer.get(f"/kebutuhan/{tender.code}/ubah").text
    form = sent(page)
    assert ticked(form) == [0, 1, 2, 3, 4]
    plain = " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())
    assert "Hari pengiriman: Senin–Jumat “Senin sampai Jumat”" in plain
    assert "23 hari pengiriman, seluruhnya 23.000 porsi." in plain
    assert "1.000 porsi per hari, Senin–Jumat, 1 Mar 2027 sampai 31 Mar 2027." in form["summary"]
    assert officer.post(f"/kebutuhan/{tender.code}/ubah", {**form, "aksi": "lanjut"}).status_code == 303
    lot = lot_now()
    assert (lot.weekdays, lot.quantity, lot.quantity_per_day) == (MONDAY_TO_FRIDAY, 23_000, 1000)
    preview = officer.get(f"/kebutuhan/{tender.code}/pratinjau").text
    assert "1.000 porsi/hari, Senin–Jumat" in " ".join(preview.split())
    assert ticked(sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)) == [0, 1, 2, 3, 4]


def test_without_days_in_the_text_every_day_is_ticked_and_none_is_told(officer: Visitor) -> None:
    tender = written(officer, TEXT.replace(" Senin sampai Jumat,", ""))
    page = officer.get(f"/kebutuhan/{tender.code}/ubah").text
    form = sent(page)
    assert ticked(form) == list(range(7))
    officer.post(f"/kebutuhan/{tender.code}/ubah", {**form, "aksi": "lanjut"})
    assert (lot_now().weekdays, lot_now().quantity) == (127, 31_000)
    preview = " ".join(officer.get(f"/kebutuhan/{tender.code}/pratinjau").text.split())
    assert "1.000 porsi/hari" in preview
    assert "Senin" not in BeautifulSoup(preview, "html.parser").get_text().replace("Senin, 1 Maret 2027", "")


def test_no_day_at_all_is_refused_beside_the_days_and_stays_as_typed(officer: Visitor) -> None:
    tender = written(officer, TEXT)
    form = sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)
    none = {name: value for name, value in form.items() if "-day-" not in name}
    answer = officer.post(f"/kebutuhan/{tender.code}/ubah", {**none, "aksi": "lanjut"})
    assert answer.status_code == 422
    assert '<a href="#lots-0-weekdays">Hari pengiriman: Centang paling sedikit satu hari pengiriman.</a>' in answer.text
    assert ticked(sent(answer.text)) == []
    officer.post(f"/kebutuhan/{tender.code}/ubah", {**none, "aksi": "draf"})
    assert ticked(sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)) == []
    week = {"lots-0-start_on": "2027-03-01", "lots-0-end_on": "2027-03-03", "lots-0-day-6": "1"}
    answer = officer.post(f"/kebutuhan/{tender.code}/ubah", {**none, **week, "aksi": "lanjut"})
    assert "Antara tanggal mulai dan selesai tidak ada hari yang dicentang." in answer.text


def test_each_lot_has_its_days_and_a_new_one_begins_with_those_before(officer: Visitor) -> None:
    tender = written(officer, TEXT)
    form = sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)
    officer.post(f"/kebutuhan/{tender.code}/ubah", {**form, "aksi": "tambah-paket"})
    form = sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)
    assert ticked(form, 1) == [0, 1, 2, 3, 4]
    form.pop("lots-1-day-0")
    officer.post(f"/kebutuhan/{tender.code}/ubah", {**form, "aksi": "draf"})
    form = sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)
    assert (ticked(form), ticked(form, 1)) == ([0, 1, 2, 3, 4], [1, 2, 3, 4])
    officer.post(f"/kebutuhan/{tender.code}/ubah", {**form, "aksi": "hapus-paket-0"})
    assert ticked(sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("katering 500 porsi per hari Senin sampai Jumat dan laundry 200 kg per hari, mulai 1 Maret", [5, 7]),
        ("katering 500 porsi per hari dan laundry 200 kg per hari. Hari kerja saja, mulai 1 Maret", [7, 5]),
        ("seragam kerja 350 stel, kirim hari Senin 1 Maret 2027", [7]),
    ],
)
def test_days_belong_to_what_they_were_said_of(officer: Visitor, text: str, days: list[int]) -> None:
    tender = written(officer, text)
    form = sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)
    assert [len(ticked(form, lot)) for lot in range(len(days))] == days


WHOLE = "kue kotak 200 kotak, 1 Maret 2027 sampai 14 Maret 2027"


def test_the_smallest_share_that_is_proposed_fits_a_whole_spread_over_its_days(officer: Visitor) -> None:
    tender = written(officer, WHOLE)
    form = sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)
    assert (form["lots-0-pattern"], form["lots-0-amount"]) == ("total", "200")
    assert form["lots-0-min_share"] == "1"


def test_the_proposed_share_follows_the_pattern_and_one_that_was_typed_is_refused(officer: Visitor) -> None:
    tender = written(officer, TEXT)
    address = f"/kebutuhan/{tender.code}/ubah"
    form = sent(officer.get(address).text)
    assert form["lots-0-min_share"] == "100"
    whole = {**form, "lots-0-pattern": "total", "aksi": "lanjut"}
    typed = officer.post(address, {**whole, "lots-0-min_share": "90"})
    assert typed.status_code == 422
    assert "harus antara 1 dan 33" in typed.text
    assert officer.post(address, whole).status_code == 303
    assert lot_now().min_share_per_day == 3


def test_an_emptied_summary_is_proposed_and_never_refused(officer: Visitor) -> None:
    tender = written(officer, TEXT)
    address = f"/kebutuhan/{tender.code}/ubah"
    form = {**sent(officer.get(address).text), "summary": "", "aksi": "lanjut"}
    wrong = officer.post(address, {**form, "lots-0-ceiling_price": "mahal"})
    assert wrong.status_code == 422
    assert "Tulis ringkasan" not in wrong.text
    assert sent(wrong.text)["summary"] == "", "a summary of what is still wrong would stay behind"
    assert officer.post(address, {**form, "lots-0-ceiling_price": "Rp 25.000,-"}).status_code == 303
    db.session.expire_all()
    assert "1.000 porsi per hari, Senin–Jumat" in lot_now().tender.summary
    assert lot_now().ceiling_price == 25_000


def test_the_panel_names_what_is_missing_or_wrong(officer: Visitor) -> None:
    tender = written(officer, TEXT)
    form = sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)
    days = {name for name in form if name.startswith("lots-0-day-")}
    cases: list[tuple[dict[str, Any], str]] = [
        ({name: value for name, value in form.items() if name not in days}, "Hari pengiriman: Centang paling sedikit"),
        ({**form, "lots-0-ceiling_price": "mahal"}, "Harga batas: Tulis angka saja"),
        ({**form, "lots-0-amount": ""}, "Jumlah: Isi angkanya."),
        ({**form, "lots-0-category": ""}, "Jenis: Pilih jenis barang atau jasa."),
        ({**form, "lots-0-category": "tidak-ada"}, "Pilih jenis barang atau jasa."),
    ]
    for query, said in cases:
        panel = BeautifulSoup(
            officer.get("/kebutuhan/pasokan", query_string={**query, "paket": "0"}).text, "html.parser"
        )
        assert [li.text for li in panel.select("li")] == [li.text for li in panel.select("li") if said in li.text]
        assert said in panel.text
    assert "UMKM" in officer.get("/kebutuhan/pasokan", query_string={**form, "paket": "0"}).text


def test_a_whole_quantity_knows_no_days(officer: Visitor) -> None:
    tender = written(officer, TEXT)
    form = sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)
    assert "lots-0-day-6" not in form
    whole = {**form, "lots-0-pattern": "total", "lots-0-amount": "310", "lots-0-min_share": "1"}
    assert officer.post(f"/kebutuhan/{tender.code}/ubah", {**whole, "aksi": "lanjut"}).status_code == 303
    lot = lot_now()
    assert (lot.pattern, lot.weekdays, lot.quantity, lot.quantity_per_day) == (Pattern.TOTAL, 127, 310, 10)


def test_the_live_panel_counts_who_is_open_on_the_days_that_are_ticked(officer: Visitor) -> None:
    kitchen = businesses.business("Dapur Bu Enok", capacity=1200, open_days=0b0111111)
    for code in ("SLHS", "HALAL"):
        businesses.certificate(kitchen, code)
    tender = written(officer, TEXT)
    form = sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)
    panel = officer.get("/kebutuhan/pasokan", query_string={**form, "paket": "0"}).text
    assert "1 UMKM, 1.200 porsi per hari dari 1.000 yang dibutuhkan" in panel
    with_sunday = {**form, "lots-0-day-6": "1", "paket": "0"}
    assert "0 UMKM, 0 porsi" in officer.get("/kebutuhan/pasokan", query_string=with_sunday).text


def enter(app: Flask, actor: Actor) -> Visitor:
    return Visitor.of(app, db.session.get_one(User, actor.user_id))


def test_the_days_follow_the_quantity_everywhere(app: Flask, at: datetime) -> None:
    market = scene((20_000, 1000))
    lot, code, bid = market.lot, market.tender.code, market.bids[0].code
    lot.weekdays = MONDAY_TO_FRIDAY
    lot.quantity = 1000 * len(delivery_days(lot.start_on, lot.end_on, MONDAY_TO_FRIDAY))
    thread = negotiations.begin(market.line(0), terms(19_000, 1000), market.officer, at).code
    officer, owner, public = enter(app, market.officer), enter(app, market.owners[0]), Visitor.of(app)
    seen = [
        (public, "/kebutuhan"),
        (public, f"/kebutuhan/{code}"),
        (officer, f"/kebutuhan/{code}"),
        (officer, f"/kebutuhan/{code}/peringkat"),
        (officer, f"/kebutuhan/{code}/penawaran"),
        (officer, f"/kebutuhan/{code}/pemenang"),
        (officer, f"/negosiasi/{thread}"),
        (owner, f"/negosiasi/{thread}"),
        (owner, f"/penawaran/{bid}"),
    ]
    for visitor, path in seen:
        tells(visitor, path)
    awards.propose(market.tender, [(lot, market.bids[0], 1000)], "Nilai tertinggi", market.officer, at)
    contract = db.session.scalars(select(Contract)).one()
    path, value = f"/kontrak/{contract.code}", contract.value
    assert value == 20_000 * 21_000
    for visitor in (officer, owner):
        tells(visitor, path)
        tells(visitor, f"/kebutuhan/{code}")
        pages = PdfReader(BytesIO(visitor.get(f"{path}.pdf").data)).pages
        assert "paling banyak 1.000 porsi, Senin–Jumat" in " ".join(page.extract_text() for page in pages)
    assert "Senin–Jumat" in officer.get("/kontrak.csv").text


def tells(visitor: Visitor, path: str) -> None:
    """The page says the days in both languages."""
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    assert "Senin–Jumat" in answer.text, path
    visitor.client.set_cookie("bahasa", "en")
    assert "Monday–Friday" in visitor.get(path).text, path
    visitor.client.delete_cookie("bahasa")


def test_the_panel_says_weeks_also_where_the_first_has_a_single_delivery_day(officer: Visitor) -> None:
    kitchen = businesses.business("Dapur Bu Enok", capacity=1200)
    for code in ("SLHS", "HALAL"):
        businesses.certificate(kitchen, code)
    tender = written(officer, TEXT.replace("1 Maret sampai 31 Maret", "Jumat 5 Maret sampai 31 Agustus"))
    form = sent(officer.get(f"/kebutuhan/{tender.code}/ubah").text)
    assert (form["lots-0-start_on"], ticked(form)) == ("2027-03-05", [0, 1, 2, 3, 4])
    panel = officer.get("/kebutuhan/pasokan", query_string={**form, "paket": "0"}).text
    assert "Longgar tiap minggu, hari tersempitnya: cukup pada 27 dari 27 minggu" in panel


def test_nothing_follows_an_amount_of_every_day() -> None:
    assert on_weekdays(127, "id") == ""
    assert on_weekdays(MONDAY_TO_FRIDAY, "id") == ", Senin–Jumat"
    assert on_weekdays(0b0010101, "en") == ", Monday, Wednesday, Friday"


def test_the_list_tells_days_that_all_lots_share(app: Flask) -> None:
    tender = tenders.tender(closes_at=PRESENT + timedelta(days=3))
    tenders.lot(tender)
    tender.lots[0].weekdays = MONDAY_TO_FRIDAY
    page = " ".join(Visitor.of(app).get("/kebutuhan").text.split())
    assert "2.000 porsi/hari" in page
    assert "Senin–Jumat" not in page
    tender.lots[1].weekdays = MONDAY_TO_FRIDAY
    page = Visitor.of(app).get("/kebutuhan").text
    assert "2.000 porsi/hari, Senin–Jumat" in " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())
