"""Rupiah as it is pasted from a message or a spreadsheet: every form takes it."""

from __future__ import annotations

import pytest

from marketplace.rules.refusals import Invalid
from marketplace.web.buyers import _whole as limit_of
from marketplace.web.forms.offers import whole as offered
from marketplace.web.forms.tenders import TenderForm
from marketplace.web.forms.typed import Typed

PASTED = [
    ("Rp25.000", 25_000),
    ("Rp 25.000,-", 25_000),
    ("Rp 1.000.000,-", 1_000_000),
    ("Rp. 24.000,00", 24_000),
    ("24000", 24_000),
]


@pytest.mark.parametrize(("pasted", "rupiah"), PASTED)
def test_pasted_rupiah_is_read_the_same_in_every_form(pasted: str, rupiah: int) -> None:
    assert Typed({"amount": pasted}).whole("amount") == rupiah
    assert TenderForm({"lots-0-ceiling_price": pasted}).whole("lots-0-ceiling_price") == rupiah
    assert offered("price", pasted) == rupiah
    assert limit_of("approval_limit", pasted) == rupiah


@pytest.mark.parametrize("wrong", ["25.000,50", "12.5", "-1", "Rp", "dua ribu", "1e6"])
def test_what_is_no_whole_number_is_refused_in_every_form(wrong: str) -> None:
    for read in (Typed({"amount": wrong}).whole, lambda name: offered(name, wrong), lambda name: limit_of(name, wrong)):
        with pytest.raises(Invalid) as refusal:
            read("amount")
        assert refusal.value.field == "amount"
