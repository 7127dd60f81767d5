"""Invitations, clicked through: a company's page, the administrator's page, and the guest's."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import AccountInvitation, Membership, User
from marketplace.models.buyers import Buyer
from marketplace.models.notices import OutboxMail
from marketplace.rules.policy import Role
from marketplace.services import invitations, mails
from tests.factories import accounts, businesses, buyers
from tests.visitors import Visitor


def mailed_link() -> str:
    mail = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    assert mail is not None
    return mails.path_of(mail)


def test_an_approver_invites_and_the_guest_lands_inside_the_company(app: Flask, client: Visitor) -> None:
    company = buyers.buyer()
    approver = Visitor.of(app, accounts.member(Role.APPROVER, company))
    assert approver.post("/perusahaan/undang", {"email": "budi@contoh.test", "role": "officer"}).status_code == 303
    assert "budi@contoh.test" in approver.get("/perusahaan").text
    link = mailed_link()
    assert "PT Baja Contoh" in client.get(link).text
    assert client.post(link, {"name": "", "password": "tiga kambing biru"}).status_code == 422
    assert client.post(link, {"name": "Budi", "password": "tiga kambing biru"}).status_code == 303
    assert "PT Baja Contoh" in client.get("/perusahaan").text
    assert client.get(link).status_code == 404


def test_a_mistyped_invitation_says_what_is_wrong(app: Flask) -> None:
    approver = Visitor.of(app, accounts.member(Role.APPROVER, buyers.buyer()))
    wrong = approver.post("/perusahaan/undang", {"email": "budi@", "role": "officer"})
    assert wrong.status_code == 422
    assert "budi@" in wrong.text
    assert approver.post("/perusahaan/undang", {"email": "budi@contoh.test", "role": "admin"}).status_code == 422


def test_an_invitation_of_another_company_cannot_be_withdrawn(app: Flask) -> None:
    theirs = Visitor.of(app, accounts.member(Role.APPROVER, buyers.buyer("PT Lain")))
    theirs.post("/perusahaan/undang", {"email": "budi@contoh.test", "role": "viewer"})
    made = db.session.scalars(select(AccountInvitation)).one()
    mine = Visitor.of(app, accounts.member(Role.APPROVER, buyers.buyer()))
    assert mine.post(f"/undangan-akun/{made.id}/tarik").status_code == 404
    assert theirs.post(f"/undangan-akun/{made.id}/tarik").status_code == 303
    assert theirs.client.get(mailed_link()).status_code == 404


def test_an_administrator_invites_into_a_new_company_and_into_the_city(app: Flask) -> None:
    admin = Visitor.of(app, accounts.member(Role.ADMIN))
    assert admin.get("/akun-akun/undang").status_code == 200
    data = {"email": "budi@contoh.test", "role": "approver", "company": "PT Kimia Contoh", "industry": "Kimia"}
    assert admin.post("/akun-akun/undang", data).status_code == 303
    assert db.session.scalar(select(Buyer.name)) == "PT Kimia Contoh"
    assert admin.post("/akun-akun/undang", {"email": "ani@contoh.test", "role": "clerk"}).status_code == 303
    missing = admin.post("/akun-akun/undang", {"email": "ani@contoh.test", "role": "officer"})
    assert missing.status_code == 422
    assert "Pilih perusahaan" in missing.text


def test_an_administrator_finds_disables_and_enables_an_account(app: Flask) -> None:
    user: User = accounts.member(Role.AUDITOR, who=accounts.user("Ani Pemeriksa"))
    accounts.member(Role.CLERK, who=accounts.user("Budi Petugas"))
    admin, theirs = Visitor.of(app, accounts.member(Role.ADMIN)), Visitor.of(app, user)
    page = admin.get("/akun-akun?q=pemeriksa").text
    assert "Ani Pemeriksa" in page
    assert "Budi Petugas" not in page
    assert "Budi Petugas" in admin.get("/akun-akun?peran=clerk").text
    assert admin.post(f"/akun-akun/{user.id}/nonaktifkan", {"reason": "pindah bagian"}).status_code == 303
    assert theirs.get("/akun").status_code == 303
    assert "Nonaktif" in admin.get("/akun-akun?q=pemeriksa").text
    assert admin.post(f"/akun-akun/{user.id}/aktifkan").status_code == 303
    assert Visitor.of(app, user).get("/akun").status_code == 200


def test_an_approver_ends_a_role_in_their_company_only(app: Flask) -> None:
    company = buyers.buyer()
    officer, approver = accounts.member(Role.OFFICER, company), accounts.member(Role.APPROVER, company)
    mine = Visitor.of(app, approver)
    outsider = Visitor.of(app, accounts.member(Role.APPROVER, buyers.buyer("PT Lain")))
    number = officer.memberships[0].id
    assert outsider.post(f"/peran/{number}/akhiri", {"reason": "x"}).status_code == 404
    assert mine.post(f"/peran/{approver.memberships[0].id}/akhiri", {"reason": "x"}).status_code == 422
    assert mine.post(f"/peran/{number}/akhiri", {"reason": "pindah bagian"}).status_code == 303
    assert Visitor.of(app, officer).get("/perusahaan").status_code == 403


def test_an_owner_invites_staff_by_whatsapp_lists_them_and_lets_them_go(app: Flask, client: Visitor) -> None:
    kitchen = businesses.business("Dapur Bu Enok")
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=kitchen))
    assert owner.post("/profil/staf", {"contact": "0812 3456 7891"}).status_code == 303
    page = owner.get("/profil/staf").text
    assert "https://wa.me/6281234567891?text=" in page
    made = db.session.scalars(select(AccountInvitation)).one()
    link = invitations.path_of(made)
    guest = client.get(link).text
    assert "Dapur Bu Enok" in guest
    assert "6281••" in guest
    assert client.post(link, {"name": "Budi", "password": "tiga kambing biru"}).status_code == 303
    assert client.get("/profil").status_code == 200
    assert "Hanya pemilik usaha" in client.get("/profil/staf").text
    assert client.post("/profil/staf", {"contact": "0812 3456 7892"}).status_code == 403
    page = owner.get("/profil/staf").text
    assert "Budi" in page
    assert "wa.me" not in page
    member = db.session.scalars(select(Membership).where(Membership.role == Role.STAFF)).one()
    assert client.post(f"/peran/{member.id}/akhiri").status_code == 403
    assert owner.post(f"/peran/{member.id}/akhiri", {"reason": "pindah bagian"}).location == "/profil/staf"
    assert client.get("/profil").status_code == 403
    assert "Dapur Bu Enok" in client.get("/pemberitahuan").text


def test_a_contact_that_is_none_is_said_and_kept(app: Flask) -> None:
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business()))
    answer = owner.post("/profil/staf", {"contact": "100% <b>"})
    assert answer.status_code == 422
    assert 'value="100% &lt;b&gt;"' in answer.text


def test_an_administrator_sees_an_invitation_to_a_business_but_not_its_link(app: Flask) -> None:
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business()))
    owner.post("/profil/staf", {"contact": "0812 3456 7891"})
    page = Visitor.of(app, accounts.member(Role.ADMIN)).get("/akun-akun").text
    assert "6281••" in page
    assert "wa.me" not in page
