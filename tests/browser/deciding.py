"""Chapter three: the envelopes are opened, judged and negotiated; two win together, and the approver agrees."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.bidding import PRICES, SECRET
from tests.browser.stories import CATERER, Story, pass_deadline

AGREED = 18_150
REASON = "Harga rendah dan dapur dekat; dua dapur saling menggantikan."


def open_the_bids(story: Story) -> None:
    """Not a second before the deadline; then all at once, on record."""
    officer = story.officer
    officer.go(f"{story.need}/pembukaan")
    officer.sees("Masih tersegel")
    assert officer.page.get_by_role("button", name="Buka penawaran").count() == 0
    pass_deadline(story.house)
    officer.go("/")
    officer.follow(re.compile(f"Buka penawaran {story.code}"), "main")
    officer.press("Buka penawaran", "main")
    officer.at(f"{story.need}/berita-acara")
    for price in (PRICES["second"], PRICES["rival"], PRICES["loser"]):
        officer.sees(re.compile(rupiah(price)))
    assert rupiah(PRICES["first"]) not in officer.text()


def rupiah(amount: int) -> str:
    """As pages write it."""
    return f"Rp{amount:,}".replace(",", ".")


def judge_by_the_published_weights(story: Story) -> None:
    """One table, whose numbers open into how they were counted and add up."""
    officer = story.officer
    officer.follow("Bandingkan penawaran")
    rows = officer.page.locator("#paket-1 table tbody tr")
    expect(rows).to_have_count(3)
    cells = rows.first.locator("td b").all_inner_texts()
    total = rows.first.locator("td strong.number").inner_text()
    assert abs(sum(float(c.replace(",", ".")) for c in cells) - float(total.replace(",", "."))) < 0.3
    rows.first.locator("td details summary").first.click()
    officer.sees(re.compile("terendah|Harga"))
    officer.picture()


def negotiate(story: Story) -> None:
    """The officer asks, the owner asks back from the phone, the officer agrees."""
    officer, owner = story.officer, story.owner
    row = f"#paket-1 tbody tr:has-text('{CATERER}')"
    officer.unfold("Tindakan", row)
    officer.follow("Negosiasi", row)
    officer.fill(re.compile("^Harga per"), "17900")
    officer.fill("Catatan", "Sepadan dengan jumlahnya.")
    officer.press("Kirim tawaran")
    thread = officer.at("(/negosiasi/N-26-[0-9]+)")
    owner.go("/")
    owner.follow(re.compile("[Nn]egosiasi|[Tt]awaran"), "main")
    owner.go(thread)
    owner.sees("Rp17.900", "Sepadan dengan jumlahnya.")
    owner.unfold("Tawar balik")
    owner.fill(re.compile("^Harga per"), str(AGREED))
    owner.press("Kirim tawaran balik")
    officer.go("/negosiasi")
    officer.follow(thread.rsplit("/", 1)[1])
    officer.sees(rupiah(AGREED))
    officer.unfold("Setuju")
    officer.press("Ya, setuju")
    officer.sees("Sepakat")


def split_the_award(story: Story) -> None:
    """Two kitchens, above the officer's limit, knowingly leaving a rest."""
    officer = story.officer
    officer.go(f"{story.need}/penawaran")
    officer.follow("Pilih pemenang")
    second, third = story.rivals
    for name, quantity in ((CATERER, "440"), (second, "200"), (third, "0")):
        officer.fill(f"Jumlah per hari untuk {name}", quantity)
    officer.press("Hitung ulang")
    officer.sees("Menunggu penyetuju: di atas batas petugas", "Masih kurang 360 per hari")
    officer.fill("Alasan pilihan", REASON)
    officer.page.get_by_label("Saya sengaja menyisakan").check()
    officer.press("Usulkan ke penyetuju")
    officer.at(f"{story.need}/pemenang")
    officer.sees("Menunggu penyetuju")


def approve_it(story: Story) -> None:
    """Somebody else of the company says yes, after reading why."""
    approver = story.approver
    approver.log_in("penyetuju@demo.test")
    approver.follow("Persetujuan", "nav.rail")
    card = f"#{story.code}"
    approver.sees(REASON)
    approver.press("Setujui", card)
    approver.go(f"{story.need}/pemenang")
    approver.sees(CATERER, "Rp18.150")
    assert "Menunggu penyetuju" not in approver.text()


def tell_the_loser_why(story: Story) -> None:
    """Who was not chosen reads the reason and their place."""
    name, address = list(story.rivals.items())[1]
    loser = story.opens("loser")
    loser.log_in(address)
    loser.follow("Penawaran", "nav.bar")
    loser.follow(re.compile("Makan siang tiga shift"))
    loser.sees("Tidak terpilih", re.compile(re.escape(REASON)))
    assert SECRET not in loser.text()
    assert name
