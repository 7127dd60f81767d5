"""In the dark and enlarged: the pages that people stand on longest are still read without strain."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.browser.houses import House
from tests.browser.walking import violations
from tests.browser.windows import CUT_TABLES, DESK, HEIGHT, PHONE, Opens

pytestmark = pytest.mark.browser

PLACES = {
    "": ("/", "/kebutuhan", "/serapan", "/masuk", "/galeri"),
    "pengadaan@demo.test": ("/", "/kontrak", "/laporan", "/kebutuhan/baru", "/pemasok"),
    "umkm@demo.test": ("/", "/peluang", "/profil", "/sertifikat", "/tagihan"),
    "dinkop@demo.test": ("/", "/registri", "/verifikasi"),
}


@pytest.mark.parametrize("address", PLACES, ids=lambda address: address.split("@")[0] or "stranger")
def test_a_page_is_read_in_the_dark(house: House, opens: Opens, address: str) -> None:
    scheme: Literal["dark"] = "dark"
    window = opens("dark", DESK, color_scheme=scheme)
    if address:
        window.log_in(address)
    for path in PLACES[address]:
        window.go(path)
        ground = window.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert sum(map(int, ground.removeprefix("rgb(").removesuffix(")").split(","))) < 150
        assert violations(window) == [], path


@pytest.mark.parametrize("address", PLACES, ids=lambda address: address.split("@")[0] or "stranger")
def test_a_page_twice_as_large_still_fits(house: House, opens: Opens, address: str) -> None:
    """A desk enlarged to 200% and to 400% is a half and a quarter as wide for its pages (WCAG 2.2, 1.4.4 and 1.4.10)."""
    window = opens("large", DESK, device_scale_factor=2)
    if address:
        window.log_in(address)
    for path in PLACES[address]:
        for zoom in (2, 4):
            window.page.set_viewport_size({"width": DESK // zoom, "height": HEIGHT[DESK] // zoom})
            window.go(path)
        assert violations(window) == [], path


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_where_one_is_stands_in_sight_in_a_long_row(opens: Opens, scripts: bool) -> None:
    window = opens("rows", PHONE, scripts=scripts)
    window.log_in("dinkop@demo.test")
    for path, row in (("/klaim/pendaftaran", ".tabs"), ("/rencana-pelatihan", ".rail")):
        window.go(path)
        place = window.page.locator(f"{row} [aria-current]").bounding_box()
        assert place
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= PHONE
        assert window.page.locator("h1").bounding_box()["y"] > 0  # type: ignore[index]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_reason_without_a_blank_widens_no_table(opens: Opens, width: int) -> None:
    window = opens("long", width)
    window.log_in("auditor@demo.test")
    window.go("/jejak")
    window.page.locator("td.typed").first.evaluate("(cell) => { cell.textContent = 'x'.repeat(6000) }")
    assert window.page.evaluate(CUT_TABLES) == []
    window.look()
