"""Every page that somebody can reach, on a phone and on a desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract, Delivery, Invoice
from marketplace.models.negotiations import Negotiation
from marketplace.models.tenders import Tender
from marketplace.models.training import Cohort
from marketplace.reads.tenders.visibility import tender_for
from marketplace.rules.policy import PUBLIC, Actor, Role, may
from marketplace.services import sessions
from marketplace.web.doors import GUESTS
from tests.browser.houses import House
from tests.browser.stories import TEXT
from tests.browser.walking import FILES, Walk
from tests.browser.windows import PHONE, Opens, Window

pytestmark = pytest.mark.browser

KINDS: dict[str, tuple[Any, str]] = {
    "/kebutuhan/": (Tender, "tender.see"),
    "/kontrak/": (Contract, "contract.see"),
    "/pengiriman/": (Delivery, "contract.see"),
    "/tagihan/": (Invoice, "contract.see"),
    "/negosiasi/": (Negotiation, "negotiation.see"),
    "/penawaran/": (Bid, "bid.see"),
    "/verifikasi/": (Certificate, "certificate.queue"),
    "/registri/": (Business, "registry.see"),
    "/pelatihan/": (Cohort, "training.see"),
}
"""Things with a life: where they stand, and for whom."""

NOT_WALKED = {
    "invitations.invitation",  # behind a secret in a mail
    "recovery.choose",  # the same
    "tenders.compared",  # behind a choice that the story makes
    "certificates.resubmit_form",  # behind a refusal
    "claims.claim",  # behind a claim
    "passports.opened",  # behind a link that an owner makes
    "registry_imports.mapping",  # behind a list that somebody brought
    "registry_imports.one",  # the same
    "registry_imports.row",  # the same
    "linkage.pair",  # behind a twin that was found
    "answering.check",  # behind the code of a paper
    "answering.invitation",  # behind the link of an invitation
    "classes.code",  # behind a participant's code
    "classes.room",  # behind the code of a room
    "classes.trainers_list",  # behind a link for the trainer
}
OTHERS = {"owner": {"awards.winners", "suppliers.supplier"}}
"""Pages that only the buyers of a need, or of a supplier, are led to."""


@dataclass(frozen=True)
class Person:
    """Somebody of the demo city, and how many pages of a kind to look at for them."""

    name: str
    most: int
    address: str = ""
    closely: bool = True
    """Whether axe looks too; not where another role has shown it the same pages."""


PEOPLE = (
    Person("stranger", 2),
    Person("officer", 3, "pengadaan@demo.test"),
    Person("approver", 1, "penyetuju@demo.test", closely=False),
    Person("owner", 3, "umkm@demo.test"),
    Person("verifier", 3, "dinkop@demo.test"),
    Person("head", 1, "kepala@demo.test", closely=False),
    Person("auditor", 2, "auditor@demo.test"),
    Person("admin", 1, "admin@demo.test", closely=False),
)


def actor_of(house: House, person: Person) -> Actor:
    """Who they are to the policy."""
    if not person.address:
        return PUBLIC
    with house.app.app_context():
        user = db.session.query(User).filter_by(email=person.address).one()
        return sessions.actor_of(user, user.memberships[0])


def hidden(actor: Actor, one: Any) -> bool:
    """Whether it is a need that is not for these eyes: another company's draft, or for invited suppliers only."""
    return isinstance(one, Tender) and tender_for(actor, one.code) is None


def one_of_each_state(house: House, actor: Actor) -> list[str]:
    """Where a thing in every state stands, of those that the actor may see."""
    found = []
    with house.app.app_context():
        for place, (kind, deed) in KINDS.items():
            if may(actor, deed):
                things = db.session.query(kind).order_by(kind.id)
                found += {
                    one.state: place + one.code for one in things if may(actor, deed, one) and not hidden(actor, one)
                }.values()
        valid = db.session.query(Certificate).filter(Certificate.verified_at.isnot(None)).first()
        unclaimed = db.session.query(Business).filter_by(state="registered").first()
        company = db.session.query(Buyer).filter_by(id=actor.buyer_id or 1).one()
        assert valid
        assert unclaimed
        found += [f"/sertifikat/{valid.token}", f"/cek-sertifikat/{valid.token}", f"/klaim-usaha/{unclaimed.code}"]
        found += [f"/perusahaan/{company.code}"] if may(actor, "buyer.see") else []
    return found


def begin_something(window: Window, role: Role | None) -> list[str]:
    """Pages that are there only once somebody has begun something."""
    if role is Role.OFFICER:
        window.go("/kebutuhan/baru")
        window.fill("Apa yang dibutuhkan?", TEXT)
        window.press("Isikan formulirnya")
        draft = window.at("(/kebutuhan/K-26-[0-9]+)/ubah")
        return [f"{draft}/ubah", f"{draft}/pratinjau", f"{draft}/peringkat"]
    if role is Role.OWNER:
        window.go("/peluang?cocok=ya")
        window.follow("Buat penawaran", "main")
        if not window.field("Jumlah per hari").input_value():
            window.fill("Jumlah per hari", "100")
        window.press("Lanjut ke harga")
        window.fill("Harga per", "17000")
        window.press("Lanjut periksa")
        steps = window.at("(/kebutuhan/K-26-[0-9]+/tawar)[?]langkah=3")
        return [f"{steps}?langkah={n}" for n in (1, 2, 3)]
    return []


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_every_page_in_reach_fits_reads_and_loads(house: House, opens: Opens, person: Person) -> None:
    actor, window = actor_of(house, person), opens(person.name, PHONE)
    if person.address:
        window.log_in(person.address)
    pages = [g for g in GUESTS.values() if g.method == "GET" and may(actor, g.deed) and not FILES.search(g.path)]
    known = [g.path for g in pages if "<" not in g.path]
    walk = Walk(window, person.most, person.closely)
    begin = [*begin_something(window, actor.role), *one_of_each_state(house, actor), *sorted(known)]
    wrong = {path: found for path, found in walk.go(begin) if found}
    assert wrong == {}
    unseen = {g.endpoint for g in pages} - walk.endpoints() - NOT_WALKED
    assert not person.closely or unseen == OTHERS.get(person.name, set())
