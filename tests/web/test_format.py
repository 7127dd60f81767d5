"""Values read as people of Cilegon write them, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from marketplace.web import format as fmt

AFTERNOON = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (0, "Rp0", "Rp0"),
        (999, "Rp999", "Rp999"),
        (1_250_000, "Rp1.250.000", "Rp1,250,000"),
        (-75_000, "-Rp75.000", "-Rp75,000"),
    ],
)
def test_money_is_written_whole_with_the_readers_separators(amount: int, indonesian: str, english: str) -> None:
    assert fmt.rupiah(amount, "id") == indonesian
    assert fmt.rupiah(amount, "en") == english


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (950_000, "Rp950.000", "Rp950,000"),
        (3_400_000_000, "Rp3,4 miliar", "Rp3.4 billion"),
        (12_000_000, "Rp12 juta", "Rp12 million"),
        (999_960_000, "Rp1 miliar", "Rp1 billion"),
        (5_000_000_000_000, "Rp5 triliun", "Rp5 trillion"),
        (-2_500_000, "-Rp2,5 juta", "-Rp2.5 million"),
    ],
)
def test_short_money_names_its_scale_in_full(amount: int, indonesian: str, english: str) -> None:
    assert fmt.rupiah_short(amount, "id") == indonesian
    assert fmt.rupiah_short(amount, "en") == english


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_written_money_can_be_read_back(amount: int) -> None:
    assert int(fmt.rupiah(amount, "id").replace("Rp", "").replace(".", "")) == amount


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (fmt.number(1234567.5, 1, "id"), "1.234.567,5"),
        (fmt.number(1234567.5, 1, "en"), "1,234,567.5"),
        (fmt.number_short(840, "id"), "840"),
        (fmt.number_short(3450, "id"), "3,4 ribu"),
        (fmt.quantity(1200, "porsi/hari", "id"), "1.200 porsi/hari"),
        (fmt.km(12.5, "id"), "12,5 km"),
        (fmt.km(Decimal("3"), "id"), "3 km"),
        (fmt.km(140.4, "en"), "140 km"),
        (fmt.percent(0.41, lang="id"), "41%"),
        (fmt.percent(0.125, 1, "id"), "12,5%"),
    ],
)
def test_numbers_carry_their_unit(written: str, expected: str) -> None:
    assert written == expected


def test_a_moment_is_shown_on_cilegons_clock() -> None:
    assert fmt.datetime_long(AFTERNOON, "id") == "Selasa, 24 November 2026, 14.05 WIB"
    assert fmt.datetime_long(AFTERNOON, "en") == "Tuesday, 24 November 2026, 14:05 WIB"
    assert fmt.datetime_short(AFTERNOON, "id") == "24 Nov 2026, 14.05 WIB"
    assert fmt.iso(AFTERNOON) == "2026-11-24T14:05:00+07:00"


def test_late_evening_in_utc_is_the_next_day_in_cilegon() -> None:
    assert fmt.date_long(datetime(2026, 11, 24, 18, 0, tzinfo=UTC), "id") == "Rabu, 25 November 2026"


def test_a_plain_date_stays_that_day() -> None:
    assert fmt.date_long(date(2027, 3, 1), "id") == "Senin, 1 Maret 2027"
    assert fmt.month(date(2027, 3, 1), "id") == "Mar 2027"
    assert fmt.iso(date(2027, 3, 1)) == "2027-03-01"


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        fmt.datetime_long(datetime(2026, 11, 24, 14, 5), "id")  # noqa: DTZ001  (naive is the point)


@pytest.mark.parametrize(
    ("ahead", "indonesian", "english"),
    [
        (timedelta(seconds=20), "baru saja", "just now"),
        (timedelta(minutes=1), "1 menit lagi", "in 1 minute"),
        (timedelta(hours=23, minutes=59), "23 jam lagi", "in 23 hours"),
        (timedelta(days=2, hours=5), "2 hari lagi", "in 2 days"),
        (timedelta(days=95), "3 bulan lagi", "in 3 months"),
        (timedelta(hours=-3), "3 jam lalu", "3 hours ago"),
        (timedelta(days=-1), "1 hari lalu", "1 day ago"),
    ],
)
def test_distance_in_time_is_said_in_one_unit(ahead: timedelta, indonesian: str, english: str) -> None:
    assert fmt.relative(AFTERNOON + ahead, AFTERNOON, "id") == indonesian
    assert fmt.relative(AFTERNOON + ahead, AFTERNOON, "en") == english


def test_days_left_counts_midnights_in_cilegon_not_hours() -> None:
    night = datetime(2026, 11, 24, 16, 50, tzinfo=UTC)  # 23.50 WIB
    assert fmt.days_left(night + timedelta(minutes=20), night) == 1
    assert fmt.days_left(night, night) == 0
    assert fmt.days_left(date(2026, 11, 22), night) == -2


def test_a_contract_sum_is_written_in_words() -> None:
    assert fmt.terbilang(1_250_000, "id") == "satu juta dua ratus lima puluh ribu rupiah"
    assert fmt.terbilang(0, "id") == "nol rupiah"
    assert fmt.terbilang(1_000, "en") == "one thousand rupiah"


def test_a_negative_sum_has_no_words() -> None:
    with pytest.raises(ValueError, match="negative"):
        fmt.terbilang(-1, "id")


@pytest.mark.parametrize(
    ("mask", "secret", "shown"),
    [
        (fmt.mask_phone, "0812-3456-7890", "0812••••7890"),
        (fmt.mask_phone, "0254123", "•••••••"),
        (fmt.mask_nik, "3672014101900001", "3672••••••••0001"),
        (fmt.mask_nik, "36720", "•••••"),
    ],
)
def test_a_mask_hides_what_identifies(mask: Callable[[str], str], secret: str, shown: str) -> None:
    assert mask(secret) == shown


@given(st.text(alphabet="0123456789 -+", max_size=20))
def test_a_mask_never_shows_a_whole_number(phone: str) -> None:
    digits = "".join(filter(str.isdigit, phone))
    assert not digits or digits not in fmt.mask_phone(phone)


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("0812-3456-7890", "6281234567890"),
        ("+62 812 3456 7890", "6281234567890"),
        ("6281234567890", "6281234567890"),
        ("81234567890", "6281234567890"),
        ("0254 391234", ""),
        ("abc", ""),
        (None, ""),
    ],
)
def test_a_whatsapp_number_is_digits_with_the_country_first(phone: str | None, link: str) -> None:
    assert fmt.wa_number(phone) == link


@given(st.floats(min_value=1e-3, max_value=1e13))
def test_axis_marks_start_at_zero_and_hold_the_maximum(maximum: float) -> None:
    marks = fmt.ticks(maximum)
    assert marks[0] == 0
    assert marks[-1] >= maximum * (1 - 1e-6)
    assert 2 <= len(marks) <= 6
    assert marks == sorted(set(marks))


def test_axis_marks_of_nothing_are_still_an_axis() -> None:
    assert fmt.ticks(0) == [0, 1]


def test_the_language_of_the_request_is_used_when_none_is_named() -> None:
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: "en")
    with app.test_request_context():
        assert fmt.rupiah(1_000) == "Rp1,000"
    assert fmt.rupiah(1_000) == "Rp1.000"


def test_every_format_is_a_filter_under_its_own_name() -> None:
    app = Flask(__name__)
    Babel(app, default_locale="id")
    fmt.register(app)
    with app.test_request_context():
        assert app.jinja_env.from_string("{{ 1250000|rupiah }}").render() == "Rp1.250.000"
    assert {f.__name__ for f in fmt.FILTERS} <= set(app.jinja_env.filters)
