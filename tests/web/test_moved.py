"""An address once public leads on for ever."""

from __future__ import annotations

import pytest

from tests.visitors import Visitor


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/tawaran", "/penawaran"),
        ("/tawaran.csv", "/penawaran.csv"),
        ("/tawaran/T-26-0001/tanda-terima", "/penawaran/T-26-0001/tanda-terima"),
        ("/tawaran/periksa?tanda=a%2Bb&x=1", "/penawaran/periksa?tanda=a%2Bb&x=1"),
    ],
)
def test_an_old_address_leads_to_the_new_one_with_its_question(client: Visitor, old: str, new: str) -> None:
    answer = client.get(old)
    assert (answer.status_code, answer.location) == (308, new)


def test_an_address_that_only_begins_alike_is_left_alone(client: Visitor) -> None:
    assert client.get("/tawaran-lain").status_code == 404
