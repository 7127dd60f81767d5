"""One rule for every reason: a sentence, and not an essay."""

from __future__ import annotations

import pytest

from marketplace.rules.reasons import LONGEST, SHORTEST, check_reason
from marketplace.rules.refusals import Invalid


def test_a_reason_is_kept_as_it_was_written() -> None:
    assert check_reason("  Pelatih sakit.\nDiganti minggu depan. ") == "Pelatih sakit.\nDiganti minggu depan."
    assert check_reason("x" * SHORTEST) == "x" * SHORTEST
    assert check_reason("x" * LONGEST) == "x" * LONGEST


@pytest.mark.parametrize("text", ["", " - ", "ok", "tidak mau", "a" + " " * 20 + "b"])
def test_too_short_a_reason_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_reason(text)
    assert (refused.value.field, refused.value.code) == ("reason", "reason_short")


def test_too_long_a_reason_is_refused_and_never_cut() -> None:
    with pytest.raises(Invalid) as refused:
        check_reason("x" * (LONGEST + 1), "note")
    assert (refused.value.field, refused.value.code) == ("note", "reason_long")
