"""Needs as people write them."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import quantities
from matching.dates import next_date
from matching.errors import BadInput
from matching.understand import Understanding, understand

TODAY = dt.date(2026, 11, 24)


def read(text: str) -> Understanding:
    return understand(text, TODAY)


def test_a_catering_need_with_shifts_dates_and_a_certificate_is_understood() -> None:
    need = read("katering makan siang 1.200 box per hari, 3 shift, mulai 1 Maret selama 6 bulan, wajib halal")
    assert need.category == "catering"
    assert (need.quantity, need.unit, need.period) == (1200, "box", "day")
    assert (need.quantity_per_day, need.shifts) == (1200, 3)
    assert (need.start, need.end) == (dt.date(2027, 3, 1), dt.date(2027, 8, 31))
    assert need.days == 184
    assert need.certificates == ("HALAL",)


def test_a_weekly_laundry_need_is_understood() -> None:
    need = read("400 kg per minggu laundry wearpack")
    assert (need.category, need.quantity, need.unit, need.period) == ("laundry", 400, "kg", "week")
    assert need.quantity_per_day == 58


def test_a_deadline_is_the_last_day_and_spreads_the_work() -> None:
    need = read("600 stel seragam kerja paling lambat 15 Januari 2027")
    assert (need.category, need.quantity, need.unit, need.period) == ("seragam", 600, "stel", "once")
    assert (need.start, need.end) == (None, dt.date(2027, 1, 15))
    assert need.quantity_per_day == 12


def test_a_certificate_that_is_only_welcome_is_not_asked() -> None:
    need = read("nasi kotak 250 bks utk rapat tgl 5/2, ISO 22000 lebih disukai")
    assert (need.category, need.quantity) == ("catering", 250)
    assert (need.start, need.end, need.days) == (dt.date(2027, 2, 5), dt.date(2027, 2, 5), 1)
    assert (need.certificates, need.preferred) == ((), ("ISO22000",))


def test_a_certificate_that_is_waived_is_not_asked() -> None:
    need = read("500 snack box tanpa sertifikat halal, wajib PIRT dan NIB")
    assert need.certificates == ("PIRT", "NIB")


@pytest.mark.parametrize("feast", ["halal bihalal", "halal bi halal", "Halal-bihalal", "halal bil halal"])
def test_a_feast_that_is_called_halal_bihalal_asks_no_certificate(feast: str) -> None:
    assert read(f"sewa tenda dan kursi untuk {feast} 300 orang").certificates == ()
    assert read(f"nasi kotak bersertifikat halal untuk {feast} 300 orang").certificates == ("HALAL",)


@pytest.mark.parametrize(
    ("text", "quantity", "unit"),
    [
        ("kebersihan 800 meter persegi", 800, "m2"), ("galian 20 meter kubik", 20, "m3"),
        ("800 square meters", 800, "m2"), ("selusin piring", 12, ""),
        ("kain 800 meter", 800, "m"), ("beras setengah ton", 500, "kg"), ("gula satu setengah ton", 1500, "kg"),
        ("beras 1/2 ton", 500, "kg"), ("katering 10-12 orang", 12, "orang"), ("kabel 100 m 2.5 mm", 100, "m"),
        ("pipa 1/2 inch 20 batang", 20, "batang"), ("sewa mobil 2-3 hari", None, ""),
        ("seperempat ton gula", 250, "kg"), ("setengah lusin piring", 6, ""), ("sewa setengah hari", None, ""),
    ],
)  # fmt: skip
def test_areas_and_halves_are_read(text: str, quantity: int | None, unit: str) -> None:
    need = read(text)
    assert (need.quantity, need.unit) == (quantity, unit)


def test_a_week_in_english_is_a_period_but_not_how_long_something_lasts() -> None:
    assert (read("400 coveralls a week").quantity, read("400 coveralls a week").period) == (400, "week")
    assert read("2 cars for a week").period == "once"


def test_what_is_rented_is_counted() -> None:
    assert read("sewa 300 kursi").quantity == 300
    assert read("kirim ke WA 812").quantity is None


def test_days_of_the_week_make_a_daily_need() -> None:
    need = read("butuh 2 rit truk tiap hari senin-jumat")
    assert (need.category, need.quantity, need.unit, need.period) == ("angkutan-ekspedisi", 2, "rit", "day")
    assert need.weekdays == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("hari kerja", "01234"), ("weekdays", "01234"), ("sen-jum", "01234"), ("sen - sab", "012345"),
        ("mon-fri", "01234"), ("sel s/d jum", "1234"), ("tiap sen & kam", "03"), ("Senin, Rabu, Jumat", "024"),
        ("weekend", "56"), ("setiap akhir pekan", "56"), ("Sabtu-Minggu", "56"), ("tiap Sabtu Minggu", "56"),
        ("setiap hari kecuali Minggu", "012345"), ("kecuali Sabtu dan Minggu", "01234"),
        ("kecuali hari Sabtu & hari Minggu", "01234"), ("every day except Sunday", "012345"),
        ("Senin-Sabtu kecuali Kamis", "01245"), ("every day except weekends", "01234"),
        ("kecuali minggu pertama", ""), ("Minggu pertama setiap bulan", ""), ("tiap Senin pertama", ""),
        ("tiap Senin minggu ke-2", ""), ("first Monday of every month", ""), ("hari kerja pertama tiap bulan", ""),
        ("tiap Senin, pertama kali 4 Januari", "0"), ("akhir pekan ini", ""), ("sabtu minggu depan", ""),
        ("sel surya", ""), ("min 10 dus", ""), ("selesai 3 hari kerja", ""),
    ],
)  # fmt: skip
def test_weekdays_are_read_as_people_write_them(text: str, days: str) -> None:
    assert read(f"snack 200 box {text}").weekdays == tuple(map(int, days))


@pytest.mark.parametrize(
    "text",
    [
        "hari Senin 4 Januari 2027", "hari Senin, 4 Januari 2027", "Senin 4 Januari 2027", "on Monday 4 January 2027",
        "hari Senin tgl 4/1/2027", "tanggal 4 Januari 2027 hari Senin", "4 Januari 2027 (hari Senin)",
    ],
)  # fmt: skip
def test_a_weekday_beside_a_date_is_that_date(text: str) -> None:
    need = read(f"nasi 500 box {text}")
    assert (need.start, need.end, need.days, need.weekdays) == (dt.date(2027, 1, 4), dt.date(2027, 1, 4), 1, ())
    assert (need.quantity, need.period) == (500, "once")


def test_weekdays_beside_both_dates_of_a_window_are_no_other_dates() -> None:
    need = read("nasi 500 box per hari, mulai hari Senin 4 Januari 2027 sampai hari Jumat 8 Januari 2027")
    assert (need.start, need.end, need.days) == (dt.date(2027, 1, 4), dt.date(2027, 1, 8), 5)
    assert read("nasi 500 box hari Senin pertama setiap bulan").start is None


def test_a_quantity_per_shift_is_multiplied_by_the_shifts() -> None:
    need = read("katering 400 box per shift, 3 shift")
    assert (need.quantity, need.period, need.shifts) == (1200, "day", 3)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,2rb box", 1200), ("1.200 box", 1200), ("1200 box", 1200), ("2 ribu box", 2000), ("dua ratus box", 200),
        ("seribu dua ratus lima puluh box", 1250), ("tiga belas box", 13), ("2 lusin kaos", 24),
        ("1.200.000 box", 1_200_000),
        ("dua puluh lima ribu box", 25_000), ("seratus box", 100), ("1,5 juta box", 1_500_000), ("400 kg", 400),
    ],
)  # fmt: skip
def test_numbers_are_read_in_figures_and_words(text: str, value: int) -> None:
    assert [amount.value for amount in quantities.find_amounts(text)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Rp 20.000 per box",
        "rapat di RT 02",
        "pukul 12",
        "ISO 9001",
        "tgl 5 Maret 2027",
        "31/12/2026",
        "laundry 99,9% bersih",
        "katering mulai 31 Februari 2027",
        "katering 30/02/2027",
        "katering 2027-02-30",
        "katering 31/2",
        "genset 100 kva",
        "AC 2 pk",
        "kaos 100 persen katun",
    ],
)
def test_prices_addresses_times_dates_and_shares_are_no_quantities(text: str) -> None:
    assert read(text).quantity is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("roti 5/2", dt.date(2027, 2, 5), dt.date(2027, 2, 5)),
        ("roti 24 November", TODAY, TODAY),
        ("roti 23 November", dt.date(2027, 11, 23), dt.date(2027, 11, 23)),
        ("roti besok", dt.date(2026, 11, 25), dt.date(2026, 11, 25)),
        ("roti tgl 1-3 Maret", dt.date(2027, 3, 1), dt.date(2027, 3, 3)),
        ("roti mulai 1 Des 2026 s/d 31 Jan 2027", dt.date(2026, 12, 1), dt.date(2027, 1, 31)),
        ("roti mulai awal Februari", dt.date(2027, 2, 1), None),
        ("roti akhir Februari", dt.date(2027, 2, 28), dt.date(2027, 2, 28)),
        ("roti 31/2", None, None),
        ("roti mulai 31 Februari 2027", None, None),
        ("roti 1/2 kg", None, None),
        ("roti 10-12 orang", None, None),
        ("roti 5-2", dt.date(2027, 2, 5), dt.date(2027, 2, 5)),
        ("roti 5/2 jam 11.00", dt.date(2027, 2, 5), dt.date(2027, 2, 5)),
        ("roti 2027-02-05", dt.date(2027, 2, 5), dt.date(2027, 2, 5)),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, start: dt.date | None, end: dt.date | None) -> None:
    need = read(text)
    assert (need.start, need.end) == (start, end)


def test_a_leap_day_waits_for_its_year() -> None:
    assert next_date(TODAY, 2, 29) == dt.date(2028, 2, 29)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("nasi kotak 200 box jam 11.00", dt.time(11, 0)), ("katering pukul 12:30 WIB", dt.time(12, 30)),
        ("nasi bungkus jam 7 malam", dt.time(19, 0)), ("makan siang jam 12 siang", dt.time(12, 0)),
        ("snack jam 1 siang", dt.time(13, 0)), ("soto jam 12 malam", dt.time(0, 0)), ("lunch at 11 am", dt.time(11, 0)),
        ("dinner 6.30 pm", dt.time(18, 30)), ("rapat 10.00 - 12.00 WIB", dt.time(10, 0)),
        ("katering jam 11.30 selama 3 bulan", dt.time(11, 30)),
        ("jam 25", None), ("jam dinding 20 pcs", None), ("servis 24 jam", None), ("harga 11.00", None),
    ],
)  # fmt: skip
def test_a_time_of_the_day_is_read_and_is_no_amount(text: str, at: dt.time | None) -> None:
    need = read(text)
    assert need.at == at
    assert need.quantity in (None, 200, 20)


def test_days_before_the_event_make_a_deadline_where_things_are_due_then() -> None:
    need = read("undangan 300 lembar acara tanggal 5 Maret, harus jadi H-3")
    assert (need.days_before, need.start, need.end) == (3, None, dt.date(2027, 3, 2))
    need = read("Nasi kotak 200 box tanggal 5 Maret jam 11.00, dikirim H-1")
    assert (need.days_before, need.start, need.end, need.quantity_per_day) == (
        1,
        dt.date(2027, 3, 4),
        dt.date(2027, 3, 4),
        200,
    )
    need = read("katering 5 Maret, konfirmasi jumlah H-7, 300 porsi")
    assert (need.days_before, need.start, need.quantity) == (7, dt.date(2027, 3, 5), 300)
    assert read("kaos 200 pcs 3 hari sebelum acara").days_before == 3
    assert read("bersih bersih H+1").quantity is None


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("Satpam 10 orang, usia maksimal 45 tahun", 10), ("sopir 2 orang umur 25-40 tahun", 2),
        ("sopir pengalaman minimal 3 tahun, 2 orang", 2), ("laptop 5 unit garansi 2 tahun", 5),
    ],
)  # fmt: skip
def test_ages_experience_and_warranties_are_no_duration(text: str, quantity: int) -> None:
    need = read(text)
    assert (need.quantity, need.days, need.period) == (quantity, None, "once")


@pytest.mark.parametrize(
    ("text", "quantity", "unit"),
    [
        ("beras 5 kg 300 paket", 300, "paket"), ("tabung gas 12 kg 40 tabung", 40, "tabung"),
        ("kertas A4 70 gram 100 rim", 100, "rim"), ("minyak goreng 2 liter 100 pouch", 100, "bungkus"),
        ("gula 1 kg, minyak 2 liter, 500 paket", 500, "paket"), ("cat tembok 25 kg 10 pail", 10, "kaleng"),
        ("truk 8 ton 2 rit per hari", 2, "rit"), ("Gas elpiji 12 kg untuk dapur", None, ""),
        ("400 kg ayam potong dan 20 box es", 400, "kg"), ("laundry 100 kg 40 orang", 100, "kg"),
        ("sewa crane 25 ton", None, ""), ("crane 25 ton 2 unit", 2, "unit"), ("sewa genset 100 kva", None, ""),
        ("snack box isi 3 buah 100 kotak", 100, "box"), ("isi 50 galon", 50, "galon"), ("AC 2 pk 10 unit", 10, "unit"),
        ("beras 25 kg", 25, "kg"), ("kabel panjang 100 meter", 100, "m"), ("10 ton beras 400 sak", 10, "ton"),
    ],
)  # fmt: skip
def test_sizes_are_no_amounts(text: str, quantity: int | None, unit: str) -> None:
    need = read(text)
    assert (need.quantity, need.unit) == (quantity, unit)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Satpam wajib Gada Pratama", ("BUJP",)), ("tenaga las wajib K3", ("AK3U",)),
        ("personel punya sertifikat K3", ("AK3U",)), ("pelatihan K3 untuk karyawan", ()), ("spanduk K3", ()),
    ],
)  # fmt: skip
def test_licences_of_people_are_asked_by_the_code_that_covers_them(text: str, codes: tuple[str, ...]) -> None:
    assert read(text).certificates == codes


@pytest.mark.parametrize(
    ("text", "period", "every"),
    [
        ("servis genset triwulanan 4 unit", "month", 3), ("servis AC 20 unit setiap 3 bulan", "month", 3),
        ("cuci karpet tiap semester 10 unit", "month", 6), ("galon 60 buah selang sehari", "day", 2),
        ("60 gallons every other day", "day", 2), ("galon 60 buah 2 minggu sekali", "week", 2),
        ("galon 60 buah per minggu", "week", 1), ("pest control quarterly, 3 unit", "month", 3),
    ],
)  # fmt: skip
def test_how_often_is_read_in_words_of_its_own(text: str, period: str, every: int) -> None:
    need = read(text)
    assert (need.period, need.every) == (period, every)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("katering di Ciwandan", "Ciwandan"),
        ("laundry kec. citangkil", "Citangkil"),
        ("pallet kirim ke gudang Anyer mulai 1 Maret", "gudang Anyer"),
        ("nasi kotak di rumah", ""),
    ],
)
def test_places_are_found_by_name_or_by_what_stands_before(text: str, place: str) -> None:
    assert read(text).place == place


def test_every_fact_points_at_its_words() -> None:
    text = "katering 300 porsi per hari mulai 1 Maret selama 2 minggu di Gerem, wajib SLHS"
    need = read(text)
    assert {span.field for span in need.spans} >= {"category", "quantity", "start", "days", "place", "certificates"}
    assert all(text[span.start : span.end] == span.text for span in need.spans)
    told = {span.field: span.text for span in read("beli oksigen 10 tabung").spans}
    assert told == {"category": "oksigen 10 tabung", "quantity": "10 tabung"}


def test_a_text_without_facts_gives_an_empty_answer() -> None:
    assert read("") == Understanding()
    assert read("halo selamat pagi") == Understanding()


PIECES = st.sampled_from(
    ["1.200", "box", "/hari", "per", "1 Maret", "31/2/2027", "selama", "9" * 30, "9999 tahun", "s/d", "halal", "(",
     "\x00", "😀", "dua", "ribu", "juta", "kg", "Senin depan", "tgl 31", "0 shift", "00/00", "0000-00-00", "di Aa",
     "'; DROP TABLE", "900 bulan lagi", "1000000000000", "İ", "ﬁ"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=15).map(" ".join)),
    st.dates(),
)
def test_no_text_and_no_day_breaks_it(text: str, today: dt.date) -> None:
    need = understand(text, today)
    assert all(text[span.start : span.end] == span.text for span in need.spans)
    assert need.quantity is None or need.quantity > 0
    assert need.start is None or need.end is None or need.start <= need.end


@pytest.mark.parametrize(
    "piece", ["a", "1 ", "nasi kotak ", "1-", "😀", "(", "di Aa ", "juta ", "1 buah 2 galon ", "sewa 1 ", "1/2 "]
)
def test_a_hundred_kilobytes_are_read_in_time(piece: str) -> None:
    understand(piece * (100_000 // len(piece)), TODAY)


def test_bad_input_names_its_field() -> None:
    with pytest.raises(BadInput) as refusal:
        understand("x" * 200_001, TODAY)
    assert refusal.value.field == "text"
    with pytest.raises(BadInput) as refusal:
        understand("roti", "besok")  # type: ignore[arg-type]
    assert refusal.value.field == "today"
