"""Chapter two: owners, on their phones, ask and bid; nobody reads a price."""

from __future__ import annotations

import re

from tests.browser.stories import CATERER, TITLE, Story, mentions, owner_of, tells
from tests.browser.windows import Window
from tests.browser.words import like

QUESTION = "Apakah dapur kami boleh mengantar dua kali sehari?"
ANSWER = "Boleh, asal pukul 11.30 dan 18.30 sudah sampai."
SECRET = "Sambal dadak disegel terpisah."
PRICES = {"first": 19_873, "second": 18_937, "rival": 17_391, "loser": 20_731}


def find_the_invitation(story: Story) -> None:
    """It waits on the owner's first page and leads to the need."""
    owner = story.owner
    owner.log_in("umkm@demo.test")
    owner.follow(like("Anda diundang menawar: %(title)s", title=TITLE), "main")
    owner.at(story.need)
    owner.sees("Anda diundang", owner.number(1000))


def ask_and_answer(story: Story) -> None:
    """The answer is read by all; who asked by nobody."""
    owner, officer = story.owner, story.officer
    owner.fill("Tanya pembeli", QUESTION)
    owner.press("Kirim pertanyaan")
    owner.sees(QUESTION)
    assert owner.field("Tanya pembeli").input_value() == ""
    officer.go("/")
    officer.follow(like("%(count)s pertanyaan belum dijawab: %(title)s", count=1, title=TITLE), "main")
    officer.at(f"{story.need}#tanya")
    officer.sees(QUESTION)
    assert CATERER not in officer.page.locator("#tanya").inner_text()
    officer.fill("Jawaban", ANSWER, "#tanya")
    officer.press("Kirim jawaban", "#tanya")
    officer.sees(ANSWER)
    owner.go(story.need)
    owner.sees(ANSWER)


def write_bid(window: Window, quantity: str, price: int, note: str = "", again: bool = False) -> None:
    """Three steps from the need's page to the receipt."""
    window.follow("Ubah penawaran" if again else "Buat penawaran", ".sticky-action")
    window.sees("Sanggup berapa per hari?")
    window.fill("Jumlah per hari", quantity)
    if window.page.locator("[name$=-capacity]").count():
        window.fill("Kapasitas usaha Anda per hari", quantity)
    window.press("Lanjut ke harga")
    window.fill(like("Harga per %(unit)s"), str(price))
    window.press("Lanjut periksa")
    window.sees(window.rupiah(price))
    window.fill("Catatan untuk pembeli (boleh kosong)", note)
    window.press("Kirim perubahan" if again else "Kirim penawaran")
    window.at("/penawaran/(T-26-[0-9]+)/tanda-terima")
    window.sees("Penawaran tersegel diterima")


def bid_and_change_it(story: Story) -> None:
    """The receipt says that it came; the change replaces it."""
    before = {price: mentions(story.house, price) for price in PRICES.values()}
    owner = story.owner
    write_bid(owner, "440", PRICES["first"], SECRET)
    first = _fingerprint(owner)
    owner.follow("Lihat penawaran saya")
    owner.sees("Tersegel", owner.rupiah(PRICES["first"]))
    owner.go(story.need)
    write_bid(owner, "440", PRICES["second"], SECRET, again=True)
    assert _fingerprint(owner) != first
    for (name, code), price, quantity in zip(
        story.rivals.items(), (PRICES["rival"], PRICES["loser"]), ("200", "100"), strict=True
    ):
        story.rivals[name] = owner_of(story.house, code)
        rival = story.opens(f"rival-{quantity}")
        rival.log_in(story.rivals[name])
        rival.go(story.need)
        write_bid(rival, quantity, price)
        rival.close()
    _nobody_reads_a_price(story, before)


def _fingerprint(window: Window) -> str:
    found = re.search("[0-9a-f]{64}", window.page.locator(".receipt-print").first.inner_text())
    assert found
    return found[0]


def _nobody_reads_a_price(story: Story, before: dict[int, int]) -> None:
    officer = story.officer
    for page in ("", "/pembukaan", "/penawaran", "/peringkat"):
        officer.go(story.need + page)
        shown = officer.page.content()
        assert [price for price in PRICES.values() if tells(shown, price)] == []
    officer.go(story.need)
    officer.sees("isinya tersegel")
    assert {price: mentions(story.house, price) for price in PRICES.values()} == before
    assert SECRET.encode() not in story.house.stored()
