"""What was typed into the registry's search, and what profiles and needs lack."""

from __future__ import annotations

import pytest

from marketplace.rules.offerings import OfferingSheet, check_offering
from marketplace.rules.refusals import Invalid
from marketplace.rules.registry import Asked, asked, check_nib, check_nik
from marketplace.rules.unmet_needs import Missing, Shortage, missing_certificates


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Nasi Box Bu Ani", Asked(words=("nasi", "box", "bu", "ani"))),
        ("3672 0101 0170 0001", Asked(nik="3672010101700001")),
        ("0812-3456-7890", Asked(phone="081234567890")),
        ("+62 812 3456 7890", Asked(phone="+6281234567890")),
        ("9120001234567", Asked(nib="9120001234567")),
        ("0812345678901", Asked(nib="0812345678901", phone="0812345678901")),
        ("U-000123", Asked(words=("u-000123",))),
        ("", Asked()),
    ],
)
def test_a_search_knows_a_nik_a_nib_and_a_phone_number_from_words(text: str, meant: Asked) -> None:
    assert asked(text) == meant


@pytest.mark.parametrize("text", ["123", "abc", "0" * 16, "36720101017000012"])
def test_a_nik_of_another_length_or_of_zeros_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        check_nik(text)


def test_a_nib_has_thirteen_digits() -> None:
    assert check_nib("1234567890123") == "1234567890123"
    with pytest.raises(Invalid):
        check_nib("123456789012")


@pytest.mark.parametrize("field", ["capacity_per_day", "minimum_order", "unit_price", "lead_days"])
def test_an_offering_with_an_absurd_number_is_refused_at_its_field(field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_offering(OfferingSheet("katering-harian", **{field: 10**12}))
    assert refusal.value.field == field


def test_a_certificate_that_only_met_needs_ask_for_is_not_missing() -> None:
    met = Shortage(1, False, 40, 5_000, 1_000, {"HALAL": 12})
    few = Shortage(2, False, 2, 5_000, 1_000, {"HALAL": 7, "SLHS": 0})
    short = Shortage(3, False, 9, 500, 1_000, {"HALAL": 3, "SLHS": 4})
    assert missing_certificates([met, few, short]) == [Missing("HALAL", 2, 7), Missing("SLHS", 1, 4)]


def test_a_failed_need_is_unmet_however_many_could_supply_it() -> None:
    assert Shortage(1, True, 40, 5_000, 1_000).unmet
