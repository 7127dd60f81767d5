"""What people write fills the form: one thing or several, in the unit and for the time that was said."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask, g

from marketplace.reads import tenders as reading
from marketplace.rules.policy import Role
from marketplace.services import matching_room
from marketplace.web.forms.tenders import TenderForm
from marketplace.web.tenders import reading as texts
from marketplace.web.tenders.supply import panel
from marketplace.web.tenders.things import Surroundings
from marketplace.web.visitors import LANGUAGE_COOKIE
from tests.factories import accounts, buyers
from tests.factories.tenders import PRESENT

TODAY = date(2026, 11, 24)


@pytest.fixture
def around(app: Flask) -> Surroundings:
    company = buyers.buyer()
    with app.test_request_context("/"):
        g.actor = accounts.actor(Role.OFFICER, company)
        sites = reading.sites_of(g.actor)
    return Surroundings(company, sites, reading.categories(), PRESENT)


def filled(app: Flask, around: Surroundings, text: str) -> dict[str, str]:
    with app.test_request_context("/"):
        return dict(texts.filled(text, around).values)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("katering makan siang 1.200 box per hari, 3 shift, mulai 1 Maret selama 6 bulan, wajib halal", 0),
        ("seragam kerja wearpack 350 stel, bordir logo, ukuran S sampai XXL, selesai akhir Januari", 0),
        ("katering 500 box per hari dan laundry 200 potong per hari, mulai 1 Februari selama 6 bulan", 2),
        ("1) seragam 200 stel 2) sepatu safety 200 pasang 3) helm proyek 200 buah, paling lambat 20 Januari", 3),
        ("Butuh:\n- palet kayu 300 pcs\n- katering 100 box per hari", 2),
    ],
)
def test_a_text_is_cut_where_another_thing_with_an_amount_begins(text: str, parts: int) -> None:
    assert len(matching_room.understand_parts(text, TODAY)[1]) == parts


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("servis AC 20 unit setiap 3 bulan", "20 unit tiap 3 bulan"),
        ("galon 60 buah selang sehari", "tiap 2 hari"),
        ("galon 60 buah per minggu", "per minggu"),
    ],
)
def test_how_often_is_told_as_it_was_said(app: Flask, around: Surroundings, text: str, size: str) -> None:
    with app.test_request_context("/"):
        values = {chip.label: chip.value for chip in texts.chips(text, around)}
    assert values["Jumlah"].endswith(size)


def test_several_things_become_lots_that_share_what_was_said_once(app: Flask, around: Surroundings) -> None:
    values = filled(
        app,
        around,
        "katering 500 box per hari dan laundry 200 kg per hari, mulai 1 Februari selama 6 bulan, wajib halal",
    )
    assert (values["lots-0-category"], values["lots-1-category"]) == ("katering-harian", "laundry")
    assert (values["lots-0-amount"], values["lots-1-amount"]) == ("500", "200")
    assert values["lots-0-start_on"] == values["lots-1-start_on"] == "2027-02-01"
    assert values["lots-0-end_on"] == values["lots-1-end_on"] == "2027-07-31"
    assert values["lots-0-cert-HALAL"] == "mandatory"
    assert "lots-1-cert-HALAL" not in values
    assert values["title"] == "Katering harian karyawan dan Laundry"
    assert "500 porsi" in values["summary"]
    assert "200 kg" in values["summary"]


def test_lots_of_the_same_kind_keep_their_own_words(app: Flask, around: Surroundings) -> None:
    values = filled(app, around, "cetak kalender 40 lembar dan brosur 5000 lembar untuk acara 17 agustus")
    assert values["lots-0-title"] == "cetak kalender"
    assert values["lots-1-title"] == "brosur untuk acara 17 agustus"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("barang aneh 300 kotak per hari", "barang aneh"),
        ("butuh 20 zzqq per minggu selama 3 bulan", "butuh zzqq selama 3 bulan"),
    ],
)
def test_a_title_in_ones_own_words_keeps_no_amount(app: Flask, around: Surroundings, text: str, title: str) -> None:
    assert filled(app, around, text)["title"] == title


@pytest.mark.parametrize(
    ("text", "amount", "unit", "pattern"),
    [
        ("katering makan siang 300 pax per hari selama Januari 2027", "300", "porsi", "daily"),
        ("laundry wearpack 100 potong per hari selama Januari 2027", "100", "pcs", "daily"),
        ("sewa scaffolding 600 set selama 45 hari mulai 10 Januari", "600", "set", "daily"),
        ("tenaga satpam 24 orang selama 1 tahun", "24", "orang/bulan", "daily"),
        ("seragam kerja 350 stel selesai 31 Januari", "350", "stel", "total"),
        ("sewa tenda dan kursi untuk halal bihalal 300 orang", "300", "orang", "total"),
        ("sewa tenda 10 unit tanggal 12 Desember 2026", "10", "unit", "total"),
        ("sewa tenda 10 unit selama 3 hari mulai 12 Desember 2026", "10", "unit", "daily"),
        ("sewa sound system 1 paket untuk 200 tamu", "1", "paket", "total"),
        ("sewa bus 3 unit untuk rekreasi keluarga tanggal 12 Desember 2026", "3", "unit", "total"),
        ("prasmanan syukuran 300 orang tanggal 12 Desember 2026", "300", "porsi", "total"),
    ],
)
def test_the_amount_stays_in_the_unit_that_was_said(
    app: Flask, around: Surroundings, text: str, amount: str, unit: str, pattern: str
) -> None:
    values = filled(app, around, text)
    assert (values["lots-0-amount"], values["lots-0-unit"], values["lots-0-pattern"]) == (amount, unit, pattern)


@pytest.mark.parametrize(
    ("text", "amount", "pattern"),
    [
        ("laundry 100 stel per bulan selama 6 bulan mulai Januari", "600", "total"),
        ("laundry 100 stel per bulan tiap Senin selama 6 bulan", "600", "total"),
        ("laundry 400 kg per minggu selama 3 bulan mulai 1 Januari 2027", "5200", "total"),
        ("servis AC 20 unit setiap 3 bulan selama 1 tahun", "80", "total"),
        ("galon 60 buah selang sehari selama 30 hari", "900", "total"),
        ("laundry 400 kg per minggu", "", "total"),
        ("katering 500 box per minggu tiap Selasa selama 3 bulan mulai 4 Januari 2027", "500", "daily"),
        ("katering 500 box per minggu tiap Selasa dan Kamis mulai 4 Januari 2027 selama 3 bulan", "250", "daily"),
        ("katering 501 box per minggu tiap Selasa dan Kamis mulai 4 Januari 2027 selama 3 bulan", "6513", "total"),
        ("satpam 24 orang per bulan selama 1 tahun", "24", "daily"),
        ("sewa scaffolding 600 set per bulan mulai 1 Januari 2027 selama 3 bulan", "600", "daily"),
    ],
)
def test_an_amount_per_week_or_month_fills_the_form_with_the_right_whole(
    app: Flask, around: Surroundings, text: str, amount: str, pattern: str
) -> None:
    values = filled(app, around, text)
    assert (values["lots-0-amount"], values["lots-0-pattern"]) == (amount, pattern)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("snack hari kerja", [0, 1, 2, 3, 4]),
        ("snack setiap hari kecuali Minggu", [0, 1, 2, 3, 4, 5]),
        ("snack 200 box akhir pekan", [5, 6]),
        ("snack 200 box tiap Senin pertama", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_the_days_that_were_said_are_ticked_with_or_without_an_amount(
    app: Flask, around: Surroundings, text: str, days: list[int]
) -> None:
    values = filled(app, around, text)
    assert [day for day in range(7) if f"lots-0-day-{day}" in values] == days
    with app.test_request_context("/"):
        told = [chip for chip in texts.chips(text, around) if chip.label == "Hari pengiriman"]
    assert len(told) == (len(days) < 7)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("tiap Selasa", "per hari, setiap Selasa, mulai 5 Jan 2027 sampai 30 Mar 2027."),
        ("tiap Selasa dan Kamis", "per hari, Selasa, Kamis, mulai 5 Jan 2027 sampai 30 Mar 2027."),
        ("Senin-Jumat", "per hari, Senin–Jumat, 5 Jan 2027 sampai 30 Mar 2027."),
    ],
)
def test_a_proposed_summary_is_indonesian_and_its_days_are_no_date(
    app: Flask, around: Surroundings, said: str, told: str, language: str
) -> None:
    text = f"katering 1.500 porsi per hari {said}, 5 Januari 2027 sampai 30 Maret 2027"
    with app.test_request_context("/", headers={"Cookie": f"{LANGUAGE_COOKIE}={language}"}):
        summary = texts.filled(text, around).values["summary"]
    assert summary == f"Katering harian karyawan 1.500 porsi {told} Diantar ke {around.sites[0].name}."


def test_a_unit_that_businesses_do_not_count_in_is_pointed_out(app: Flask, around: Surroundings) -> None:
    with app.test_request_context("/"):
        for unit, hinted in (("pcs", True), ("kg", False)):
            form = texts.filled(f"laundry wearpack 100 {unit} per hari, 1 Januari 2027 sampai 31 Januari 2027", around)
            shown = panel(form.lot(0), around.sites[0], PRESENT)
            assert bool(shown.unit_hint) is hinted


def test_a_place_where_the_company_has_no_site_is_said_to_be_none(app: Flask, around: Surroundings) -> None:
    with app.test_request_context("/"):
        chips = {chip.label: chip.value for chip in texts.chips("laundry 100 kg per hari, kirim ke Merak", around)}
        at_home = {chip.label: chip.value for chip in texts.chips("laundry 100 kg, kirim ke Ciwandan", around)}
    assert chips["Tempat"] == "Merak (bukan lokasi perusahaan Anda)"
    assert at_home["Tempat"] == "Ciwandan"


def test_several_things_are_shown_with_their_numbers(app: Flask, around: Surroundings) -> None:
    with app.test_request_context("/"):
        chips = texts.chips("katering 500 box per hari dan laundry 200 kg per hari", around)
    assert [(chip.label, chip.field) for chip in chips if chip.label.startswith("Paket")] == [
        ("Paket 1", "lots-0-category"),
        ("Paket 2", "lots-1-category"),
    ]


def test_a_proposed_title_follows_the_amount_before_the_days_are_known(app: Flask, around: Surroundings) -> None:
    with app.test_request_context("/"):
        before = texts.filled("sewa tenda dan kursi untuk halal bihalal 300 orang", around)
        assert before["title"].endswith(", 300 orang")
        changed = TenderForm({**before.values, "lots-0-amount": "2", "lots-0-unit": "paket"})
        texts.renew(changed, before, around)
        assert changed["title"].endswith(", 2 paket")
        unread = TenderForm({**before.values, "lots-0-amount": "dua"})
        texts.renew(unread, before, around)
        assert "300" not in unread["title"]
        assert not unread.errors
