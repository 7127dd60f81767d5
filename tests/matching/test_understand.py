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


def test_days_of_the_week_make_a_daily_need() -> None:
    need = read("butuh 2 rit truk tiap hari senin-jumat")
    assert (need.category, need.quantity, need.unit, need.period) == ("angkutan-ekspedisi", 2, "rit", "day")
    assert need.weekdays == (0, 1, 2, 3, 4)


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
        ("roti 2027-02-05", dt.date(2027, 2, 5), dt.date(2027, 2, 5)),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, start: dt.date | None, end: dt.date | None) -> None:
    need = read(text)
    assert (need.start, need.end) == (start, end)


def test_a_leap_day_waits_for_its_year() -> None:
    assert next_date(TODAY, 2, 29) == dt.date(2028, 2, 29)


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


def test_a_text_without_facts_gives_an_empty_answer() -> None:
    assert read("") == Understanding()
    assert read("halo selamat pagi") == Understanding()


PIECES = st.sampled_from(
    ["1.200", "box", "/hari", "per", "1 Maret", "31/2/2027", "selama", "9" * 30, "9999 tahun", "s/d", "halal", "(",
     "\x00", "😀", "dua", "ribu", "juta", "kg", "Senin depan", "tgl 31", "0 shift", "00/00", "0000-00-00", "di Aa",
     "'; DROP TABLE", "900 bulan lagi", "1000000000000", "İ", "ﬁ"]
)  # fmt: skip


@settings(max_examples=300)
@given(
    st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=15).map(" ".join)),
    st.dates(),
)
def test_no_text_and_no_day_breaks_it(text: str, today: dt.date) -> None:
    need = understand(text, today)
    assert all(text[span.start : span.end] == span.text for span in need.spans)
    assert need.quantity is None or need.quantity > 0
    assert need.start is None or need.end is None or need.start <= need.end


@pytest.mark.parametrize("piece", ["a", "1 ", "nasi kotak ", "1-", "😀", "(", "di Aa ", "juta "])
def test_a_hundred_kilobytes_are_read_in_time(piece: str) -> None:
    understand(piece * (100_000 // len(piece)), TODAY)


def test_bad_input_names_its_field() -> None:
    with pytest.raises(BadInput) as refusal:
        understand("x" * 200_001, TODAY)
    assert refusal.value.field == "text"
    with pytest.raises(BadInput) as refusal:
        understand("roti", "besok")  # type: ignore[arg-type]
    assert refusal.value.field == "today"
