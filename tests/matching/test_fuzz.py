"""A short run of the adversarial harness; `python -m tests.matching.fuzz --minutes 60` takes as long as one likes."""

from collections import Counter
from collections.abc import Callable

import pytest

from matching.errors import BadInput
from matching.needs import Need, Supplier
from matching.policy import Policy
from matching.training import Quota, Settings
from tests.matching import fuzz, nasty


@pytest.mark.parametrize("door", sorted(fuzz.CHECKS))
def test_no_input_is_answered_with_anything_but_an_answer_or_a_refusal(door: str) -> None:
    answers: Counter[str] = Counter()
    fuzz.tried(door, 40, 7, answers)
    assert answers[f"{door}: answered"] > 0


def test_a_door_that_breaks_is_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(words: str) -> None:
        if len(words) > 2:
            raise KeyError(words)

    monkeypatch.setattr(fuzz, "CHECKS", {"broken": (broken, (nasty.WORDS,))})
    assert fuzz.main(["--minutes", "0.02"]) == 1
    assert "FOUND broken: KeyError at test_fuzz.py" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prices", None), ("prices", [("catering", 1)]), ("capacity", 7), ("products", "roti"), ("products", None),
        ("certificates", "HALAL"), ("certificates", ("HALAL",)), ("certificates", 3),
    ],
)  # fmt: skip
def test_a_record_of_the_wrong_shape_is_refused_by_its_field(field: str, value: object) -> None:
    with pytest.raises(BadInput) as refusal:
        Supplier(id="a", **{field: value})  # type: ignore[arg-type]
    assert refusal.value.field == field


HUGE = 10**400


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("lat", lambda: Supplier(id="U-1", lat=HUGE, lon=0.0)),
        ("lon", lambda: Supplier(id="U-1", lat=0.0, lon=-HUGE)),
        ("rating_sum", lambda: Supplier(id="U-1", rating_sum=HUGE)),
        ("quantity_accepted_share", lambda: Supplier(id="U-1", quantity_accepted_share=HUGE)),
        ("max_km", lambda: Need(id="K-1", text="nasi kotak", max_km=HUGE)),
        ("half_km", lambda: Policy(half_km=HUGE)),
        ("price", lambda: Policy().bent({"price": HUGE})),
        ("seconds", lambda: Settings(seconds=HUGE)),
        ("min_share", lambda: Quota("36.72.01", HUGE)),
    ],
)
def test_a_whole_number_beyond_every_float_is_out_of_range(field: str, make: Callable[[], object]) -> None:
    with pytest.raises(BadInput, match="out_of_range") as refused:
        make()
    assert refused.value.field == field
