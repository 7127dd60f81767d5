"""What the pages of a cohort say of people is true: who was told, who is counted, why somebody is out."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask

from marketplace.rules.policy import Role
from marketplace.services import keyring
from marketplace.services.training import cohorts
from tests.factories import accounts
from tests.factories import cohorts as training
from tests.factories.cohorts import FIRST, clerk, moment
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

pytestmark = pytest.mark.usefixtures("present")


@pytest.fixture
def desk(app: Flask) -> Visitor:
    return Visitor.of(app, accounts.member(Role.CLERK))


def test_a_cancelled_cohort_is_not_blamed_on_its_people(app: Flask, client: Visitor) -> None:
    who = training.business()
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=who))
    enrolment = training.seated(training.cohort(), who)
    cohorts.cancel(enrolment.cohort, "Gedung dipakai", clerk(), PRESENT)
    for page in (client.get(f"/undangan-pelatihan/{enrolment.token}").text, owner.get("/pelatihan-saya").text):
        assert "Pelatihan ini dibatalkan Dinkop" in page
        assert "Alasannya: Gedung dipakai" in page
        assert "Mundur" not in page
        assert "Anda tidak ikut" not in page


def test_a_participant_with_a_seat_has_the_code_that_is_scanned(client: Visitor) -> None:
    cohort = training.cohort()
    seated, asked = training.seated(cohort), training.invited(cohort)
    page = client.get(f"/undangan-pelatihan/{seated.token}").text
    assert "Kode kehadiran Anda</title>" in page
    assert 'class="qr"' not in client.get(f"/undangan-pelatihan/{asked.token}").text


def test_the_tab_counts_those_with_a_seat(desk: Visitor) -> None:
    cohort = training.cohort()
    training.seated(cohort)
    training.invited(cohort)
    page = desk.get(f"/pelatihan/{cohort.code}").text
    assert "Peserta (1)" in page
    tab = page.split('aria-label="Bagian angkatan"')[1].split("</nav>")[0]
    first = tab.split("</a>")[0]
    assert "1" in first.split("Peserta")[1]
    assert "2" not in first.split("Peserta")[1]


def test_inviting_those_who_are_invited_says_so(desk: Visitor) -> None:
    cohort = training.cohort()
    there = training.invited(cohort)
    answer = desk.post(f"/pelatihan/{cohort.code}/undang", {"usaha": [there.business.code]})
    page = desk.get(answer.location).text
    assert "Tidak ada undangan baru" in page
    assert "Kirim juga lewat WhatsApp." not in page


def test_attendance_says_how_many_were_recorded(desk: Visitor) -> None:
    cohort = training.running()
    there = [e.id for e in cohort.enrolments]
    with time_machine.travel(moment(cohort, 1), tick=False):
        form = {"day": FIRST.isoformat(), "terdaftar": there, "hadir": [*there, 999_999]}
        answer = desk.post(f"/pelatihan/{cohort.code}/kehadiran", form)
        assert f"Tersimpan: {len(there)} peserta hadir." in desk.get(answer.location).text


def test_a_full_cohort_says_that_no_seat_is_free(desk: Visitor) -> None:
    cohort = training.cohort(seats=2)
    for _ in range(2):
        training.seated(cohort)
    training.applied(cohort)
    desk.post(f"/pelatihan/{cohort.code}/pilih", {"semua": "1"})
    page = desk.get(f"/pelatihan/{cohort.code}").text
    assert "Tidak ada kursi kosong: semua 2 kursi sudah terisi." in page
    assert "Centang dulu" not in page


def test_who_has_no_account_is_to_be_called_and_not_said_to_be_told(app: Flask, desk: Visitor) -> None:
    cohort = training.cohort()
    claimed = training.business()
    accounts.member(Role.OWNER, business=claimed)
    silent = training.business(phone_cipher=keyring.encrypt("+6281200001111"), owner_name="Siti Aminah")
    told, called = training.applied(cohort, claimed), training.applied(cohort, silent)
    desk.post(f"/pelatihan/{cohort.code}/pilih", {"peserta": [told.id, called.id]})
    page = desk.get(f"/pelatihan/{cohort.code}").text
    assert "2 peserta terpilih. 1 diberi tahu di akunnya. 1 belum punya akun: hubungi lewat" in page
    assert page.count("https://wa.me/") == 1
    assert "https://wa.me/6281200001111?text=Halo%20Siti%20Aminah.%20Anda%20terpilih" in page
    assert "Anda%20terpilih" in desk.get(f"/pelatihan/{cohort.code}/peserta/{called.id}").text
    desk.post(f"/pelatihan/{cohort.code}/batal", {"reason": "Gedung dipakai"})
    cancelled = desk.get(f"/pelatihan/{cohort.code}").text
    assert "anggarannya bebas lagi. 1 diberi tahu di akunnya. 1 belum punya akun" in cancelled
