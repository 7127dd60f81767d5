"""Beside the story: Dinkop finds and verifies, the ranking knows it, uptake grows by the award, the journal is whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.browser.bidding import PRICES
from tests.browser.fulfilling import DAYS, WORTH
from tests.browser.papers import photo
from tests.browser.stories import TITLE, Story, owner_of, tells
from tests.browser.windows import DESK
from tests.browser.words import like

LACKING = "SLHS"
NUMBER = "503/0815/SLHS/2026"
VERIFIED = like("Sertifikat disahkan.")


@dataclass(frozen=True)
class Newcomer:
    """A business that lacks one certificate for the need and nothing else."""

    name: str
    code: str


def send_the_missing_certificate(story: Story) -> Newcomer:
    """The officer's list says who lacks just one paper; its owner photographs it and sends it to Dinkop."""
    officer = story.officer
    officer.go(f"{story.need}/peringkat")
    officer.follow("Hampir", "main nav.tabs")
    newcomer = _lacking_one(story)
    owner = story.opens("newcomer")
    owner.log_in(owner_of(story.house, newcomer.code))
    owner.follow("Profil", "nav.bar")
    owner.follow("Sertifikat saya", "main")
    owner.follow("Kirim sertifikat", "main")
    owner.fill("Jenis sertifikat", LACKING)
    owner.fill("Tanggal terbit", "2026-06-01")
    owner.fill("Berlaku sampai", "2029-06-01")
    owner.press("Kirim ke Dinkop")
    owner.sees("Tulis nomor sertifikat, paling panjang 60 huruf.")
    owner.fill("Nomor", NUMBER)
    owner.field("Foto atau PDF sertifikat").set_input_files(photo("slhs.png"))
    owner.press("Kirim ke Dinkop")
    owner.sees("Sertifikat terkirim. Dinkop memeriksanya; Anda diberi tahu hasilnya.", "Menunggu verifikasi")
    owner.close()
    return newcomer


def _lacking_one(story: Story) -> Newcomer:
    for row in story.officer.page.locator("main tbody tr").all():
        misses = row.locator(".miss").all_inner_texts()
        if len(misses) == 1 and LACKING in misses[0]:
            link = row.locator("a[href^='/pemasok/']").first
            return Newcomer(link.inner_text(), (link.get_attribute("href") or "").rsplit("/", 1)[1])
    raise AssertionError("nobody lacks just this certificate")


def verify_it(story: Story, newcomer: Newcomer) -> None:
    """Dinkop finds the business in the registry, sees the paper beside its data, and says that it is genuine."""
    clerk = story.opens("clerk", DESK)
    clerk.log_in("dinkop@demo.test")
    clerk.follow("Registri", "nav.rail")
    clerk.fill("Cari usaha", newcomer.name)
    clerk.press("Cari", "main")
    clerk.page.locator(f"main a[href='/registri/{newcomer.code}']").click()
    clerk.look()
    clerk.at(f"/registri/{newcomer.code}")
    clerk.sees(newcomer.name, "Data usaha", "Menunggu verifikasi")
    clerk.page.locator("main tr", has_text=NUMBER).get_by_role("link").first.click()
    clerk.look()
    paper = clerk.page.locator("img.document-image")
    assert paper.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 8
    clerk.press("Sahkan", "main")
    clerk.sees(VERIFIED)
    clerk.go("/cek-sertifikat")
    clerk.fill("Nomor sertifikat", NUMBER)
    clerk.press("Periksa", "main")
    clerk.sees("Sah dan berlaku")
    clerk.close()


def find_it_in_the_ranking(story: Story, newcomer: Newcomer) -> None:
    """At once the ranking knows: no longer among those just outside, but with a place."""
    officer = story.officer
    officer.go(f"{story.need}/peringkat?tab=hampir")
    assert officer.page.locator(f"main a[href='/pemasok/{newcomer.code}']").count() == 0
    officer.go(f"{story.need}/peringkat")
    row = officer.page.locator(".ranking tbody tr", has=officer.page.locator(f"a[href='/pemasok/{newcomer.code}']"))
    assert LACKING in row.inner_text()


def uptake_of_catering(story: Story) -> tuple[int, int]:
    """(winners, rupiah in catering) of this quarter, as anybody reads them."""
    anybody = story.opens("anybody", DESK)
    if anybody.wants != anybody.language:
        anybody.go("/")
        anybody.speak(anybody.wants)
    anybody.go("/serapan")
    link = anybody.page.get_by_role("link", name=anybody.said(like("%(n)s pemenang pada %(name)s"))).first
    row = anybody.page.locator("main table.dense tr", has=anybody.page.locator("th a[href*='jenis=catering']"))
    found = _whole(link.inner_text().split(" ")[0]), _whole(row.locator("td.num").first.inner_text())
    row.locator("a").click()
    anybody.look()
    assert (anybody.page.locator("main tbody tr", has_text=TITLE).count() > 0) is story.awarded
    anybody.close()
    return found


def _whole(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def uptake_grew(before: tuple[int, int], after: tuple[int, int]) -> None:
    """By two winners, and by exactly what they were awarded."""
    assert (after[0] - before[0], after[1] - before[1]) == (2, WORTH + 200 * DAYS * PRICES["rival"])


def read_the_journal(story: Story) -> None:
    """The auditor follows the need from draft to award; the chain is whole."""
    auditor = story.opens("auditor", DESK)
    auditor.log_in("auditor@demo.test")
    auditor.follow("Jejak audit", "nav.rail")
    auditor.unfold("Saring")
    auditor.fill("Kode", story.code, "main")
    auditor.press("Terapkan")
    auditor.follow(story.code, "main tbody")
    auditor.at(f"/jejak/{story.code}")
    steps = auditor.page.locator("main .timeline strong").all_inner_texts()
    story_of_it = ("Draf dibuat", "Umumkan", "Pemasok diundang", "Pertanyaan masuk", "Buka penawaran")
    places = [steps.index(str(auditor.said(step))) for step in story_of_it]
    assert places == sorted(places), steps
    auditor.sees("Rina Pengadaan")
    told = auditor.text()
    assert [p for p in (PRICES["first"], PRICES["loser"]) if tells(told, p)] == []
    auditor.close()
    verdict = story.house.command("audit", "verify")
    assert verdict.startswith("The journal is whole: ")
