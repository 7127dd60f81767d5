"""How a refusal reads: numbers are grouped as the reader's language groups them, years are not."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale

from marketplace.rules.refusals import Invalid
from marketplace.web.errors import words_of


@pytest.mark.parametrize(
    ("lang", "said"), [("id", "Sisa anggaran hanya Rp 1.250.000."), ("en", "Only Rp 1,250,000 of the budget is left.")]
)
def test_numbers_in_a_refusal_are_grouped(app: Flask, lang: str, said: str) -> None:
    refusal = Invalid("amount", "above_remaining", "Sisa anggaran hanya Rp %(left)s.", left=1_250_000)
    with app.test_request_context(), force_locale(lang):
        assert words_of(refusal) == said


def test_a_year_in_a_refusal_is_not_grouped(app: Flask) -> None:
    refusal = Invalid("spent_on", "other_year", "Tanggal harus di tahun anggaran %(year)s.", year=2026)
    with app.test_request_context(), force_locale("id"):
        assert words_of(refusal) == "Tanggal harus di tahun anggaran 2026."
