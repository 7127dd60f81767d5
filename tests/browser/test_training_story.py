"""From training to the first order, clicked as people click it: a kitchen and a co-operative, side by side."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.cli.transactions import transaction
from marketplace.models import db
from marketplace.models.businesses import Business, Offering, SupplierChange
from marketplace.models.certificates import Certificate
from marketplace.rules.businesses import BusinessState, Kind, search_text
from marketplace.rules.certificates import CertificateState
from marketplace.services import codes
from tests.browser import posting
from tests.browser.bidding import write_bid
from tests.browser.houses import MORNING, House
from tests.browser.learning import Learner, School, hold_class, open_school, send_the_certificate
from tests.browser.stories import CATERER, TITLE, Story
from tests.browser.windows import DESK, PHONE, Opens
from tests.browser.words import like

pytestmark = pytest.mark.browser

LACKING = "halal"
SEATS = 15
CLASSES = (
    ("Dasar kewirausahaan", 3),
    ("Keuangan usaha", 3),
    ("Pemasaran", 3),
    ("Uji kompetensi wirausaha (SKKNI)", 3),
    ("Sertifikasi halal", 2),
)
COOPERATIVE = "Koperasi Dapur Sagara Contoh"
HELD_BY_COOPERATIVE = ("SLHS", "PKP_PANGAN", "DINKOP_REG")
PRICES = (18_321, 18_654)
WAY = ("Terdaftar", "Diundang pelatihan", "Lulus pelatihan", "Bersertifikat", "Menawar", "Menang")
REASON = "Dua dapur yang baru bersertifikat, harganya di bawah batas."


def test_two_businesses_go_from_the_register_to_their_first_order(house: House, opens: Opens) -> None:
    story = Story(house, opens, opens("officer", DESK), opens("approver", DESK), opens("owner", PHONE))
    co_operative = _register_a_cooperative(house)
    posting.write_the_need(story)
    posting.adjust_it_under_the_live_panel(story)
    posting.publish_it(story)
    woman = _lacking_only_halal(story)
    pupils = [woman, co_operative]
    _postpone(story)
    _absent(story, [code for _, code in pupils])
    school = open_school(house, opens, pupils)
    day = MORNING.date()
    for package, days in CLASSES:
        day = hold_class(school, package, day, days, SEATS)
    for n, learner in enumerate(school.learners):
        send_the_certificate(school, learner, "HALAL", f"ID3611000{n}2345671226", "")
    _present(story, school.learners)
    _bid(story, school)
    _award(story, school)
    _whole_way(school, school.learners)


def _register_a_cooperative(house: House) -> tuple[str, str]:
    """A co-operative with a kitchen, in the register and active, that lacks the halal certificate alone."""
    with house.app.app_context(), transaction():
        like_it = db.session.query(Business).filter_by(name=CATERER).one()
        code = codes.next_codes(codes.BUSINESS, MORNING, 1, 5)[0]
        made = Business(
            code=code,
            name=COOPERATIVE,
            owner_name="Ketua Contoh",
            kind=Kind.COOPERATIVE,
            nib="2411260000001",
            activity="katering makan siang karyawan, nasi kotak, prasmanan",
            search_text=search_text(code, COOPERATIVE),
            in_dinkop=True,
            state=BusinessState.ACTIVE,
            **{name: getattr(like_it, name) for name in ("trade_code", "area_code", "lat", "lon", "scale")},
            registered_at=MORNING,
            verified_at=MORNING,
        )
        db.session.add(made)
        db.session.flush()
        db.session.add(Offering(business_id=made.id, category_code="katering-harian", capacity_per_day=300))
        for n, kind in enumerate(HELD_BY_COOPERATIVE):
            db.session.add(
                Certificate(
                    code=codes.next_code(codes.CERTIFICATE, MORNING),
                    token=f"cooperative{n}",
                    business_id=made.id,
                    type_code=kind,
                    number=f"KOP-{n}",
                    issued_on=date(2026, 1, 5),
                    valid_until=date(2029, 1, 5),
                    state=CertificateState.VERIFIED,
                    submitted_at=MORNING,
                    verified_at=MORNING,
                )
            )
        db.session.add(SupplierChange(business_id=made.id))
        return made.name, made.code


def _lacking_only_halal(story: Story) -> tuple[str, str]:
    """Of a woman's kitchens just outside the ranking, the first that lacks nothing else."""
    officer = story.officer
    officer.go(f"{story.need}/peringkat?tab=hampir")
    codes = []
    for row in officer.page.locator("main tbody tr").all():
        misses = row.locator(".miss").all_inner_texts()
        if len(misses) == 1 and LACKING in misses[0]:
            codes.append((row.locator("a[href^='/pemasok/']").first.get_attribute("href") or "").rsplit("/", 1)[1])
    with story.house.app.app_context():
        found = db.session.query(Business).filter(Business.code.in_(codes), Business.nib.is_not(None)).all()
        fitting = sorted(
            (b for b in found if b.name != COOPERATIVE), key=lambda b: (b.owner_gender != "female", b.code)
        )
        assert fitting, "nobody lacks just the halal certificate"
        chosen = fitting[0].name, fitting[0].code
        db.session.remove()
    return chosen


def _postpone(story: Story) -> None:
    """The officer gives local kitchens time to learn: the deadline moves to after the last class."""
    officer = story.officer
    officer.go(story.need)
    officer.unfold("Undur batas waktu")
    officer.fill("Ditutup tanggal", _closing().isoformat())
    officer.fill("Alasan", "Memberi waktu dapur setempat mengurus sertifikat halal.")
    officer.press("Undur")
    officer.sees("Diumumkan")


def _closing() -> date:
    return MORNING.date() + timedelta(days=sum(days for _, days in CLASSES) + 3)


def _absent(story: Story, codes: list[str]) -> None:
    story.officer.go(f"{story.need}/peringkat")
    for code in codes:
        assert story.officer.page.locator(f".ranking a[href='/pemasok/{code}']").count() == 0


def _present(story: Story, learners: list[Learner]) -> None:
    """The moment the certificates are verified both have a place; the owner's bell and page say what it opened."""
    officer = story.officer
    officer.go(f"{story.need}/peringkat")
    for learner in learners:
        row = officer.page.locator(".ranking tbody tr", has=officer.page.locator(f"a[href='/pemasok/{learner.code}']"))
        assert "HALAL" in row.inner_text()
        learner.phone.go("/peluang")
        learner.phone.sees(TITLE)


def _bid(story: Story, school: School) -> None:
    for learner, price in zip(school.learners, PRICES, strict=True):
        learner.phone.go(story.need)
        write_bid(learner.phone, "100", price)


def _award(story: Story, school: School) -> None:
    """Opened after the deadline; both win a share; the approver agrees; both read that they won."""
    closing = datetime.combine(_closing(), datetime.min.time(), UTC) + timedelta(hours=10)
    story.house.clock.move_to(closing)
    officer = story.officer
    officer.go(f"{story.need}/pembukaan")
    officer.press("Buka penawaran", "main")
    officer.go(f"{story.need}/penawaran")
    officer.follow("Pilih pemenang")
    for learner in school.learners:
        officer.fill(like("Jumlah per hari untuk %(name)s", name=learner.name), "100")
    officer.press("Hitung ulang")
    officer.fill("Alasan pilihan", REASON)
    officer.field("Saya sengaja menyisakan kebutuhan yang belum tertutup").check()
    officer.press("Usulkan ke penyetuju")
    approver = story.approver
    approver.log_in("penyetuju@demo.test")
    approver.go("/persetujuan")
    approver.press("Setujui", f"#{story.code}")
    for learner in school.learners:
        learner.phone.go("/")
        learner.phone.follow(like("Konfirmasi kontrak %(code)s: %(title)s", title=TITLE), "main")
        learner.phone.press("Konfirmasi kontrak")


def _whole_way(school: School, learners: list[Learner]) -> None:
    """Dinkop sees how far each has come, from the register to the award."""
    for learner in learners:
        school.clerk.go(f"/perjalanan/{learner.code}")
        gone = school.clerk.page.locator(".timeline li.tone-good strong").all_inner_texts()
        assert [stage for stage in WAY if stage not in gone] == []
