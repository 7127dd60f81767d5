"""A class from its plan to its papers: Dinkop at a desk, those who learn with a phone, fifteen at least in each class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from marketplace.cli.transactions import transaction
from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.training import Cohort, Enrolment
from marketplace.rules.businesses import BusinessState, Kind
from marketplace.rules.policy import Actor
from marketplace.rules.training import EnrolmentState
from marketplace.services.sessions import actor_of
from marketplace.services.training import enrolments
from tests.browser.houses import House
from tests.browser.papers import photo, words_of
from tests.browser.stories import owner_of
from tests.browser.windows import DESK, Opens, Window
from tests.browser.words import exactly, like

CLERK = "petugas@demo.test"
NINE = time(2, 0)
"""Nine o'clock in Jakarta, in UTC."""


@dataclass
class Learner:
    """A business on its way, with its owner's phone."""

    name: str
    code: str
    phone: Window


@dataclass
class School:
    """Dinkop at two desks, and everybody who learns."""

    house: House
    clerk: Window
    verifier: Window
    learners: list[Learner]
    others: list[str] = field(default_factory=list)
    """Codes of businesses that come along without a phone in this story."""


def open_school(house: House, opens: Opens, pupils: Sequence[tuple[str, str]]) -> School:
    """The clerk and the verifier at their desks, and owners of registered businesses (name, code) on their phones."""
    clerk, verifier = opens("clerk", DESK), opens("verifier", DESK)
    clerk.log_in(CLERK)
    verifier.log_in("dinkop@demo.test")
    learners = []
    for name, code in pupils:
        phone = opens(f"learner-{code}")
        phone.log_in(owner_of(house, code))
        learners.append(Learner(name, code, phone))
    return School(house, clerk, verifier, learners)


def hold_class(school: School, package: str, first: date, days: int, seats: int) -> date:
    """One cohort of a package (its Indonesian name) from plan to results; returns the day after its last."""
    last = first + timedelta(days=days - 1)
    code = plan(school, package, first, last, seats)
    invite(school, code, seats)
    answer(school, package)
    select_and_start(school, code, seats)
    for n in range(days):
        attend(school, code, first + timedelta(days=n))
    examine(school, code)
    _move(school, last + timedelta(days=1))
    decide(school, code)
    return last + timedelta(days=1)


def plan(school: School, package: str, first: date, last: date, seats: int) -> str:
    """The clerk plans it; its money is bound at once. Returns the code."""
    clerk = school.clerk
    clerk.follow("Pelatihan", "nav.rail")
    clerk.follow("Rencanakan angkatan", "main")
    option = clerk.field("Pelatihan").locator("option").filter(has_text=re.compile(f"^{re.escape(package)}")).first
    clerk.field("Pelatihan").select_option(option.get_attribute("value"))
    budget = clerk.field("Anggaran").locator("option").filter(has_text="2026").first
    clerk.field("Anggaran").select_option(budget.get_attribute("value"))
    clerk.fill("Hari pertama", first.isoformat())
    clerk.fill("Hari terakhir", last.isoformat())
    clerk.fill("Tempat", "Balai Latihan Kerja Cilegon")
    clerk.fill(exactly("Pelatih"), "Instruktur Contoh")
    clerk.fill("Kursi", str(seats))
    clerk.press("Rencanakan", ".sticky-action")
    return clerk.at("/pelatihan/([A-Z]+-[0-9]+-[0-9]+)")


def invite(school: School, code: str, seats: int) -> None:
    """Those of the story by name; the clerk has asked as many others as fill the class."""
    clerk = school.clerk
    clerk.press("Buka pendaftaran", "main")
    for learner in school.learners:
        clerk.go(f"/pelatihan/{code}/calon?q={learner.code}")
        clerk.field(like("Undang %(name)s", name=learner.name)).check()
        clerk.press("Undang yang dicentang")
        clerk.sees(like("%(n)s usaha diundang.", n=1))
    school.others = school.others or _newcomers(school.house, seats - len(school.learners))
    with school.house.app.app_context(), transaction():
        cohort = db.session.scalars(select(Cohort).where(Cohort.code == code)).one()
        others = db.session.scalars(select(Business).where(Business.code.in_(school.others))).all()
        asked = enrolments.invite(cohort, others, _clerk(), datetime.now(UTC))
        assert asked.refused == []


def _newcomers(house: House, count: int) -> list[str]:
    """Codes of businesses with a NIB that hold nothing and have never been in a class."""
    with house.app.app_context():
        held, taught = select(Certificate.business_id), select(Enrolment.business_id)
        query = (
            select(Business.code)
            .where(Business.nib.is_not(None), Business.state == BusinessState.REGISTERED, Business.kind == Kind.SOLE)
            .where(Business.id.not_in(held), Business.id.not_in(taught))
            .order_by(Business.id)
            .limit(count)
        )
        found = list(db.session.scalars(query))
        db.session.remove()
    assert len(found) == count
    return found


def _clerk() -> Actor:
    person = db.session.scalars(select(User).where(User.email == CLERK)).one()
    return actor_of(person, person.memberships[0])


def answer(school: School, package: str) -> None:
    """Each learner reads the invitation on the phone and says yes; the others do so on phones of their own."""
    for learner in school.learners:
        phone = learner.phone
        phone.go("/pelatihan-saya")
        phone.sees("Anda diundang", package)
        phone.follow("Jawab undangan", f".card:has-text('{package}')")
        phone.sees(package, "Gratis.")
        phone.press("Ikut", "main")
        phone.page.locator("#declared").check()
        phone.press("Ikut", "main")
        phone.sees("Jawaban Anda sudah kami terima")
    with school.house.app.app_context(), transaction():
        query = (
            select(Enrolment)
            .join(Business, Business.id == Enrolment.business_id)
            .where(Enrolment.state == EnrolmentState.INVITED, Business.code.in_(school.others))
        )
        for enrolment in db.session.scalars(query).all():
            enrolments.apply(enrolment, True, enrolments.BY_LINK, datetime.now(UTC))


def select_and_start(school: School, code: str, seats: int) -> None:
    """All who answered get a seat; on the first day the class begins."""
    clerk = school.clerk
    clerk.go(f"/pelatihan/{code}")
    clerk.press("Pilih semua sampai kursi habis")
    clerk.sees(like("Peserta (%(n)s)", n=seats))
    with school.house.app.app_context():
        first = db.session.scalars(select(Cohort.starts_on).where(Cohort.code == code)).one()
        db.session.remove()
    _move(school, first)
    clerk.go(f"/pelatihan/{code}")
    clerk.press("Mulai angkatan")
    clerk.sees("Berjalan")


def attend(school: School, code: str, day: date) -> None:
    """Everybody is there, and ticked in the list."""
    _move(school, day)
    clerk = school.clerk
    clerk.go(f"/pelatihan/{code}/kehadiran?hari={day.isoformat()}")
    for box in clerk.page.locator("main input[name=hadir]").all():
        box.check()
    with clerk.page.expect_navigation():  # the list is sent from within the page, which then loads anew
        clerk.button("Simpan kehadiran").click()
    clerk.look()


def examine(school: School, code: str) -> None:
    """A column of marks before and after, pasted as from a sheet."""
    clerk = school.clerk
    clerk.go(f"/pelatihan/{code}/tes")
    people = clerk.page.locator("main tbody tr").count()
    clerk.unfold("Tempel satu kolom dari Excel")
    clerk.fill("Kolom tes awal", "\n".join(["45"] * people))
    clerk.fill("Kolom tes akhir", "\n".join(["85"] * people))
    clerk.press("Simpan nilai")
    clerk.sees("Rata-rata tes akhir")


def decide(school: School, code: str) -> None:
    """Ended, and decided by the rule; each learner has the paper on the phone."""
    clerk = school.clerk
    clerk.go(f"/pelatihan/{code}")
    clerk.press("Akhiri angkatan")
    clerk.go(f"/pelatihan/{code}/hasil")
    clerk.press("Putuskan menurut syarat lulus")
    for learner in school.learners:
        learner.phone.go("/pelatihan-saya")
        learner.phone.sees("Riwayat")
        paper = learner.phone.download("Surat tanda peserta (PDF)")
        assert learner.name.lower() in words_of(paper).lower()


def send_the_certificate(school: School, learner: Learner, kind: str, number: str, until: str) -> None:
    """What the class led to is obtained: the owner sends it from the phone, Dinkop verifies it beside its photo."""
    phone, verifier = learner.phone, school.verifier
    phone.go("/sertifikat/kirim")
    phone.fill("Jenis sertifikat", kind)
    phone.fill("Nomor", number)
    phone.fill("Tanggal terbit", "2026-12-01")
    if until:
        phone.fill("Berlaku sampai", until)
    phone.field("Foto atau PDF sertifikat").set_input_files(photo(f"{kind.lower()}.png"))
    phone.press("Kirim ke Dinkop")
    phone.sees("Sertifikat terkirim. Dinkop memeriksanya; Anda diberi tahu hasilnya.")
    verifier.go(f"/registri/{learner.code}")
    verifier.page.locator("main tr", has_text=number).get_by_role("link").first.click()
    verifier.look()
    verifier.press("Sahkan", "main")
    verifier.sees(like("Sertifikat disahkan."))


def _move(school: School, day: date) -> None:
    moment = datetime.combine(day, NINE, UTC)
    if moment > datetime.now(UTC):
        school.house.clock.move_to(moment)
