"""Chapter one: an officer writes a need, publishes it, reads the ranking and invites."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.stories import CATERER, DEADLINE, TEXT, TITLE, Story
from tests.browser.windows import Window
from tests.browser.words import like


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
    chip = officer.page.locator(".chip").filter(has_text="HALAL")
    expect(chip).to_contain_text(officer.said("Sertifikat"))
    expect(form.locator("#lots-0-certificates .need-line").filter(has_text="Halal")).to_be_visible()


def adjust_it_under_the_live_panel(story: Story) -> None:
    """What is typed changes who could supply it (at once, or when asked where no script runs); the draft is kept; the
    preview shows it as suppliers read it."""
    officer = story.officer
    panel = officer.page.locator("#pasokan-0 .supply-head")
    expect(panel).to_have_text(_supply(officer, 1200))
    officer.fill("Jumlah", "1000", "#isian-0")
    if officer.scripts:
        officer.page.locator("[name=lots-0-amount]").press("Tab")
    else:
        officer.press("Hitung ulang", "#pasokan-0")
    expect(panel).to_have_text(_supply(officer, 1000))
    officer.fill("Harga batas", "21000", "#isian-0")
    officer.fill("Bagian terkecil per hari", "100", "#isian-0")
    officer.fill("Judul", TITLE)
    officer.press("Simpan draf", ".sticky-action")
    officer.sees("Draf disimpan.")
    officer.go("/kebutuhan")
    officer.follow(TITLE)
    officer.at(f"{story.need}/ubah")
    expect(officer.page.locator("[name=lots-0-ceiling_price]")).to_have_value(re.compile("21.?000"))
    officer.press("Lihat pratinjau")
    officer.at(f"{story.need}/pratinjau")
    officer.sees(
        "Begini pemasok melihatnya. Setelah diumumkan isinya tidak bisa diubah lagi; hanya batas waktunya bisa diundur.",
        officer.number(1000),
        "Pabrik Baja Canai",
        officer.moment(DEADLINE),
    )
    assert officer.number(1200) not in officer.page.locator("main").inner_text()


def _supply(officer: Window, need: int) -> re.Pattern[str]:
    return like(
        "%(n)s UMKM, %(free)s %(unit)s per hari dari %(need)s yang dibutuhkan", need=officer.number(need)
    ).pattern(officer.language)


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
    assert abs(sum(map(number_in, points)) - number_in(total)) < 0.5
    officer.picture()
    names = {}
    for link in rows.locator("a[href^='/pemasok/']").all():
        names[link.inner_text()] = link.get_attribute("href").rsplit("/", 1)[1]
    assert CATERER in names
    story.rivals = dict([pair for pair in names.items() if pair[0] != CATERER][:2])
    _choose(officer, CATERER)
    _choose(officer, next(iter(story.rivals)))
    officer.press("Bandingkan (paling banyak 4)")
    officer.sees(CATERER, next(iter(story.rivals)))
    officer.page.go_back()
    for box in officer.page.locator(".ranking [name=u]").all():
        box.set_checked(False)
    _choose(officer, CATERER)
    officer.press("Undang yang dipilih")
    officer.sees(like("%(n)s pemasok diundang.", n=1))
    officer.go(story.need)
    expect(officer.page.locator("#undangan")).to_contain_text(CATERER)


def _choose(officer: Window, name: str) -> None:
    officer.field(like("Pilih %(name)s", name=name)).check()


def number_in(text: str) -> float:
    """The first number of a text, its decimals after a comma or a point."""
    found = re.search(r"\d+(?:[.,]\d+)?", text)
    assert found, text
    return float(found[0].replace(",", "."))
