"""Chapter three: the envelopes are opened, judged and negotiated; two win together, and the approver agrees."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.bidding import PRICES, SECRET
from tests.browser.posting import number_in
from tests.browser.stories import CATERER, TITLE, Story, mentions, pass_deadline
from tests.browser.words import like

AGREED = 18_150
REASON = "Harga rendah dan dapur dekat; dua dapur saling menggantikan."


def open_the_bids(story: Story) -> None:
    """Not a second before the deadline; then all at once, on record."""
    officer = story.officer
    officer.go(f"{story.need}/pembukaan")
    officer.sees("Masih tersegel")
    assert officer.button("Buka penawaran").count() == 0
    sealed = mentions(story.house, PRICES["second"])
    pass_deadline(story.house)
    officer.go("/")
    officer.follow(like("Buka penawaran %(code)s: %(title)s", code=story.code), "main")
    officer.press("Buka penawaran", "main")
    officer.at(f"{story.need}/berita-acara")
    for price in (PRICES["second"], PRICES["rival"], PRICES["loser"]):
        officer.sees(officer.rupiah(price))
    assert officer.rupiah(PRICES["first"]) not in officer.text()
    assert mentions(story.house, PRICES["second"]) > sealed


def judge_by_the_published_weights(story: Story) -> None:
    """One table, whose numbers open into how they were counted and add up."""
    officer = story.officer
    officer.follow("Bandingkan penawaran")
    rows = officer.page.locator("#paket-1 table tbody tr")
    expect(rows).to_have_count(3)
    cells = rows.first.locator("td b").all_inner_texts()
    total = rows.first.locator("td strong.number").inner_text()
    assert abs(sum(map(number_in, cells)) - number_in(total)) < 0.3
    why = rows.first.locator("td details").first
    why.locator("summary").click()
    expect(why.locator("p")).to_contain_text(officer.rupiah(PRICES["rival"]))
    officer.picture()


def negotiate(story: Story) -> None:
    """The officer asks, the owner asks back from the phone, the officer agrees."""
    officer, owner = story.officer, story.owner
    row = f"#paket-1 tbody tr:has-text('{CATERER}')"
    harga = like("Harga per %(unit)s")
    officer.unfold("Tindakan", row)
    officer.follow("Negosiasi", row)
    officer.fill(harga, "17900")
    officer.fill("Catatan", "Sepadan dengan jumlahnya.")
    officer.press("Kirim tawaran")
    thread = officer.at("(/negosiasi/N-26-[0-9]+)")
    owner.go("/")
    owner.follow(like("Jawab tawaran %(buyer)s: %(title)s", title=TITLE), "main")
    owner.at(thread)
    owner.sees(owner.rupiah(17_900), "Sepadan dengan jumlahnya.")
    owner.unfold("Tawar balik")
    owner.fill(harga, str(AGREED))
    owner.press("Kirim tawaran balik")
    officer.go("/")
    officer.follow(like("Jawab tawaran %(business)s: %(title)s", business=CATERER), "main")
    officer.at(thread)
    officer.sees(officer.rupiah(AGREED))
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
        officer.fill(like("Jumlah per hari untuk %(name)s", name=name), quantity)
    officer.press("Hitung ulang")
    officer.sees("Menunggu penyetuju: di atas batas petugas", like("Masih kurang %(rest)s per hari", rest=360))
    officer.fill("Alasan pilihan", REASON)
    officer.field("Saya sengaja menyisakan kebutuhan yang belum tertutup").check()
    officer.press("Usulkan ke penyetuju")
    officer.at(f"{story.need}/pemenang")
    officer.sees("Menunggu penyetuju")


def approve_it(story: Story) -> None:
    """Somebody else of the company says yes, after reading why."""
    approver = story.approver
    approver.log_in("penyetuju@demo.test")
    approver.follow(like("Putuskan usulan pemenang %(code)s: %(title)s", code=story.code), "main")
    approver.at("/persetujuan")
    approver.sees(REASON)
    approver.press("Setujui", f"#{story.code}")
    approver.sees(like("Disetujui: pemenang %(code)s ditetapkan dan semua pemasok diberi tahu.", code=story.code))
    approver.go(f"{story.need}/pemenang")
    approver.sees(CATERER, approver.rupiah(AGREED))
    assert approver.said("Menunggu penyetuju") not in approver.text()
    story.awarded = True


def tell_the_loser_why(story: Story) -> None:
    """Who was not chosen reads the reason and their place."""
    winner, loser = story.rivals
    window = story.opens("loser")
    window.log_in(story.rivals[loser])
    window.follow("Penawaran", "nav.bar")
    window.follow(TITLE, "main")
    window.sees("Tidak terpilih", REASON, like("%(rank)s dari %(count)s; terendah %(lowest)s", rank=3, count=3))
    told = window.text()
    assert [word for word in (SECRET, CATERER, winner, window.rupiah(AGREED)) if word in told] == []
    window.close()
