"""Cohorts clicked through: Dinkop plans and invites, a business answers its link, attendance, tests, papers."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.training import Attendance, Cohort, Enrolment
from marketplace.rules.businesses import BusinessState
from marketplace.rules.cohorts import room_code
from marketplace.rules.policy import Role
from marketplace.rules.training import CohortState, EnrolmentState
from marketplace.services import certificates, keyring
from marketplace.services.training import cohorts, results
from tests.factories import accounts, businesses
from tests.factories import cohorts as training
from tests.factories.cohorts import FIRST, clerk, moment
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

E = EnrolmentState


pytestmark = pytest.mark.usefixtures("present")


@pytest.fixture
def desk(app: Flask) -> Visitor:
    return Visitor.of(app, accounts.member(Role.CLERK))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def one(kind: type[Cohort]) -> Cohort:
    return db.session.scalars(select(kind).order_by(kind.id.desc())).first()  # type: ignore[return-value]


# -- planning --------------------------------------------------------------------


def test_dinkop_plans_a_cohort_and_finds_it_in_the_list(desk: Visitor) -> None:
    package, budget = training.package(), training.budget()
    form = {
        "package": package.code,
        "budget": budget.code,
        "starts_on": FIRST.isoformat(),
        "ends_on": (FIRST + timedelta(days=2)).isoformat(),
        "hours": "08.00-15.00 WIB",
        "place": "Aula Ciwandan",
        "seats": "10",
        "min_attendance": "75",
        "quota_Cibeber": "4",
    }
    answer = desk.post("/pelatihan/baru", form)
    made = one(Cohort)
    assert (answer.status_code, answer.location) == (303, f"/pelatihan/{made.code}")
    assert (made.min_attendance, made.min_score, made.quotas[0].seats) == (75, 60, 4)
    assert made.code in desk.get("/pelatihan?status=planned&q=ciwandan").text
    assert made.code not in desk.get("/pelatihan?status=running").text
    assert made.code in desk.get("/pelatihan.csv").text
    assert desk.get("/pelatihan.xlsx").data[:2] == b"PK"
    form["starts_on"] = (FIRST + timedelta(days=1)).isoformat()
    form["ends_on"] = (FIRST + timedelta(days=3)).isoformat()
    assert desk.post(f"/pelatihan/{made.code}/ubah", form).status_code == 303
    assert one(Cohort).starts_on == FIRST + timedelta(days=1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("package", ""),
        ("budget", "9999"),
        ("starts_on", ""),
        ("starts_on", "besok"),
        ("ends_on", "2020-01-01"),
        ("seats", "banyak"),
        ("seats", "1"),
        ("min_score", "101"),
        ("quota_Cibeber", "999"),
        ("place", "x" * 201),
    ],
)
def test_what_cannot_be_planned_is_said_and_kept(desk: Visitor, field: str, value: str) -> None:
    package, budget = training.package(), training.budget()
    form = {
        "package": package.code,
        "budget": budget.code,
        "starts_on": FIRST.isoformat(),
        "ends_on": (FIRST + timedelta(days=2)).isoformat(),
        "place": "Aula",
        "trainer": "Bu Sinta",
        "seats": "10",
    }
    answer = desk.post("/pelatihan/baru", {**form, field: value})
    assert answer.status_code == 422
    assert "Bu Sinta" in answer.text
    assert BeautifulSoup(answer.text, "html.parser").select_one(".error-summary") is not None


def test_only_some_of_dinkop_plan_and_nobody_else_sees_it(app: Flask) -> None:
    cohort = training.cohort()
    auditor, owner = (Visitor.of(app, accounts.member(role)) for role in (Role.AUDITOR, Role.VERIFIER))
    assert auditor.get(f"/pelatihan/{cohort.code}").status_code == 200
    assert "Cari calon" not in auditor.get(f"/pelatihan/{cohort.code}").text
    assert owner.get("/pelatihan/baru").status_code == 403


# -- inviting --------------------------------------------------------------------


def test_candidates_are_those_whom_the_rule_lets_in_and_others_say_why(desk: Visitor) -> None:
    fit = training.business(name="Dapur Layak")
    closed = training.business(name="Dapur Tutup", state=BusinessState.CLOSED)
    holder = training.business(name="Dapur Halal")
    businesses.certificate(holder, "HALAL")
    elsewhere = training.business(name="Dapur Jombang", area_code="36.72.07.1001")
    cohort = training.cohort(training.package(requires=("NIB",)))
    page = desk.get(f"/pelatihan/{cohort.code}/calon").text
    assert "Dapur Layak" in page
    assert "Dapur Tutup" not in page
    assert "Dapur Halal" not in page
    everybody = desk.get(f"/pelatihan/{cohort.code}/calon?semua=1").text
    assert "Status usahanya Tutup." in everybody
    assert "Sudah punya sertifikat yang dituju, Sertifikat Halal." in everybody
    assert closed.code in everybody
    assert "Dapur Jombang" not in desk.get(f"/pelatihan/{cohort.code}/calon?kecamatan=Cibeber").text
    answer = desk.post(f"/pelatihan/{cohort.code}/undang", {"usaha": [fit.code, elsewhere.code, holder.code]})
    assert answer.location == f"/pelatihan/{cohort.code}/undangan"
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 2
    assert "Dapur Halal: Sudah punya" in desk.get(answer.location).text
    assert desk.post(f"/pelatihan/{cohort.code}/undang").location == f"/pelatihan/{cohort.code}/calon"


def test_each_invited_gets_a_message_and_a_letter_with_their_link(desk: Visitor) -> None:
    cohort = training.cohort()
    who = training.business(phone_cipher=keyring.encrypt("+6281200001111"), owner_name="Siti Aminah")
    enrolment = training.invited(cohort, who)
    page = desk.get(f"/pelatihan/{cohort.code}/undangan").text
    assert "https://wa.me/6281200001111?text=" in page
    assert enrolment.token in page
    answer = desk.get(f"/pelatihan/{cohort.code}/peserta/{enrolment.id}/undangan.pdf")
    words = text_of(answer.data)
    assert "Siti Aminah" in words
    assert enrolment.token in words.replace("\n", "")
    training.invited(cohort)
    assert len(PdfReader(io.BytesIO(desk.get(f"/pelatihan/{cohort.code}/undangan.pdf").data)).pages) == 2


# -- answering -------------------------------------------------------------------


def test_a_business_without_an_account_says_yes_by_its_link_once(client: Visitor) -> None:
    enrolment = training.invited(training.cohort())
    path = f"/undangan-pelatihan/{enrolment.token}"
    page = client.get(path)
    assert page.status_code == 200
    for word in ("Aula Dinkop", "08.00-16.00 WIB", "Gratis", enrolment.business.name):
        assert word in page.text
    assert enrolment.business.nib not in page.text
    unsigned = client.post(f"{path}/ikut")
    assert unsigned.status_code == 422
    assert "Centang pernyataan" in unsigned.text
    for _ in range(2):
        assert client.post(f"{path}/ikut", {"declared": "1"}).status_code == 303
    assert enrolment.state is E.APPLIED
    assert "Jawaban Anda sudah kami terima" in client.get(path).text


def test_a_business_says_no_with_a_reason(client: Visitor) -> None:
    enrolment = training.invited(training.cohort())
    path = f"/undangan-pelatihan/{enrolment.token}"
    assert client.post(f"{path}/tidak").status_code == 422
    assert client.post(f"{path}/tidak", {"excuse": "jauh", "reason": "tidak ada motor"}).status_code == 303
    assert enrolment.reason == "Tempatnya terlalu jauh: tidak ada motor"
    assert "tidak ada motor" in client.get(path).text


def test_who_may_not_come_any_more_reads_why(client: Visitor) -> None:
    enrolment = training.invited(training.cohort())
    businesses.certificate(enrolment.business, "HALAL")
    answer = client.post(f"/undangan-pelatihan/{enrolment.token}/ikut", {"declared": "1"})
    assert answer.status_code == 409
    assert "Sudah punya sertifikat yang dituju" in answer.text


def test_a_link_after_the_cohort_was_cancelled_says_so(client: Visitor) -> None:
    cohort = training.cohort()
    enrolment = training.invited(cohort)
    cohorts.cancel(cohort, "Gedung dipakai", clerk(), PRESENT)
    page = client.get(f"/undangan-pelatihan/{enrolment.token}").text
    assert "Gedung dipakai" in page
    assert 'name="declared"' not in page


def test_an_owner_sees_the_invitation_first_and_what_else_is_open(app: Flask) -> None:
    who = training.business()
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=who))
    enrolment = training.invited(training.cohort(), who)
    open_one = training.cohort()
    cohorts.begin_inviting(open_one, clerk(), PRESENT)
    shut = training.cohort(training.package(requires=("SLHS",)))
    cohorts.begin_inviting(shut, clerk(), PRESENT)
    home = owner.get("/").text
    assert home.index(enrolment.token) < home.index("Menunggu Anda")
    page = owner.get("/pelatihan-saya").text
    assert f"/pelatihan-saya/{open_one.code}/ikut" in page
    assert f"/pelatihan-saya/{shut.code}/ikut" not in page
    assert "Belum punya sertifikat" in page
    assert owner.post(f"/pelatihan-saya/{shut.code}/ikut", {"declared": "1"}).status_code == 409
    for _ in range(2):
        assert owner.post(f"/pelatihan-saya/{open_one.code}/ikut", {"declared": "1"}).status_code == 303
    made = db.session.scalars(select(Enrolment).where(Enrolment.cohort_id == open_one.id)).one()
    assert made.state is E.APPLIED
    answer = owner.post(f"/pelatihan-saya/{made.id}/mundur", {"reason": "anak sakit"})
    assert answer.status_code == 303
    assert made.state is E.DROPPED


# -- seats -----------------------------------------------------------------------


def test_a_clerk_selects_and_a_freed_seat_goes_to_who_waits(desk: Visitor) -> None:
    cohort = training.cohort(seats=2)
    people = [training.applied(cohort) for _ in range(2)]
    assert desk.post(f"/pelatihan/{cohort.code}/pilih", {"semua": "1"}).status_code == 303
    waiting = training.applied(cohort)
    assert waiting.state is E.WAITING
    full = desk.post(f"/pelatihan/{cohort.code}/pilih", {"peserta": waiting.id})
    assert full.status_code == 409
    assert "Semua 2 kursi sudah terisi" in full.text
    desk.post(f"/pelatihan/{cohort.code}/peserta/{people[0].id}/keluar", {"reason": "tidak bisa dihubungi"})
    assert (people[0].state, waiting.state, cohort.taken) == (E.DROPPED, E.SELECTED, 2)
    assert "naik dari daftar tunggu" in desk.get(f"/pelatihan/{cohort.code}").text


def test_a_clerk_notes_an_application_made_at_the_counter(desk: Visitor) -> None:
    cohort = training.cohort()
    enrolment = training.invited(cohort)
    path = f"/pelatihan/{cohort.code}/peserta/{enrolment.id}"
    assert "Catat pendaftaran" in desk.get(path).text
    assert desk.post(f"{path}/daftar").status_code == 422
    assert desk.post(f"{path}/daftar", {"declared": "1"}).status_code == 303
    assert enrolment.state is E.APPLIED
    assert desk.post(f"{path}/tunggu").status_code == 303
    assert enrolment.state is E.WAITING


# -- attendance ------------------------------------------------------------------


def test_a_list_is_ticked_by_hand_and_by_a_script_that_kept_it(app: Flask, desk: Visitor) -> None:
    cohort = training.running()
    ids = [e.id for e in cohort.enrolments]
    with time_machine.travel(moment(cohort, 1), tick=False):
        page = desk.get(f"/pelatihan/{cohort.code}/kehadiran")
        assert page.text.count('name="hadir"') == 2
        form = {"day": FIRST.isoformat(), "terdaftar": ids, "hadir": ids[:1]}
        assert desk.post(f"/pelatihan/{cohort.code}/kehadiran", form).status_code == 303
        kept = desk.post(f"/pelatihan/{cohort.code}/kehadiran", {**form, "hadir": ids, "kiriman": "1"})
        assert kept.json == {"changed": 1, "day": FIRST.isoformat()}
        again = desk.post(f"/pelatihan/{cohort.code}/kehadiran", {**form, "hadir": ids, "kiriman": "1"})
        assert again.json == {"changed": 0, "day": FIRST.isoformat()}
        late = {**form, "day": (FIRST + timedelta(days=9)).isoformat()}
        refused = desk.post(f"/pelatihan/{cohort.code}/kehadiran", late)
        assert refused.status_code == 422
        assert "antara awal dan akhir angkatan" in refused.text


def test_a_trainer_marks_without_an_account_and_may_scan_then(app: Flask, client: Visitor) -> None:
    cohort = training.running()
    one_of, other = cohort.enrolments
    with time_machine.travel(moment(cohort), tick=False):
        hint = client.get(f"/hadir/{other.token}")
        assert "Tunjukkan kode ini kepada pelatih" in hint.text
        assert client.post(f"/hadir/{other.token}").status_code == 422
        assert client.get(f"/kelas/{cohort.class_token}").status_code == 200
        form = {"day": FIRST.isoformat(), "terdaftar": [one_of.id, other.id], "hadir": [one_of.id]}
        assert client.post(f"/kelas/{cohort.class_token}", form).status_code == 303
        assert "Hadir hari ini" in client.get(f"/hadir/{other.token}").text
        for _ in range(2):
            assert client.post(f"/hadir/{other.token}").status_code == 303
    rows = db.session.execute(select(Attendance.enrolment_id, Attendance.means).order_by(Attendance.enrolment_id)).all()
    assert [(number, means.value) for number, means in rows] == [(one_of.id, "list"), (other.id, "scan")]
    elsewhere = training.running()
    assert client.post(f"/hadir/{elsewhere.enrolments[0].token}").status_code == 422


def test_the_rooms_code_marks_who_knows_their_number(client: Visitor) -> None:
    cohort = training.cohort()
    training.seated(cohort, training.business(phone_cipher=keyring.encrypt("+6281200007777")))
    training.seated(cohort)
    cohorts.start(cohort, clerk(), moment(cohort))
    assert "bukan hari pelatihan" in client.get(f"/ruang/{cohort.room_token}").text
    with time_machine.travel(moment(cohort), tick=False):
        wrong = client.post(f"/ruang/{cohort.room_token}", {"digits": "1234"})
        assert wrong.status_code == 422
        assert client.post(f"/ruang/{cohort.room_token}", {"digits": "7777"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 1


def test_who_cannot_scan_the_rooms_code_types_its_letters(client: Visitor) -> None:
    cohort, elsewhere = training.running(), training.running()
    letters = room_code(cohort.room_token)
    assert len(letters) == 6
    assert letters != room_code(elsewhere.room_token)
    with time_machine.travel(moment(cohort), tick=False):
        assert "Enam huruf" in client.get("/ruang").text
        wrong = client.post("/ruang", {"code": "AAAAAA"})
        assert client.post("/ruang", {"code": "KLM\u00c9PR"}).status_code == 422
        assert wrong.status_code == 422
        assert 'href="#code"' in wrong.text
        assert client.post("/ruang", {"code": ""}).status_code == 422
        led = client.post("/ruang", {"code": f" {letters[:3].lower()}-{letters[3:]}"})
        assert led.location == f"/ruang/{cohort.room_token}"
    with time_machine.travel(moment(cohort, 30), tick=False):
        assert client.post("/ruang", {"code": letters}).status_code == 422


def test_the_printed_list_has_a_code_for_everybody(desk: Visitor) -> None:
    cohort = training.running(people=3)
    answer = desk.get(f"/pelatihan/{cohort.code}/daftar-hadir.pdf?hari={FIRST.isoformat()}")
    assert answer.content_type == "application/pdf"
    words = text_of(answer.data)
    assert "Daftar hadir" in words
    assert words.count(cohort.enrolments[0].business.name) == 3
    letters = room_code(cohort.room_token)
    assert letters in "".join(words.split())


# -- tests and results -----------------------------------------------------------


def test_scores_are_typed_or_pasted_and_averaged(desk: Visitor) -> None:
    cohort = training.running()
    first, second = sorted(cohort.enrolments, key=lambda e: e.id)
    path = f"/pelatihan/{cohort.code}/tes"
    typed = {f"before_{first.id}": "40", f"after_{first.id}": "87,5", f"before_{second.id}": "60"}
    assert desk.post(path, typed).status_code == 303
    assert (first.before_score, first.after_score, second.before_score) == (40, 88, 60)
    assert desk.post(path, {"paste_after": "90\n70"}).status_code == 303
    assert (first.before_score, first.after_score, second.after_score) == (40, 90, 70)
    page = desk.get(path).text
    assert "Rata-rata tes akhir" in page
    assert "+30" in page
    for wrong in ({"paste_after": "90"}, {f"after_{first.id}": "seratus"}, {f"after_{first.id}": "101"}):
        answer = desk.post(path, wrong)
        assert answer.status_code == 422
        assert next(iter(wrong.values())) in answer.text
    assert first.after_score == 90


def test_results_are_decided_papers_printed_and_checked_in_public(app: Flask, desk: Visitor, client: Visitor) -> None:
    who = training.business(owner_name="Siti Aminah")
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=who))
    cohort = training.cohort()
    training.seated(cohort, who)
    training.ended(cohort, people=1)
    desk.post(f"/pelatihan/{cohort.code}/putuskan")
    enrolment = next(e for e in cohort.enrolments if e.business_id == who.id)
    assert enrolment.state is E.PASSED
    page = desk.get(f"/pelatihan/{cohort.code}/hasil").text
    assert str(enrolment.paper_code) in page
    assert len(PdfReader(io.BytesIO(desk.get(f"/pelatihan/{cohort.code}/surat-tanda.pdf").data)).pages) == 2
    words = text_of(owner.get(f"/pelatihan-saya/{enrolment.id}/surat-tanda.pdf").data)
    assert "Siti Aminah" in words
    assert str(enrolment.paper_code) in words
    check = client.get(f"/cek-pelatihan/{enrolment.paper_token}").text
    assert "Siti A." in check
    assert "Aminah" not in check
    assert who.name not in check
    assert "Tidak dikenal" in client.get("/cek-pelatihan/bukan-kode").text


def test_who_did_not_pass_is_led_back_from_the_form_of_the_certificate(desk: Visitor) -> None:
    cohort = training.ended(after=10)
    one_of = cohort.enrolments[0]
    results.judge_all(cohort, clerk(), moment(cohort, 4))
    db.session.commit()
    assert one_of.state is E.FAILED
    path = f"/pelatihan/{cohort.code}/peserta/{one_of.id}/sertifikat"
    assert path not in desk.get(f"/pelatihan/{cohort.code}/hasil").text
    answer = desk.get(path)
    assert answer.location == f"/pelatihan/{cohort.code}/hasil"
    assert "Sertifikat dicatat untuk peserta yang lulus." in desk.get(answer.location).text


def test_a_graduates_certificate_joins_the_verifiers_queue(app: Flask, desk: Visitor) -> None:
    cohort = training.ended()
    results.judge_all(cohort, clerk(), moment(cohort, 4))
    one_of = cohort.enrolments[0]
    path = f"/pelatihan/{cohort.code}/peserta/{one_of.id}/sertifikat"
    with time_machine.travel(moment(cohort, 5), tick=False):
        form = {"number": "ID36720000000000001", "issuer": "BPJPH", "issued_on": FIRST.isoformat()}
        without = desk.post(path, form)
        assert without.status_code == 422
        assert "ID36720000000000001" in without.text
        paper = (io.BytesIO(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"), "halal.pdf")
        answer = desk.post(path, {**form, "file": paper}, content_type="multipart/form-data")
        assert answer.status_code == 303
    sent = db.session.scalars(select(Certificate)).one()
    assert (one_of.state, sent.business_id) == (E.CERTIFIED, one_of.business_id)
    verifier = Visitor.of(app, accounts.member(Role.VERIFIER))
    assert sent.number in verifier.get("/verifikasi").text
    results_page = f"/pelatihan/{cohort.code}/hasil"
    assert ("Bersertifikat" in desk.get(results_page).text, path in desk.get(results_page).text) == (False, False)
    with time_machine.travel(moment(cohort, 6), tick=False):
        certificates.reject(sent, "Fotonya buram", accounts.actor(Role.VERIFIER), moment(cohort, 6))
        assert path in desk.get(results_page).text
        paper = (io.BytesIO(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"), "halal.pdf")
        again = desk.post(path, {**form, "file": paper}, content_type="multipart/form-data")
        assert again.status_code == 303
        second = one_of.certificate
        assert second is not None
        assert second.id != sent.id
        certificates.verify(second, accounts.actor(Role.VERIFIER), moment(cohort, 6))
        assert "Bersertifikat" in desk.get(results_page).text


def test_a_cohort_goes_through_its_life_on_the_page(desk: Visitor) -> None:
    cohort = training.cohort()
    assert desk.post(f"/pelatihan/{cohort.code}/buka").status_code == 303
    for _ in range(2):
        training.seated(cohort)
    assert desk.post(f"/pelatihan/{cohort.code}/mulai").status_code == 409
    with time_machine.travel(moment(cohort), tick=False):
        assert desk.post(f"/pelatihan/{cohort.code}/mulai").location == f"/pelatihan/{cohort.code}/kehadiran"
        assert desk.post(f"/pelatihan/{cohort.code}/batal", {"reason": "hujan lebat"}).status_code == 409
    with time_machine.travel(moment(cohort, 3), tick=False):
        assert desk.post(f"/pelatihan/{cohort.code}/akhiri").location == f"/pelatihan/{cohort.code}/hasil"
    assert cohort.state is CohortState.ENDED


def test_the_file_of_participants_names_no_identity_number(desk: Visitor) -> None:
    cohort = training.cohort()
    who = training.business(phone_cipher=keyring.encrypt("+6281200001111"))
    training.seated(cohort, who)
    rows = desk.get(f"/pelatihan/{cohort.code}/peserta.csv").text
    assert who.code in rows
    assert "81200001111" not in rows


def test_the_rule_and_its_twin_in_sql_agree(app: Flask) -> None:
    from marketplace.reads.training import candidates
    from marketplace.rules.businesses import Kind
    from marketplace.rules.calendars import jakarta_date
    from marketplace.rules.cohorts import Terms
    from marketplace.rules.packages import Audience
    from marketplace.services.training import eligibility

    basic = training.package(grants_code=None)
    packages = [
        training.package(requires=("NIB", "SLHS"), after=(basic,)),
        training.package(audience=Audience.COOPERATIVE, grants_code=None),
        basic,
    ]
    people: list[Business] = [
        training.business(),
        training.business(nib=None),
        training.business(state=BusinessState.SUSPENDED),
        training.business(kind=Kind.COOPERATIVE),
        businesses.business(in_dinkop=False, in_sidt=False),
        businesses.business(in_dinkop=False, in_sidt=True),
        training.business(area_code="36.72.07.1001"),
    ]
    for certificate, holder in (("SLHS", people[0]), ("SLHS", people[1]), ("HALAL", people[3])):
        businesses.certificate(holder, certificate)
    businesses.certificate(people[6], "SLHS", until=jakarta_date(PRESENT) - timedelta(days=1))
    graduate = training.invited(training.cohort(basic), people[0])
    graduate.state = E.PASSED
    db.session.flush()
    actor, today = clerk(), jakarta_date(PRESENT)
    for package in packages:
        for terms in (Terms(), Terms(quotas={"Cibeber": 0})):
            cohort = training.cohort(package, terms=terms)
            entry = eligibility.entry_of(cohort)
            found = candidates.search(actor, cohort, entry, candidates.Wanted(), today)
            against = eligibility.judge(cohort, people, today)
            assert {b.id for b in found.businesses} == {number for number, reasons in against.items() if not reasons}


def test_all_that_is_wrong_with_a_cohort_is_told_at_once(desk: Visitor) -> None:
    package, budget = training.package(), training.budget()
    nothing = desk.post("/pelatihan/baru", {"starts_on": "besok", "min_score": "101", "place": "x" * 201})
    assert nothing.status_code == 422
    for name in ("package", "budget", "starts_on", "ends_on", "seats", "min_score", "place"):
        assert f'href="#{name}"' in nothing.text, name
    form = {
        "package": package.code,
        "budget": budget.code,
        "starts_on": "2025-01-05",
        "ends_on": "2025-01-04",
        "seats": "999",
        "min_attendance": "tujuh",
        "quota_Cibeber": "1000",
    }
    wrong = desk.post("/pelatihan/baru", form)
    assert wrong.status_code == 422
    for name in ("starts_on", "ends_on", "seats", "min_attendance", "quota_Cibeber"):
        assert f'href="#{name}"' in wrong.text, name
    assert '<details open id="quotas">' in wrong.text
    assert 'value="tujuh"' in wrong.text
    assert "Hadir paling sedikit: Tulis angka saja, tanpa koma." in wrong.text
    assert db.session.scalar(select(func.count()).select_from(Cohort)) == 0
    of = training.cohort()
    changed = desk.post(f"/pelatihan/{of.code}/ubah", {"starts_on": "", "ends_on": "x", "hours": "x" * 201})
    assert changed.status_code == 422
    for name in ("starts_on", "ends_on", "hours"):
        assert f'href="#{name}"' in changed.text, name
