"""Who has no mouse: the login and a whole bid by keys alone, and seeing where one is."""

from __future__ import annotations

import pytest

from tests.browser.houses import PASSWORD, House
from tests.browser.windows import DESK, Opens, Window

pytestmark = pytest.mark.browser

FOCUS = """() => { const e = document.activeElement; const s = getComputedStyle(e);
    return [e.tagName, e.id, (e.innerText || e.value || '').trim(), s.outlineStyle + ' ' + s.outlineWidth] }"""
MOST_STEPS = 90


def tab_to(window: Window, tag: str, mark: str) -> None:
    """Press Tab until the element is reached, by its id or its words; what has the focus always shows it."""
    for _ in range(MOST_STEPS):
        window.page.keyboard.press("Tab")
        name, identity, words, outline = window.page.evaluate(FOCUS)
        if name != "BODY":
            assert outline == "solid 3px", f"{name} {identity} {words} does not show that it has the focus"
        if name == tag and mark in {identity, words}:
            return
    raise AssertionError(f"{mark} cannot be reached by keys at {window.page.url}")


def press(window: Window, key: str) -> None:
    """Press a key that leads to another page."""
    with window.page.expect_navigation():
        window.page.keyboard.press(key)
    window.look()


def test_a_bid_is_sent_by_keys_alone(house: House, opens: Opens) -> None:
    window = opens("keys", DESK)
    window.go("/masuk")
    window.page.keyboard.press("Tab")
    assert window.page.evaluate(FOCUS)[2] == "Langsung ke isi"
    window.page.keyboard.press("Enter")
    tab_to(window, "INPUT", "login")
    window.page.keyboard.type("umkm@demo.test")
    tab_to(window, "INPUT", "password")
    window.page.keyboard.type(PASSWORD)
    press(window, "Enter")
    window.at("/")
    tab_to(window, "A", "Peluang")
    press(window, "Enter")
    tab_to(window, "A", "Buat penawaran")
    press(window, "Enter")
    tab_to(window, "INPUT", "lot-1-quantity")
    if not window.page.evaluate("document.activeElement.value"):
        window.page.keyboard.type("100")
    tab_to(window, "BUTTON", "Lanjut ke harga")
    press(window, "Space")
    tab_to(window, "INPUT", "lot-1-price")
    window.page.keyboard.type("17000")
    press(window, "Enter")
    tab_to(window, "BUTTON", "Kirim penawaran")
    press(window, "Enter")
    window.at("/penawaran/(T-26-[0-9]+)/tanda-terima")
    window.sees("Penawaran tersegel diterima")
