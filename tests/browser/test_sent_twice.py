"""A form that is sent again, because it was tapped twice or its answer was lost on the way, counts once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.registrations import Registration
from tests.browser.houses import House
from tests.browser.windows import PHONE, Opens, Window

pytestmark = pytest.mark.browser
SEND = "Kirim ke Dinkop"


def requests_in(house: House) -> int:
    """How many ask to be registered."""
    with house.app.app_context():
        found = db.session.scalar(select(func.count()).select_from(Registration))
        db.session.remove()
    return int(found or 0)


def write(window: Window, name: str) -> None:
    """Fill the form in."""
    window.go("/klaim-usaha/daftar")
    window.fill("Nama usaha", name)
    window.fill("Nama pemilik", "Siti Contoh")
    for label in ("Kelurahan tempat usaha", "Jenis usaha"):
        window.field(label).select_option(index=1)
    window.fill("Nomor HP", "081234567890")
    window.page.get_by_label("Saya pemilik usaha ini").check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_second_tap_adds_nothing(house: House, opens: Opens, scripts: bool) -> None:
    window, before = opens("stranger", PHONE, scripts=scripts), requests_in(house)
    write(window, f"Warung Ketuk {scripts}")
    window.button(SEND).evaluate("button => { button.click(); button.click() }")
    expect(window.page).to_have_url(house.address + "/klaim-usaha")
    window.look()
    assert requests_in(house) == before + 1


def test_what_is_sent_again_after_its_answer_was_lost_counts_once(house: House, opens: Opens) -> None:
    window, before = opens("stranger", PHONE, scripts=False), requests_in(house)
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch(max_redirects=0).status)
        route.abort("aborted")

    window.page.route("**/klaim-usaha/daftar", lose)
    write(window, "Warung Putus")
    window.button(SEND).click(no_wait_after=True)
    window.page.wait_for_timeout(1500)
    assert (lost, requests_in(house)) == ([303], before + 1)
    window.press(SEND)
    window.sees("dihitung sekali")
    assert requests_in(house) == before + 1
