"""Numbers, dates and sums as lists write them."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.rules.businesses import Gender
from marketplace.rules.registry_numbers import (
    Cell,
    Unreadable,
    amount_of,
    day_of,
    degrees_of,
    nib_of,
    nik_of,
    npwp_of,
    plain,
)

TODAY = date(2026, 11, 24)


def complaint(read: object, *args: object) -> str:
    with pytest.raises(Unreadable) as odd:
        read(*args)  # type: ignore[operator]
    return odd.value.code


@pytest.mark.parametrize("cell", [None, "", " - ", "0", "NULL", "n/a", "Tidak ada"])
def test_what_people_write_for_nothing_is_empty(cell: Cell | None) -> None:
    assert plain(cell) == ""


def test_a_nik_tells_birth_date_and_gender() -> None:
    nik = nik_of("3672.05 41-0180 0007", TODAY)
    assert nik is not None
    assert (nik.digits, nik.born, nik.gender) == ("3672054101800007", date(1980, 1, 1), Gender.FEMALE)
    man = nik_of(3672050101040001, TODAY)
    assert man is not None
    assert (man.born, man.gender) == (date(2004, 1, 1), Gender.MALE)


@pytest.mark.parametrize("nik", ["9301015507900001", "9601010101900001", "9203010101900001", "3672054101800007"])
def test_new_provinces_are_provinces_too(nik: str) -> None:
    found = nik_of(nik, TODAY)
    assert found is not None
    assert found.known_province
    other = nik_of(f"99{nik[2:]}", TODAY)
    assert other is not None
    assert not other.known_province


@pytest.mark.parametrize(
    ("nik", "code"),
    [
        ("367205410180000", "nik_length"),
        ("0" * 16, "nik_zeros"),
        ("3672053202800007", "nik_date"),
        ("3672053002800007", "nik_date"),
        ("3672050113800007", "nik_date"),
        ("36720541018000O7", "not_digits"),
        ("3.67205E+15", "shortened"),
    ],
)
def test_a_nik_that_cannot_be_is_refused(nik: str, code: str) -> None:
    assert complaint(nik_of, nik, TODAY) == code


def test_a_leap_day_is_read_in_the_century_that_has_it() -> None:
    nik = nik_of("3672052902000001", TODAY)
    assert nik is not None
    assert nik.born == date(2000, 2, 29)


def test_numbers_that_lost_their_zeros_get_them_back_and_texts_do_not() -> None:
    assert nib_of(120000123456) == "0120000123456"
    assert complaint(nib_of, "120000123456") == "nib_length"
    assert npwp_of(12345678901000) == "012345678901000"


def test_an_npwp_has_fifteen_or_sixteen_digits_and_not_only_zeros() -> None:
    assert npwp_of("01.234.567.8-901.000") == "012345678901000"
    assert npwp_of("1234567890123456") == "1234567890123456"
    assert complaint(npwp_of, "0" * 15) == "npwp_zeros"
    assert complaint(npwp_of, "123") == "npwp_length"
    assert npwp_of("-") is None


@pytest.mark.parametrize(
    "text",
    [
        "1980-02-01",
        "01/02/1980",
        "1-2-1980",
        "1 Februari 1980",
        "01 Peb 1980",
        29252,
        "1980-02-01 00:00:00",
        "1 FEB 1980",
    ],
)
def test_a_date_is_read_however_it_is_written(text: Cell) -> None:
    assert day_of(text, TODAY) == date(1980, 2, 1)


@pytest.mark.parametrize(
    "text", ["1980-02-31", "31/04/1980", "2027-01-01", "1880-01-01", "13/13/1980", "kemarin", "1980"]
)
def test_a_day_that_never_was_is_refused(text: str) -> None:
    assert complaint(day_of, text, TODAY) == "date_impossible"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Rp 25.000.000", 25_000_000), ("25,000,000.00", 25_000_000), ("1,5 juta", 1_500_000), ("12.345", 12_345),
        ("10 orang", 10), (12.0, 12), ("", None), ("1.500.000,-", 1_500_000), ("2 miliar/tahun", 2_000_000_000),
    ],
)  # fmt: skip
def test_a_sum_is_read_however_it_is_written(text: Cell, value: int | None) -> None:
    assert amount_of(text) == value


@pytest.mark.parametrize(
    ("text", "code"), [("-3", "negative"), (-3, "negative"), ("banyak", "number_odd"), (1e20, "number_huge")]
)
def test_a_sum_that_cannot_be_is_refused(text: Cell, code: str) -> None:
    assert complaint(amount_of, text) == code


def test_a_coordinate_lies_in_the_city() -> None:
    assert degrees_of("-6,0162", -6.2, -5.8) == -6.0162
    assert complaint(degrees_of, "106", -6.2, -5.8) == "spot_outside"
