"""A small world for the test that knocks on every door: two markets apart from each other, and a person per role.

Roles of companies and businesses live in the first market, so its things are their *own* and those of the second are
*foreign*. When you add an address with a thing in it, say in PLACES which thing stands there; when it is a new kind of
thing, make it in `_market` and name it in `_things`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from marketplace.models import db
from marketplace.models.accounts import Claim, PasswordReset, User
from marketplace.models.awards import Award
from marketplace.models.bids import BidDocument
from marketplace.models.budgets import Virement
from marketplace.models.business_files import BusinessPaper, BusinessPhoto
from marketplace.models.businesses import Business, Offering
from marketplace.models.buyers import Buyer
from marketplace.models.contracts import Contract, Delivery, Invoice
from marketplace.models.disputes import Dispute
from marketplace.models.documents import Document
from marketplace.models.linkage import RegistryPair
from marketplace.models.notices import Notice
from marketplace.models.sessions import LoginSession
from marketplace.models.tenders import Question, Tender, TenderDocument, TenderInvitation
from marketplace.models.training import Budget
from marketplace.rules.awards import AwardState
from marketplace.rules.business_files import PaperKind
from marketplace.rules.businesses import BusinessState
from marketplace.rules.certificates import CertificateState
from marketplace.rules.contracts import ContractState
from marketplace.rules.disputes import DisputeKind
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import BUSINESS, COMPANY, Actor, Role
from marketplace.rules.privacy import RequestKind
from marketplace.rules.registrations import RegistrationSheet
from marketplace.rules.tenders import TenderState
from marketplace.services import (
    invitations,
    keyring,
    negotiations,
    passports,
    phone_codes,
    privacy,
    recovery,
    registrations,
    sessions,
)
from marketplace.services.training import results
from tests.factories import accounts, bids, businesses, buyers, cohorts, plans, registry, tenders, training
from tests.factories import negotiations as scenes
from tests.factories.tenders import PRESENT

PLACES: dict[str, str] = {
    "/akun-akun/<int:number>": "user",
    "/anggaran/<code>": "budget",
    "/anggaran/<code>/geser/<int:number>": "virement",
    "/anggaran/<code>/pengeluaran/<expense_code>": "expense",
    "/akun/sesi/<int:number>": "session",
    "/atur-sandi/<token>": "reset",
    "/cek-pelatihan/<token>": "training's paper",
    "/cek-sertifikat/<token>": "certificate token",
    "/dokumen/<token>": "bid's file",
    "/hadir/<token>": "enrolment token",
    "/jejak/<code>": "tender",
    "/kebocoran-data/<code>": "breach",
    "/kebutuhan/<code>": "tender",
    "/kebutuhan/<code>/berkas/<token>": "tender's file",
    "/kebutuhan/<code>/jawab/<int:number>": "question",
    "/kebutuhan/<code>/penawaran/<bid_code>": "bid",
    "/kebutuhan/<code>/penawaran/<bid_code>/negosiasi/<int:lot>": "lot number",
    "/kelas/<token>": "class token",
    "/kembar/<int:number>": "pair",
    "/klaim-usaha/<code>": "unclaimed business",
    "/klaim/<code>": "claim",
    "/klaim/kode-hp/<int:number>": "phone code",
    "/klaim/pendaftaran/<code>": "registration",
    "/klaim/sengketa/<code>": "dispute",
    "/profil/kepemilikan/<code>": "dispute against me",
    "/kontrak/<code>": "contract",
    "/negosiasi/<code>": "negotiation",
    "/paspor/<code>": "passport",
    "/paspor/<code>/tautan/<int:number>": "passport link",
    "/paspor-usaha/<token>": "passport token",
    "/paket-pelatihan/<code>": "package",
    "/pelatihan/<code>": "cohort",
    "/pelatihan/<code>/peserta/<int:number>": "enrolment",
    "/pelatihan-saya/<code>": "cohort",
    "/pelatihan-saya/<int:number>": "enrolment",
    "/pemasok/<code>": "supplier",
    "/pemberitahuan/<int:number>": "notice",
    "/pengiriman/<code>": "delivery",
    "/peran/<int:number>": "membership",
    "/perjalanan/<code>": "passport",
    "/permintaan-data/<code>": "data request",
    "/persetujuan/<code>": "award",
    "/perusahaan/<code>": "buyer",
    "/perusahaan/lokasi/<int:number>": "site",
    "/profil/dokumen/<kind>": "paper",
    "/profil/foto/<int:number>": "photo",
    "/profil/produk/<int:number>": "offering",
    "/registri/<code>": "supplier",
    "/registri/impor/<code>": "import",
    "/registri/impor/<code>/baris/<int:line>": "import's line",
    "/registri/<code>/pindah/<verb>": "verb",
    "/ruang/<token>": "room token",
    "/rencana-pelatihan/<code>": "plan",
    "/rencana-pelatihan/<code>/banding/<other>": "plan",
    "/sertifikat/<code>": "certificate",
    "/sertifikat/<token>": "certificate token",
    "/tagihan/<code>": "invoice",
    "/penawaran/<code>": "bid",
    "/undangan-akun/<int:number>": "invitation",
    "/undangan-pelatihan/<token>": "enrolment token",
    "/undangan/<token>": "invitation token",
    "/verifikasi/<code>": "certificate",
}
"""The beginning of an address up to a parameter, and the thing that fills it."""

NOBODY: frozenset[Role | None] = frozenset()
PARAMETER = re.compile(r"<(?:int:)?(\w+)>")
FORMATS = "fmt"


@dataclass(frozen=True)
class Thing:
    """How one kind of thing is named in an address: one's own, another's, and one that is not there.

    `fenced` are the roles for which another's must look as if it were not there; None stands for strangers.
    """

    own: str
    foreign: str
    fenced: frozenset[Role | None] = frozenset()
    missing: str = "TIDAK-ADA"
    by_role: dict[Role, str] | None = None

    def own_of(self, role: Role | None) -> str:
        """What is the role's own; for personal things each role has another."""
        return (self.by_role or {}).get(role, self.own) if role else self.own


@dataclass
class Market:
    """A company that buys from a business, with one thing of every kind between them."""

    buyer: Buyer
    business: Business
    officer: Actor
    tender: Tender
    things: dict[str, str]


@dataclass
class World:
    """People by role, and things by kind."""

    people: dict[Role, User]
    things: dict[str, Thing]
    own: Market

    def address(self, path: str, side: str, role: Role | None) -> str:
        """`path` with its parameters filled from one side: "own", "foreign" or "missing"."""

        def fill(found: re.Match[str]) -> str:
            if found[1] == FORMATS:
                return "csv"
            thing = self.things[PLACES[path[: found.end()]]]
            return thing.own_of(role) if side == "own" else str(getattr(thing, side))

        return PARAMETER.sub(fill, path)

    def fences(self, path: str, role: Role | None) -> bool:
        """Whether another's things in this address are out of the role's reach."""
        kinds = [PLACES.get(path[: m.end()]) for m in PARAMETER.finditer(path)]
        return any(role in self.things[kind].fenced for kind in kinds if kind)


def unfilled(path: str) -> list[str]:
    """Parameters of `path` that PLACES says nothing about."""
    return [m[0] for m in PARAMETER.finditer(path) if m[1] != FORMATS and path[: m.end()] not in PLACES]


def make() -> World:
    """Build it; commits nothing."""
    own, other = _market("Satu"), _market("Dua")
    people = {role: _person(role, own) for role in Role}
    things = _things(own, other) | _personal(people) | _disputes(own, other, people[Role.OWNER])
    things |= _asked_of_dinkop(own)
    db.session.flush()
    return World(people, things, own)


def _person(role: Role, market: Market) -> User:
    if role in COMPANY:
        return accounts.member(role, market.buyer)
    return accounts.member(role, business=market.business) if role in BUSINESS else accounts.member(role)


def _market(name: str) -> Market:
    company, business = buyers.buyer(f"PT {name}"), businesses.business(f"Dapur {name}", capacity=500)
    officer = accounts.actor(Role.OFFICER, company)
    tender, things = _deal(company, business, officer)
    things |= {
        "buyer": company.code,
        "offering": str(business.offerings[0].id),
        **_files(business, PaperKind.SPPL if name == "Satu" else PaperKind.DEED),
        "site": str(company.sites[0].id),
        "supplier": business.code,
        "passport": business.code,
        **_passport(business),
    }
    return Market(company, business, officer, tender, things)


def _files(business: Business, kind: PaperKind) -> dict[str, str]:
    """A photo and a paper of a business; the two markets hold different kinds, so that one's own is the other's gap."""
    photo, paper = _file(f"foto{business.code}"), _file(f"kertas{business.code}")
    shown = BusinessPhoto(business_id=business.id, document=photo, added_at=PRESENT)
    db.session.add_all([shown, BusinessPaper(business_id=business.id, kind=kind, document=paper, changed_at=PRESENT)])
    db.session.flush()
    return {"photo": str(shown.id), "paper": kind.value}


def _passport(business: Business) -> dict[str, str]:
    """A link to the passport of the business."""
    owner = accounts.actor(Role.OWNER, business=business)
    link = passports.make_link(business, "Bagian pengadaan", 30, owner, PRESENT)
    db.session.flush()
    return {"passport link": str(link.id), "passport token": link.token}


def grow(market: Market) -> None:
    """Another deal of the same two, and within the first tender another of everything that it may have several of."""
    tender, _ = _deal(market.buyer, market.business, market.officer)
    tenders.tender(TenderState.PUBLISHED, market.buyer)
    lot = tenders.lot(market.tender)
    rival = businesses.business(f"Dapur {tender.code}", capacity=500)
    bids.bid(market.tender, rival)
    db.session.add_all(
        [
            Question(tender_id=market.tender.id, business_id=rival.id, text="Boleh tiga dapur?", asked_at=PRESENT),
            TenderInvitation(
                tender_id=market.tender.id,
                business_id=rival.id,
                invited_at=PRESENT,
            ),
            Offering(business_id=market.business.id, category_code=FURTHER[lot.number], capacity_per_day=80),
        ]
    )
    businesses.certificate(market.business, "SLHS")
    training.spend(db.session.query(Budget).filter_by(ceiling=MONEY).one())
    training.budget(2025, meals=1_000)
    accounts.member(Role.VIEWER, market.buyer)
    accounts.member(Role.STAFF, business=market.business)
    db.session.flush()


FURTHER = dict(enumerate(("katering-acara", "snack-box", "kue-roti", "minuman-kopi", "kantin-kedai"), start=2))
"""What the business also offers, by the number of the lot that came with it."""


def _deal(company: Buyer, business: Business, officer: Actor) -> tuple[Tender, dict[str, str]]:
    """A tender that is being judged, with its bid, negotiation, question and files, and what comes after the award."""
    tender = tenders.tender(TenderState.EVALUATING, company)
    bid = bids.bid(tender, business)
    thread = negotiations.begin(bid.lines[0], scenes.terms(), officer, PRESENT)
    question = Question(tender_id=tender.id, business_id=business.id, text="Boleh dua dapur?", asked_at=PRESENT)
    drawing, paper = _file(f"gambar{tender.code}"), _file(f"surat{tender.code}")
    db.session.add_all([drawing, paper])
    db.session.flush()
    db.session.add(TenderDocument(tender_id=tender.id, document_id=drawing.id))
    db.session.add(BidDocument(bid_id=bid.id, document_id=paper.id))
    db.session.add(question)
    rejected = businesses.certificate(business, "HALAL", state=CertificateState.REJECTED)
    contract, delivery, invoice, award = _after_the_award(tender, business, bid.id, officer)
    db.session.flush()
    things = {
        "award": award.code,
        "bid": bid.code,
        "certificate": rejected.code,
        "certificate token": rejected.token,
        "contract": contract.code,
        "delivery": delivery.code,
        "bid's file": paper.token,
        "tender's file": drawing.token,
        "invoice": invoice.code,
        "lot number": str(tender.lots[0].number),
        "negotiation": thread.code,
        "question": str(question.id),
        "tender": tender.code,
    }
    return tender, things


def _file(token: str) -> Document:
    return Document(
        token=token, name="x.pdf", mime="application/pdf", size=4, sha256="0" * 64, content=b"%PDF", created_at=PRESENT
    )


def _after_the_award(
    tender: Tender, business: Business, bid_id: int, officer: Actor
) -> tuple[Contract, Delivery, Invoice, Award]:
    lot, number = tender.lots[0], tender.code[-4:]
    terms = {
        "price": 20_000,
        "quantity_per_day": 500,
        "start_on": lot.start_on,
        "end_on": lot.end_on,
        "payment_days": 30,
    }
    sides = {"tender_id": tender.id, "buyer_id": tender.buyer_id, "business_id": business.id}
    award = Award(
        code=f"P-26-{number}",
        lot_id=lot.id,
        bid_id=bid_id,
        quantity=15_500,
        value=310_000_000,
        proposed_at=PRESENT,
        proposed_by_id=officer.user_id,
        state=AwardState.PROPOSED,
        **sides,
        **terms,
    )
    db.session.add(award)
    db.session.flush()
    contract = Contract(
        code=f"SPK-26-{number}",
        award_id=award.id,
        state=ContractState.ACTIVE,
        title="Makan siang",
        quantity=15_500,
        unit="porsi",
        value=310_000_000,
        drafted_at=PRESENT,
        buyer_confirmed_at=PRESENT,
        supplier_confirmed_at=PRESENT,
        active_at=PRESENT,
        **sides,
        **terms,
    )
    db.session.add(contract)
    db.session.flush()
    delivery = Delivery(code=f"KIR-26-{number}", contract_id=contract.id, number=1, due_on=lot.start_on, quantity=500)
    invoice = Invoice(
        code=f"INV-26-{number}",
        contract_id=contract.id,
        buyer_id=tender.buyer_id,
        business_id=business.id,
        amount=10_000_000,
        issued_at=PRESENT,
        due_on=lot.end_on,
    )
    db.session.add_all([delivery, invoice])
    return contract, delivery, invoice, award


def _things(own: Market, other: Market) -> dict[str, Thing]:
    fences: dict[str, frozenset[Role | None]] = {
        "supplier": NOBODY,
        "certificate token": NOBODY,
        "lot number": NOBODY,
        "tender's file": NOBODY,
        "bid's file": COMPANY | BUSINESS | {None},
        "buyer": COMPANY,
        "site": COMPANY,
        "offering": BUSINESS,
        "photo": BUSINESS,
        "paper": BUSINESS,
        "certificate": BUSINESS,
        "passport": BUSINESS,
        "passport link": BUSINESS,
        "passport token": NOBODY,
    }
    numbers = {"photo", "offering", "question", "site", "lot number", "passport link"}
    things = {
        kind: Thing(
            own.things[kind],
            other.things[kind],
            fences.get(kind, COMPANY | BUSINESS),
            "999999" if kind in numbers else "TIDAK-ADA",
        )
        for kind in own.things
    }
    draft = tenders.tender(TenderState.DRAFT, other.buyer)
    things["tender"] = Thing(own.tender.code, draft.code, COMPANY | BUSINESS | {None})
    return things | _entrances(own, other) | _about_data() | {"pair": _pair()} | _training(own, other) | _money()


MONEY = 300_000_000
"""The ceiling by which the training budget of this world is known."""


def _money() -> dict[str, Thing]:
    """A training budget with a cohort, an expense and a virement, and a package."""
    of = training.budget(meals=100_000_000, trainer=100_000_000, ceiling=MONEY)
    paid = training.spend(of)
    moved = str(db.session.query(Virement).filter_by(budget_id=of.id).one().id)
    return {
        "budget": Thing(of.code, of.code),
        "virement": Thing(moved, moved, missing="999999"),
        "expense": Thing(paid.code, paid.code),
        "package": Thing("KEUANGAN", "KEUANGAN"),
    }


def _pair() -> Thing:
    """Two records that may be the same business."""
    twins = [businesses.business("Warung Kembar", state=BusinessState.REGISTERED) for _ in range(2)]
    pair = RegistryPair(first_id=twins[0].id, second_id=twins[1].id, probability=0.7, found_at=PRESENT)
    db.session.add(pair)
    db.session.flush()
    return Thing(str(pair.id), str(pair.id), missing="999999")


def _training(own: Market, other: Market) -> dict[str, Thing]:
    """A cohort that invites both businesses, and one that is over with a graduate."""
    cohort = cohorts.cohort()
    enrolled = [cohorts.invited(cohort, market.business) for market in (own, other)]
    graduate = cohorts.ended().enrolments[0]
    results.pass_anyway(graduate, "Contoh lulus", cohorts.clerk(), PRESENT)
    paper = str(graduate.paper_token)
    plan = plans.ready(plans.SHEET, accounts.actor(Role.HEAD), PRESENT)
    return {
        "plan": Thing(plan.code, plan.code),
        "cohort": Thing(cohort.code, cohort.code),
        "class token": Thing(cohort.class_token, cohort.class_token),
        "room token": Thing(cohort.room_token, cohort.room_token),
        "enrolment": Thing(str(enrolled[0].id), str(enrolled[1].id), BUSINESS, "999999"),
        "enrolment token": Thing(enrolled[0].token, enrolled[1].token),
        "training's paper": Thing(paper, paper),
    }


def _about_data() -> dict[str, Thing]:
    """A request about personal data, and a leak."""
    person = accounts.user()
    asked = privacy.ask(person, RequestKind.REVIEW, "Mohon diperiksa orang.", sessions.actor_of(person, None), PRESENT)
    told = dict.fromkeys(("happened", "data", "remedy"), "Satu kalimat contoh.")
    leak = privacy.note(told, PRESENT, ([person.id], []), accounts.actor(Role.HEAD), PRESENT)
    return {"data request": Thing(asked.code, asked.code), "breach": Thing(leak.code, leak.code)}


def _entrances(own: Market, other: Market) -> dict[str, Thing]:
    """What leads into accounts: invitations, resets, claims."""
    unclaimed = businesses.business("Warung Contoh", state=BusinessState.REGISTERED)
    claimant = accounts.user()
    claim = Claim(
        code="KL-26-9001",
        business_id=unclaimed.id,
        user_id=claimant.id,
        consent_at=PRESENT,
        made_at=PRESENT,
        evidence="nik=same birth=absent",
    )
    db.session.add(claim)
    approvers = [accounts.actor(Role.APPROVER, market.buyer) for market in (own, other)]
    invited = [
        invitations.invite(f"tamu{n}@contoh.test", Role.VIEWER, market.buyer, approver, PRESENT)
        for n, (market, approver) in enumerate(zip((own, other), approvers, strict=True))
    ]
    db.session.flush()
    tokens = {"invitation": "undangan-contoh", "reset": "atur-contoh"}
    invited[0].token_hash = keyring.token_hash(tokens["invitation"])
    recovery.ask(claimant.email or "", PRESENT)
    db.session.flush()
    for reset in db.session.query(PasswordReset):
        reset.token_hash = keyring.token_hash(tokens["reset"])
    mates = [accounts.member(Role.VIEWER, market.buyer) for market in (own, other)]
    staff, asked = _staff(own)
    finished = registry.done()
    return {
        "claim": Thing(claim.code, claim.code),
        "import": Thing(finished.code, finished.code),
        "import's line": Thing("2", "2", missing="999999"),
        "invitation": Thing(str(invited[0].id), str(invited[1].id), COMPANY | BUSINESS, "999999", {Role.OWNER: asked}),
        "invitation token": Thing(tokens["invitation"], tokens["invitation"]),
        "membership": Thing(
            str(mates[0].memberships[0].id),
            str(mates[1].memberships[0].id),
            COMPANY | BUSINESS,
            "999999",
            {Role.OWNER: staff},
        ),
        "reset": Thing(tokens["reset"], tokens["reset"]),
        "unclaimed business": Thing(unclaimed.code, unclaimed.code),
        "user": Thing(str(mates[0].id), str(mates[1].id), frozenset(), "999999"),
        "verb": Thing("suspend", "suspend"),
    }


def _asked_of_dinkop(own: Market) -> dict[str, Thing]:
    """A business that wants to be registered, and a code that an owner asks for."""
    sheet = RegistrationSheet("Warung Baru", "Siti Contoh", "081234567890", "36.72.01.1001", "catering")
    asked = registrations.ask(sheet, None, True, PRESENT)
    own.business.phone_cipher = keyring.encrypt("+6281234567890")
    phone_codes.ask(own.business, Actor(), PRESENT)
    db.session.flush()
    code = phone_codes.standing(own.business)
    assert code is not None
    return {
        "registration": Thing(asked.code, asked.code),
        "phone code": Thing(str(code.id), str(code.id), missing="999999"),
    }


def _disputes(own: Market, other: Market, owner: User) -> dict[str, Thing]:
    """Somebody says of either market's business that it is theirs."""
    made = []
    for market, holder in ((own, owner), (other, accounts.user())):
        claimant = accounts.user()
        made.append(
            Dispute(
                code=f"SK-26-9{len(made):03d}",
                business_id=market.business.id,
                kind=DisputeKind.CONTESTED,
                user_id=claimant.id,
                holder_id=holder.id,
                text="Usaha ini milik saya sejak 2019.",
                consent_at=PRESENT,
                made_at=PRESENT,
            )
        )
    db.session.add_all(made)
    db.session.flush()
    codes = [one.code for one in made]
    return {"dispute": Thing(codes[0], codes[0]), "dispute against me": Thing(codes[0], codes[1], BUSINESS)}


def _staff(own: Market) -> tuple[str, str]:
    """A staff member of the business, and an open invitation to become one."""
    asked = invitations.invite_staff(
        "staf@contoh.test", own.business, accounts.actor(Role.OWNER, business=own.business), PRESENT
    )
    member = accounts.member(Role.STAFF, business=own.business)
    db.session.flush()
    return str(member.memberships[0].id), str(asked.id)


def _personal(people: dict[Role, User]) -> dict[str, Thing]:
    """Things of one person, which are foreign to every other, whatever their role."""
    stranger = accounts.user()
    notices = {
        user.id: Notice(user_id=user.id, kind=NoticeKind.BID, title="Halo", href="/", created_at=PRESENT)
        for user in [*people.values(), stranger]
    }
    db.session.add_all(notices.values())
    for user in [*people.values(), stranger]:
        sessions.begin(user, None, "lama", PRESENT - timedelta(days=1))
    db.session.flush()
    told = {role: str(notices[user.id].id) for role, user in people.items()}
    inside = {role: _session_of(user) for role, user in people.items()}
    everybody: frozenset[Role | None] = frozenset(Role)
    return {
        "notice": Thing("999999", str(notices[stranger.id].id), everybody, "999999", told),
        "session": Thing("999999", _session_of(stranger), everybody, "999999", inside),
    }


def _session_of(user: User) -> str:
    """The id of the person's first session."""
    found = db.session.query(LoginSession).filter_by(user_id=user.id).order_by(LoginSession.id).first()
    assert found is not None
    return str(found.id)
