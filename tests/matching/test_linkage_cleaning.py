"""Cleaning for linkage: what people write differently and mean alike becomes equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.linkage import cleaning
from matching.linkage.lists import CLEAN


@pytest.mark.parametrize("written", ["0812-3456-789", "+62 812 3456 789", "628123456789", "8123456789", "8123456789.0"])
def test_a_phone_number_is_known_with_and_without_its_zero(written: str) -> None:
    assert cleaning.phone(cleaning.phone(written)) == "8123456789"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Hj. Siti Aminah", "siti aminah"),
        ("St. Aminah", "siti aminah"),
        ("Bpk. H. Moh. Yusuf", "muhammad yusuf"),
        ("MUH. YUSUF", "muhammad yusuf"),
        ("Abd. Rahman", "abdul rahman"),
        ("R0hmat", "rohmat"),
        ("Bu", "bu"),
        ("Nur'aini", "nuraini"),
    ],
)
def test_titles_and_short_forms_of_people(written: str, meant: str) -> None:
    assert cleaning.person(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CV. Catering Berkah", "katering berkah"),
        ("Katering Barokah", "katering berkah"),
        ("Warung Bu Tini", "tini"),
        ("Toko", "toko"),
        ("PT", "pt"),
    ],
)
def test_legal_forms_and_shop_words_of_businesses(written: str, meant: str) -> None:
    assert cleaning.business(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "1980-04-03",
        "03/04/1980",
        "3-4-1980",
        "19800403",
        "3 April 1980",
        "03.04.80",
        "19800403.0",
        "1980-04-03 00:00:00",
    ],
)
def test_a_birth_date_is_read_in_any_usual_form(written: str) -> None:
    assert cleaning.birth_date(written) == "19800403"


@pytest.mark.parametrize("written", ["", "1980-02-30", "kapan", "0", "99999999", "3 Brumaire 1980"])
def test_what_is_no_date_counts_as_missing(written: str) -> None:
    assert cleaning.birth_date(written) == ""


def test_a_nik_tells_the_birth_date_also_of_women() -> None:
    assert cleaning.born_by_nik("3672014304800001") == "19800403"
    assert cleaning.born_by_nik("3672010304800001") == "19800403"
    assert cleaning.born_by_nik("4365168") == ""


def test_areas_and_addresses_lose_what_all_have() -> None:
    assert cleaning.area("Kel. Samang Raya") == cleaning.area("SAMANGRAYA")
    assert cleaning.address("Jl. Melati No. 04, RT 01/RW 02") == cleaning.address("jalan melati 4 rt.1 rw.2")
    assert cleaning.npwp("0123456789012345") == "123456789012345"


def test_old_and_new_spelling_sound_alike() -> None:
    for one, other in (("soesanto", "susanto"), ("fatimah", "patimah"), ("zaenal", "jaenal"), ("djaya", "jaya")):
        assert cleaning.sound(one) == cleaning.sound(other)


@given(st.sampled_from(sorted(CLEAN)), st.text(max_size=400))
def test_cleaning_takes_any_text_and_is_short(column: str, text: str) -> None:
    assert len(CLEAN[column](text)) <= 20 * cleaning.LONGEST
