"""Chapter four: both sides confirm, lunch is delivered and accepted in part, billed, paid and judged."""

from __future__ import annotations

import re

from tests.browser.deciding import AGREED
from tests.browser.papers import photo, words_of
from tests.browser.stories import CATERER, FIRST_DAY, TITLE, Story
from tests.browser.words import like

PER_DAY, DAYS = 440, 184
WORTH = PER_DAY * DAYS * AGREED
SENT, SPOILT = 7 * PER_DAY, 80
OWED = (SENT - SPOILT) * AGREED
WHY = "Delapan puluh boks basi."


def confirm_on_both_sides(story: Story) -> None:
    """The officer first; it holds once the owner has confirmed from the phone."""
    officer, owner = story.officer, story.owner
    officer.go("/kontrak")
    row = f"main tbody tr:has-text('{CATERER}'):has-text('{TITLE}')"
    officer.follow(re.compile("SPK-26-[0-9]+"), row)
    story.contract = officer.at("(/kontrak/[^/]+)")
    officer.sees(officer.rupiah(WORTH), officer.rupiah(AGREED))
    officer.press("Konfirmasi kontrak")
    officer.sees("Terkonfirmasi. Menunggu pihak lain.", like("Menunggu konfirmasi %(names)s.", names=CATERER))
    owner.go("/")
    owner.follow(like("Konfirmasi kontrak %(code)s: %(title)s", title=TITLE), "main")
    owner.at(story.contract)
    owner.press("Konfirmasi kontrak")
    owner.sees("Kontrak berlaku.", "Berjalan")


def read_the_paper(story: Story) -> None:
    """Both download the same contract, its sum in words."""
    paper = story.owner.download("Unduh kontrak (PDF)")
    said = words_of(paper)
    expected = (
        story.contract.rsplit("/", 1)[1],
        CATERER,
        TITLE,
        story.owner.rupiah(WORTH),
        story.owner.in_words(WORTH),
    )
    assert [word for word in expected if word.lower() not in said.lower()] == []
    story.officer.go(story.contract)
    assert words_of(story.officer.download("Unduh kontrak (PDF)")) == said


def deliver(story: Story) -> None:
    """Three months later: the first week's lunch leaves the kitchen."""
    story.house.clock.move_to(FIRST_DAY)
    owner = story.owner
    owner.log_in("umkm@demo.test")
    owner.go(story.contract)
    owner.follow("Kirim pesanan")
    story.delivery = owner.at("(/pengiriman/[^/]+)")
    assert owner.field("Jumlah yang dikirim").input_value() == str(SENT)
    owner.fill("Catatan", "Mobil boks A 1234 BC")
    owner.press("Sudah dikirim")
    owner.sees("Tercatat dikirim. Pembeli sudah diberi tahu.")


def accept_a_part(story: Story) -> None:
    """At the gate: what is spoilt needs its reason, which is asked for without losing the count; the BAST is a paper."""
    officer = story.officer
    officer.log_in("pengadaan@demo.test")
    officer.follow(like("Periksa kiriman %(business)s: %(title)s", business=CATERER, title=TITLE), "main")
    officer.at(story.delivery)
    officer.fill("Tidak diterima", str(SPOILT))
    officer.press("Sudah terima barang")
    officer.sees("Tulis mengapa sebagian tidak diterima.")
    assert officer.field("Tidak diterima").input_value() == str(SPOILT)
    officer.fill("Catatan", WHY)
    size = (1700, 1300) if officer.scripts else (8, 8)
    officer.field("Foto atau surat jalan (boleh kosong)").set_input_files(photo("gerbang.png", *size))
    if officer.scripts:
        officer.sees("Foto diperkecil sebelum dikirim.")
    officer.press("Sudah terima barang")
    officer.sees(like("Diterima. BAST %(bast)s terbit."), "Diterima sebagian", re.compile("^gerbang[.](jpg|png)$"))
    bast = officer.page.locator("main").inner_text()
    found = re.search("BAST-[0-9]{2}-[0-9]+", bast)
    assert found
    said = words_of(officer.download("Unduh BAST (PDF)"))
    expected = (found[0], CATERER, WHY, officer.rupiah(OWED))
    assert [word for word in expected if word not in said] == []


def bill_and_pay(story: Story) -> None:
    """The owner bills from the notice; the officer agrees and pays; the owner sees it."""
    officer, owner = story.officer, story.owner
    owner.go("/pemberitahuan")
    owner.follow(like("Diterima: %(quantity)s %(unit)s untuk kontrak %(contract)s"), "main")
    owner.at(story.delivery)
    owner.follow(story.contract.rsplit("/", 1)[1], "main dl")
    owner.press("Kirim tagihan", "#tagih")
    story.invoice = owner.at("(/tagihan/[^/]+)")
    owner.sees("Ditagih", owner.rupiah(OWED))
    said = words_of(owner.download("Unduh tagihan (PDF)"))
    assert owner.in_words(OWED) in said.lower()
    code = story.invoice.rsplit("/", 1)[1]
    officer.go("/")
    officer.follow(like("Setujui tagihan %(code)s dari %(business)s", code=code), "main")
    officer.press("Setujui tagihan", "main")
    officer.sees("Disetujui")
    officer.press(like("Catat pembayaran %(amount)s"))
    officer.sees("Belum bisa dikirim. Isian Anda tetap ada.")
    officer.fill("Nomor bukti transfer", "TRX-7781")
    officer.press(like("Catat pembayaran %(amount)s", amount=officer.rupiah(OWED)))
    officer.sees("TRX-7781", "Dibayar")
    owner.go(story.invoice)
    owner.sees(like("Dibayar %(day)s, tepat waktu."), "TRX-7781")


def judge_each_other(story: Story) -> None:
    """Stars and a sentence from both; nobody judges twice."""
    for window, name, stars, words in (
        (story.officer, CATERER, "4", "Rasanya enak, sekali terlambat."),
        (story.owner, "PT", "5", "Bayar cepat."),
    ):
        window.go(story.contract)
        window.fill(like("Bintang untuk %(name)s", name=name), stars, "#penilaian")
        window.fill("Kata-kata Anda", words, "#penilaian")
        window.press("Kirim ulasan", "#penilaian")
        window.sees("Terima kasih, ulasan Anda tersimpan.", words)
        assert window.button("Kirim ulasan").count() == 0
    story.officer.go(story.contract)
    story.officer.sees("Bayar cepat.")
