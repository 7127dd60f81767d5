"""What people ask of Dinkop in the demo city besides claims: who owns a business, and to be put into the registry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import typst
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import Membership, User
from marketplace.models.businesses import Business
from marketplace.models.disputes import Dispute
from marketplace.models.documents import Document
from marketplace.models.registrations import Registration
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.claims import Match, evidence_text
from marketplace.rules.disputes import DisputeKind, DisputeState
from marketplace.rules.policy import PUBLIC, Actor, Role
from marketplace.rules.registrations import RegistrationState
from marketplace.services import codes, sessions
from marketplace.services.keyring import encrypt, lookup_hash
from seeds.businesses import nib, phone
from seeds.demo_events import Chronicle
from seeds.documents import pdf
from seeds.people import People, Person

PROOF = {"nik": Match.SAME, "birth": Match.SAME}
CONTESTED = (
    "Kakak saya yang tercatat sebagai pemilik pindah ke luar kota tahun lalu dan menyerahkan usaha ini kepada saya. "
    "Sejak itu saya yang mengerjakan pesanan dan membayar sewa tempat. Surat serah terimanya saya lampirkan."
)
ANSWERED = (
    "Saya memang pindah, tetapi usaha ini tidak pernah saya serahkan. Adik saya membantu dan saya bayar tiap bulan; "
    "sewa tempat dan kontraknya tetap atas nama saya. Surat sewanya saya lampirkan."
)
HANDED_OVER = ("serah-terima.pdf", "Surat serah terima usaha", "Ditandatangani satu pihak; saksinya tidak disebut.")
RENTED = ("sewa-tempat.pdf", "Perjanjian sewa tempat usaha", "Atas nama pemilik yang tercatat, masih berlaku.")
CAKES, TAILOR = "snack-kue", "jahit-permak"
CAKES_DONE = "Kue basah dan snack box untuk rapat, dititipkan di tiga warung dan dijual di rumah."
TAILOR_DONE = "Jahit dan permak di rumah."
INCOMPLETE = (
    "Alamatnya belum jelas dan nomor HP-nya tidak menjawab. Kirim lagi dengan nama jalan, RT/RW, dan nomor yang aktif; "
    "bila ada, tulis juga NIB."
)
FIRST_OUTSIDE = 909_000
"""The running number before the first business in no list; those in the registry count from 1. Its last four digits end
the NIK too: so many people of the registry never share a birth date."""


class Requests:
    """A dispute with both sides' papers, and two requests to be registered: one waits, one was asked for more.

    Needs the registry, its history (owners that have an account) and the demo accounts.
    """

    def __init__(self, chronicle: Chronicle, luck: Random, code: Callable[[str, datetime], str], at: datetime) -> None:
        self.note, self.luck, self.code, self.at = chronicle.note, luck, code, at
        self.people = People(luck, jakarta_date(at))

    def write(self, clerk: Actor, password_hash: str) -> None:
        """Write them; whoever contests the business logs in with the demo's password."""
        self._dispute(password_hash)
        self._registrations(clerk)

    def _dispute(self, password_hash: str) -> None:
        """About the first business, after the demo caterer's, whose owner has an account."""
        owns = select(Membership).where(Membership.role == Role.OWNER, Membership.business_id > 1)
        membership = db.session.scalars(owns.order_by(Membership.id).limit(1)).first()
        if membership is None:
            return
        made, answered = self.at - timedelta(days=3, hours=2), self.at - timedelta(days=1)
        other = User(
            name=self.people.draw(0.5).name,
            email="sengketa@contoh.test",
            password_hash=password_hash,
            created_at=made - timedelta(minutes=9),
        )
        db.session.add(other)
        db.session.flush()
        one, holder = Actor(user_id=other.id, name=other.name), sessions.actor_of(membership.user, membership)
        dispute = Dispute(
            code=self.code(codes.DISPUTE, made),
            business_id=membership.business_id,
            kind=DisputeKind.CONTESTED,
            state=DisputeState.OPEN,
            user=other,
            holder=membership.user,
            evidence=evidence_text(PROOF),
            text=CONTESTED,
            document=self._paper(HANDED_OVER, other, made),
            answer=ANSWERED,
            answer_document=self._paper(RENTED, membership.user, answered),
            answered_at=answered,
            consent_at=made,
            made_at=made,
        )
        db.session.add(dispute)
        self.note(other.created_at, "account.make", other)
        begun: dict[str, object] = {"kind": str(dispute.kind), "evidence": dispute.evidence}
        self.note(made, "dispute.begin", dispute, one, ("", str(DisputeState.OPEN)), details=begun)
        self.note(answered, "dispute.answer", dispute, holder, details={"file": True})

    def _registrations(self, clerk: Actor) -> None:
        """One gives the phone number of a registered business, so that there is something to compare."""
        reached = select(Business).where(Business.phone_cipher.is_not(None)).order_by(Business.id)
        known = db.session.scalars(reached.where(Business.trade_code == CAKES).limit(1)).first()
        known = known or db.session.scalars(reached.limit(1)).one()
        waits, lacks = self.people.draw(0.6), self.people.draw(0.6)
        self._ask(f"{known.name} Cabang"[:200], waits, CAKES, CAKES_DONE, self.at - timedelta(hours=20), known)
        refused = self._ask(f"Jahit {lacks.short}", lacks, TAILOR, TAILOR_DONE, self.at - timedelta(days=6), None)
        refused.state, refused.reason = RegistrationState.REFUSED, INCOMPLETE
        refused.decided_at, refused.decided_by_id = self.at - timedelta(days=5), clerk.user_id
        moved = (str(RegistrationState.MADE), str(RegistrationState.REFUSED))
        self.note(refused.decided_at, "registration.refuse", refused, clerk, moved, INCOMPLETE)

    def _ask(
        self, name: str, owner: Person, trade: str, activity: str, at: datetime, like: Business | None
    ) -> Registration:
        """Not by the service: it would refuse the numbers of the demo, which ring nobody. Who asks under the phone of a
        business gives a NIB too, who does not gives neither NIB nor NIK."""
        code = self.code(codes.REGISTRATION, at)
        number = FIRST_OUTSIDE + int(code.rsplit("-", 1)[1])
        nik = owner.nik[:-4] + str(number)[-4:] if like else ""
        made = Registration(
            code=code,
            state=RegistrationState.MADE,
            name=name,
            owner_name=owner.name,
            nik_cipher=encrypt(nik) if nik else None,
            nik_hash=lookup_hash(nik, "nik") if nik else None,
            phone_cipher=like.phone_cipher if like else encrypt(phone(number)),
            phone_hash=like.phone_hash if like else lookup_hash(phone(number), "phone"),
            nib=nib(number) if like else None,
            area_code=like.area_code if like else db.session.get_one(Business, 1).area_code,
            trade_code=trade,
            activity=activity,
            consent_at=at,
            made_at=at,
        )
        db.session.add(made)
        self.note(at, "registration.ask", made, PUBLIC, ("", str(RegistrationState.MADE)))
        return made

    def _paper(self, paper: tuple[str, str, str], of: User, at: datetime) -> Document:
        """A one-page PDF that says what it stands for and that it is invented."""
        name, title, words = paper
        page = f"""#set page(paper: "a5")
#set text(size: 13pt)
#align(center + horizon)[*{title}*

{words}

Dokumen rekaan, kota demo.]"""
        content = bytes(typst.compile(page.encode(), format="pdf", timestamp=0))
        return pdf(name, content, f"{self.luck.getrandbits(256):064x}", of.id, at)
