"""What is unusual about a certificate, without refusing it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from marketplace.rules.certificates import CertificateSheet, hints_of, issuer_unusual


@pytest.mark.parametrize(
    ("typed", "usual"),
    [
        ("", "BPJPH"),
        ("BPJPH", "BPJPH"),
        ("Badan Penyelenggara Jaminan Produk Halal", "BPJPH"),
        ("Dinkes Kota Cilegon", "Dinas Kesehatan / OSS PB-UMKU"),
        ("DLH Cilegon", "OSS / Dinas Lingkungan Hidup"),
        ("Kemenkumham RI", "Kementerian Hukum"),
        ("PT Sucofindo", "Lembaga sertifikasi (KAN)"),
        ("Klinik Sehat", "Klinik"),
        ("Walikota Cilegon", "Wali Kota via OSS / Dinas Kesehatan"),
    ],
)
def test_an_issuer_that_may_well_be_the_usual_one_is_not_remarked_on(typed: str, usual: str) -> None:
    assert not issuer_unusual(typed, usual)


@pytest.mark.parametrize(
    ("typed", "usual"),
    [
        ("Bengkel Las Jaya", "BPJPH"),
        ("Dinas Perhubungan", "Dinas Kesehatan / OSS PB-UMKU"),
        ("Kementerian Agama", "Kementerian Kesehatan"),
    ],
)
def test_an_issuer_of_another_name_is_remarked_on(typed: str, usual: str) -> None:
    assert issuer_unusual(typed, usual)


def type_of(months: int | None) -> SimpleNamespace:
    return SimpleNamespace(number_pattern=r"^\d{13}-\d{2}$", issuer="Wali Kota", validity_months=months)


@pytest.mark.parametrize(
    ("until", "months", "fields"),
    [
        (date(2031, 1, 5), 60, []),
        (date(2030, 12, 5), 60, []),
        (date(2028, 1, 5), 60, ["valid_until"]),
        (None, 60, ["valid_until"]),
        (date(2028, 1, 5), None, []),
        (None, None, []),
    ],
)
def test_a_term_is_remarked_on_only_where_the_type_has_one(
    until: date | None, months: int | None, fields: list[str]
) -> None:
    sheet = CertificateSheet("PIRT", "1234567890123-31", "Wali Kota", "", date(2026, 1, 5), until)
    assert [hint.about for hint in hints_of(sheet, type_of(months))] == fields


def test_a_number_is_judged_as_it_is_stored() -> None:
    type_ = type_of(None)
    assert hints_of(CertificateSheet("PIRT", " 1234567890123-31 "), type_) == []
    assert [hint.about for hint in hints_of(CertificateSheet("PIRT", "P-IRT 31"), type_)] == ["number"]
