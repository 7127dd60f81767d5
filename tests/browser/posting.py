"""Chapter one: an officer writes a need, publishes it, reads the ranking and invites."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.stories import CATERER, TEXT, Story


def write_the_need(story: Story) -> None:
    """A message as one would send it fills the form."""
    officer = story.officer
    officer.log_in("pengadaan@demo.test")
    officer.follow("Buat kebutuhan", "main")
    officer.fill("Apa yang dibutuhkan?", TEXT)
    officer.press("Isikan formulirnya")
    story.code = officer.at("/kebutuhan/(K-26-[0-9]{4})/ubah")
    form = officer.page.locator("form#kebutuhan")
    expected = {
        "category": "katering-harian",
        "amount": "1200",
        "pattern": "daily",
        "unit": "porsi",
        "shifts": "3",
        "start_on": "2027-03-01",
        "end_on": "2027-08-31",
    }
    for name, value in expected.items():
        expect(form.locator(f"[name=lots-0-{name}]")).to_have_value(value)
    officer.sees(re.compile("Sertifikat: HALAL"))
    expect(form.locator("#lots-0-certificates")).to_contain_text("Sertifikat Halal")


def adjust_it_under_the_live_panel(story: Story) -> None:
    """What is typed changes at once who could supply it; the draft is kept; the preview shows it as suppliers read it."""
    officer = story.officer
    panel = officer.page.locator("#pasokan-0 .supply-head")
    expect(panel).to_have_text(re.compile(r"^\d+ UMKM, [\d.]+ porsi per hari dari 1\.200 yang dibutuhkan$"))
    officer.fill("Jumlah", "1000", "#isian-0")
    officer.page.locator("[name=lots-0-amount]").press("Tab")
    expect(panel).to_have_text(re.compile(r"dari 1\.000 yang dibutuhkan$"))
    officer.fill("Harga batas", "21000", "#isian-0")
    officer.fill("Bagian terkecil per hari", "100", "#isian-0")
    officer.fill("Judul", "Makan siang tiga shift, 1.000 porsi per hari")
    officer.press("Simpan draf", ".sticky-action")
    officer.sees("Draf disimpan.")
    officer.go("/kebutuhan")
    officer.follow("Makan siang tiga shift, 1.000 porsi per hari")
    officer.at(f"{story.need}/ubah")
    expect(officer.page.locator("[name=lots-0-ceiling_price]")).to_have_value(re.compile("21.?000"))
    officer.press("Lihat pratinjau")
    officer.at(f"{story.need}/pratinjau")
    officer.sees(
        "Begini pemasok melihatnya.", "1.000 porsi/hari", "Pabrik Baja Canai", "Selasa, 1 Desember 2026, 16.00 WIB"
    )
    assert "1.200" not in officer.page.locator("main").inner_text()


def publish_it(story: Story) -> None:
    """One press, and it stands."""
    story.officer.press("Umumkan")
    story.officer.at(story.need)
    story.officer.sees("Diumumkan")


def choose_from_the_ranking(story: Story) -> None:
    """Places with their reasons; two side by side; the caterer is invited, two others are remembered."""
    officer = story.officer
    officer.follow("Undang pemasok")
    officer.at(f"{story.need}/peringkat")
    rows = officer.page.locator(".ranking tbody tr")
    assert rows.count() >= 3
    first = rows.first
    first.locator("details.score > summary").click()
    points = first.locator(".score-parts .number").all_inner_texts()
    total = first.locator(".score-total").inner_text()
    shown = float(re.search(r"[\d,]+", total)[0].replace(",", "."))
    assert abs(sum(float(p.split("/")[0].replace(",", ".")) for p in points) - shown) < 0.5
    officer.picture()
    names = {}
    for link in rows.locator("a[href^='/pemasok/']").all():
        names[link.inner_text()] = link.get_attribute("href").rsplit("/", 1)[1]
    assert CATERER in names
    story.rivals = dict([pair for pair in names.items() if pair[0] != CATERER][:2])
    officer.page.get_by_label(f"Pilih {CATERER}").check()
    officer.page.get_by_label(f"Pilih {next(iter(story.rivals))}").check()
    officer.press(re.compile("^Bandingkan"))
    officer.sees(CATERER, next(iter(story.rivals)))
    officer.page.go_back()
    for box in officer.page.locator(".ranking [name=u]").all():
        box.set_checked(False)
    officer.page.get_by_label(f"Pilih {CATERER}").check()
    officer.press("Undang yang dipilih")
    officer.sees("diundang")
    officer.go(story.need)
    expect(officer.page.locator("#undangan")).to_contain_text(CATERER)
